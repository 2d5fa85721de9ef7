"""Calls while telekit is away, led by what `telekit render` wrote from the rules."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from telekit.pbx.port import Call
from tests.dialplans.beside import BEEP, NETWORK, OPTIONS, asterisk_beside, home_phone, plan_of, rules_now, telekit
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.tree import Tree

EMPTY_WAV = 44
Found = TypeVar("Found")
SUPPORT, MENU, SILENT, CLOSED = "+33199001234", "+33199001235", "+33199001236", "+33199001237"
PATIENCE = 40.0
QUEUES = """
  silent: {requires: {french: 10}, no_agent: {play: no-agent, then: voicemail}}
  closed: {open: [mon-sun 00:00-00:01, mon-sun 00:01-00:02], closed: {play: closed}}
"""
MORE = f"""\
  - {{when: {{dialed: {SILENT}, caller: anonymous}}, queue: silent}}
  - {{when: {{dialed: {SILENT}}}, go: voicemail}}
  - {{when: {{dialed: {CLOSED}}}, queue: closed}}
  - {{when: {{dialed: {MENU}}}, menu: main}}
menus:
  main:
    say: welcome
    1: {{queue: support}}
    "#": voicemail
    nothing: {{queue: silent}}
"""
AWAY = "[globals]\nTELEKIT_AWAY_UNTIL = 9999999999\nTELEKIT_RETRY = 0\n"

HIDDEN = {"P-Asserted-Identity": "<sip:+33199007788@127.0.0.1>", "Privacy": "id"}
"""A number that Asterisk knows and shall not show."""


@asynccontextmanager
async def away(tmp_path: Path, tree: Tree) -> AsyncIterator[Asterisk]:
    """Run Asterisk with callers going to the fallback at once."""
    plan = plan_of(tmp_path, rules_now(MORE).replace("queues:\n", f"queues:{QUEUES}"))
    async with asterisk_beside(tmp_path / "asterisk", tree, plan, more={"extensions.conf": AWAY}) as asterisk:
        yield asterisk


async def eventually(look: Callable[[], Awaitable[Found | None]]) -> Found:
    """Wait for what Asterisk tells only when it is asked."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await look()
            if found is not None:
                return found
            await asyncio.sleep(0.02)


