"""What a caller sends is data to the dialplan, whatever it is."""

import asyncio
import string
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from telekit.pbx.port import Call
from tests.dialplans.beside import asterisk_beside, plan_of, rules_now, telekit
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.tree import Tree

NUMBER = "+33199001234"
TRAPS = (
    "${GLOBAL(TRAP)}",
    "${SHELL(touch /tmp/trap)}",
    "$[1 + 1]",
    '"',
    "'",
    ";",
    "1,Hangup()",
    "&PJSIP/amina",
    "\r\nAction: Originate",
    "\r\n\r\n",
    "\n",
    "\t",
    "\\",
    "(",
    ")}",
    "?:",
    "été",
)
NUMBERS = set(string.ascii_letters + string.digits + "+*#._-")
NAMES = NUMBERS - set("*#") | set(" '") | {chr(code) for code in range(0x80, 0x110000)}


@dataclass(frozen=True, slots=True)
class Seen:
    dialed: str
    number: str
    name: str
    trap: str | None


@dataclass(frozen=True, slots=True)
class Scene:
    asterisk: Asterisk
    seen: asyncio.Queue[Seen]

    async def call(self, caller: Caller) -> Seen | int:
        """Let a call in; give what the call script saw, or the SIP status that refused it before any dialplan."""
        await caller.dial()
        ended = await caller.ended()
        await caller.close()
        return self.seen.get_nowait() if not self.seen.empty() else ended.status


@pytest.fixture
async def scene(tmp_path: Path, asterisk_prefix: Tree) -> AsyncIterator[Scene]:
    """Take calls, and note what comes through."""
    seen = asyncio.Queue[Seen]()

    async def note(call: Call) -> None:
        seen.put_nowait(Seen(call.dialed, call.caller.number or "", call.caller.name, await call.get("TRAP")))
        await call.hang_up()

    more = {"extensions.conf": "[globals]\nTRAP = sprung\n"}
    plan = plan_of(tmp_path, rules_now())
    async with telekit(route=note), asterisk_beside(tmp_path / "asterisk", asterisk_prefix, plan, more=more) as running:
        yield Scene(running, seen)


async def test_a_strange_number_dialled_leaves_its_digits(scene: Scene) -> None:
    for trap in TRAPS:
        seen = await scene.call(Caller(scene.asterisk, f"+331990{quote(trap)}01234"))
        digits = "".join(character for character in trap if character in string.digits)
        assert isinstance(seen, Seen), f"{trap!r} was refused with {seen}"
        assert seen.dialed == f"+331990{digits}01234"


async def test_a_strange_number_that_calls_leaves_no_character_that_means_something(scene: Scene) -> None:
    for trap in TRAPS:
        seen = await scene.call(Caller(scene.asterisk, NUMBER, f"+331990{quote(trap)}01234"))
        assert isinstance(seen, Seen), f"{trap!r} was refused with {seen}"
        assert set(seen.number) <= NUMBERS


async def test_a_strange_name_leaves_no_character_that_means_something(scene: Scene) -> None:
    for trap in TRAPS:
        name = "".join(f"\\{character}" if character in '"\\' else character for character in trap if character >= " ")
        seen = await scene.call(Caller(scene.asterisk, NUMBER, name=f"x{name}y"))
        assert isinstance(seen, Seen), f"{trap!r} was refused with {seen}"
        assert seen.name.startswith("x")
        assert seen.name.endswith("y")
        assert set(seen.name) <= NAMES


async def test_letters_with_accents_stay_in_a_name(scene: Scene) -> None:
    seen = await scene.call(Caller(scene.asterisk, NUMBER, name="Zoé d'Été-Müller"))
    assert isinstance(seen, Seen)
    assert seen.name == "Zoé d'Été-Müller"


async def test_a_long_name_and_a_long_number_are_cut(scene: Scene) -> None:
    seen = await scene.call(Caller(scene.asterisk, "+33" + "1" * 200, "+33" + "2" * 200, name="n" * 200))
    assert isinstance(seen, Seen)
    assert (len(seen.dialed), len(seen.number), len(seen.name)) == (40, 40, 64)