async def test_a_menu_leads_by_key(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with (
        away(tmp_path, asterisk_prefix) as asterisk,
        home_phone(asterisk, "amina", 1) as amina,
        Caller(asterisk, MENU) as caller,
    ):
        await caller.answered()
        await caller.press("71")
        await amina.rings(PATIENCE)
        assert "Playing 'telekit/menu-invalid" in asterisk.log


async def test_the_hash_key_is_a_choice_too_and_a_message_is_kept(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with away(tmp_path, asterisk_prefix) as asterisk:

        async def message() -> Path | None:
            kept = (asterisk.folder / "spool/telekit-voicemail").glob("*.wav")
            return next((file for file in kept if file.stat().st_size > EMPTY_WAV), None)

        async with Caller(asterisk, MENU) as caller:
            await caller.answered()
            await caller.press("#")
            await eventually(message)
            await caller.press("#")
            assert (await caller.ended()).by == "callee"
        assert "Playing 'telekit/message-saved" in asterisk.log
        assert "Playing 'telekit/no-agent" not in asterisk.log, "no key was heard, and so the call went there by itself"


@pytest.mark.parametrize(("number", "headers"), [(None, {}), ("+33199007788", HIDDEN)], ids=["no number", "hidden"])
async def test_an_anonymous_caller_takes_the_route_for_such(
    tmp_path: Path, asterisk_prefix: Tree, number: str | None, headers: dict[str, str]
) -> None:
    async with away(tmp_path, asterisk_prefix) as asterisk, Caller(asterisk, SILENT, number, headers=headers) as caller:
        await caller.hears(BEEP, within=PATIENCE)
        assert "Playing 'telekit/no-agent" in asterisk.log


async def test_a_caller_with_a_number_takes_the_next_route(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with away(tmp_path, asterisk_prefix) as asterisk, Caller(asterisk, SILENT) as caller:
        await caller.hears(BEEP, within=PATIENCE)
        assert "Playing 'telekit/no-agent" not in asterisk.log


async def test_a_number_that_no_route_names_is_hung_up(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with away(tmp_path, asterisk_prefix) as asterisk, Caller(asterisk, "+33199009999") as caller:
        assert (await caller.ended()).by == "callee"
        assert caller.answered_at is None


async def test_a_closed_queue_says_so(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with away(tmp_path, asterisk_prefix) as asterisk, Caller(asterisk, CLOSED) as caller:
        assert (await caller.ended()).by == "callee"
        assert "Playing 'telekit/closed" in asterisk.log


async def test_an_agent_who_talks_is_not_rung_again(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with (
        away(tmp_path, asterisk_prefix) as asterisk,
        home_phone(asterisk, "amina", 1, answers=True) as amina,
        Caller(asterisk, SUPPORT) as first,
    ):
        await first.hears(1000)
        async with Caller(asterisk, SUPPORT) as second:
            await asterisk.shows("queue show telekit-support", "1. PJSIP/carrier-")
            await first.hang_up()
            await second.hears(1000)
            rang = [call.rang_at for call in amina.calls]
            ended = [call.ended_at for call in amina.calls]
        assert len(rang) == 2
        assert ended[0] is not None
        assert ended[0] < rang[1]


async def test_callers_keep_the_order_in_which_telekit_had_them(tmp_path: Path, asterisk_prefix: Tree) -> None:
    now = int(datetime.now(UTC).timestamp())
    waited = {"first": f"{now - 5}.5:0:support", "second": f"{now - 90}.5:0:support", "third": f"{now}.5:7:support"}
    taken = asyncio.Queue[str]()

    async def wait(call: Call) -> None:
        await call.set("TELEKIT_PLACE", waited[call.caller.number or ""])
        taken.put_nowait(call.id)
        await call.until(asyncio.Event().wait())

    async with away(tmp_path, asterisk_prefix) as asterisk:
        callers = [Caller(asterisk, SUPPORT, number) for number in waited]
        async with telekit(route=wait):
            for caller in callers:
                await caller.dial()
                await taken.get()

        async def line() -> list[str] | None:
            shown = re.findall(r"\d\. PJSIP/carrier-0000000(\d)", await asterisk.cli("queue show telekit-support"))
            return shown if len(shown) == len(callers) else None

        assert await eventually(line) == ["2", "1", "0"]
        for caller in callers:
            await caller.close()


async def test_an_agent_whose_phone_is_off_is_rung_at_the_number_and_confirms(
    tmp_path: Path, asterisk_prefix: Tree
) -> None:
    rules = rules_now().replace("phone: sip:amina", "phone: [sip:amina, tel:+33199005512]")
    more = {
        "pjsip.conf": NETWORK,
        "extensions.conf": f"{AWAY}\n[network]\nexten => +33199005512,1,Dial(PJSIP/luc)\n",
    }
    options = replace(OPTIONS, trunk="network")
    plan = plan_of(tmp_path, rules)
    async with (
        asterisk_beside(tmp_path / "asterisk", asterisk_prefix, plan, options=options, more=more) as asterisk,
        home_phone(asterisk, "luc", 1) as mobile,
        Caller(asterisk, SUPPORT) as caller,
    ):
        await mobile.rings(PATIENCE)
        await mobile.answer()
        await mobile.press("1")
        await caller.hears(1000)


async def test_a_caller_who_waited_long_enough_leaves_as_the_rules_say(tmp_path: Path, asterisk_prefix: Tree) -> None:
    rules = rules_now().replace("ring: 20s", "ring: 20s, steps: [{after: 2m, go: voicemail}]")
    place = f"{(datetime.now(UTC) - timedelta(minutes=3)).timestamp():.3f}:0:support"
    taken = asyncio.Event()

    async def wait(call: Call) -> None:
        await call.set("TELEKIT_PLACE", place)
        taken.set()
        await call.until(asyncio.Event().wait())

    plan, more = plan_of(tmp_path, rules), {"extensions.conf": AWAY}
    async with (
        asterisk_beside(tmp_path / "asterisk", asterisk_prefix, plan, more=more) as asterisk,
        AsyncExitStack() as stack,
    ):
        async with telekit(route=wait):
            caller = await stack.enter_async_context(Caller(asterisk, SUPPORT))
            await taken.wait()
        await caller.hears(BEEP, within=PATIENCE)
        await caller.hang_up()
        assert "Queue(" not in asterisk.log
