"""Callers come in, whether telekit is there, goes away or comes back."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.call_server import STATUS_VARIABLE
from telekit.pbx.port import Call
from tests.dialplans.beside import SHIPPED, asterisk_beside, home_phone, plan_of, rules_now, telekit
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.tree import Tree

NUMBER = "+33199001234"
PATIENCE = 40.0
AMINA = Phone(PhoneKind.SIP, "amina")


def own(*lines: str, retry: int = 60) -> dict[str, str]:
    """Return the administrator's own extensions.conf."""
    return {"extensions.conf": "\n".join(["[globals]", f"TELEKIT_RETRY = {retry}", *lines])}


@asynccontextmanager
async def beside(
    tmp_path: Path, tree: Tree, more: dict[str, str] | None = None, callers_to: str = "telekit-in"
) -> AsyncIterator[Asterisk]:
    plan = plan_of(tmp_path, rules_now())
    async with asterisk_beside(tmp_path / "asterisk", tree, plan, more=more, callers_to=callers_to) as asterisk:
        yield asterisk


def executed(asterisk: Asterisk, application: str) -> int:
    return sum(f"] {application}(" in line for line in asterisk.log.splitlines() if "Executing [" in line)


async def test_without_telekit_the_agent_on_shift_rings_and_the_other_does_not(
    tmp_path: Path, asterisk_prefix: Tree
) -> None:
    """Pain 23: elsewhere calls fail when the program that decides is away."""
    async with (
        beside(tmp_path, asterisk_prefix, own(retry=2)) as asterisk,
        home_phone(asterisk, "amina", 1) as amina,
        home_phone(asterisk, "luc", 2) as luc,
        Caller(asterisk, NUMBER) as caller,
    ):
        await amina.rings(PATIENCE)
        await amina.answer()
        await caller.hears(1000)
        await caller.hang_up()
        await amina.ended()
        assert "Called Local/s@telekit-agent-luc/n" in asterisk.log
        assert luc.calls == []


async def test_who_has_waited_in_vain_spares_the_next_caller_the_wait(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with (
        beside(tmp_path, asterisk_prefix, own(retry=2)) as asterisk,
        home_phone(asterisk, "amina", 1) as amina,
    ):
        async with Caller(asterisk, NUMBER):
            await amina.rings(PATIENCE)
        waits = executed(asterisk, "Wait")
        assert waits > 0
        async with Caller(asterisk, NUMBER):
            await amina.rings(PATIENCE)
        assert executed(asterisk, "Wait") == waits


async def test_a_waiting_caller_keeps_the_place_when_telekit_dies_and_comes_back(
    tmp_path: Path, asterisk_prefix: Tree
) -> None:
    place = "1795394872.123:-2:support"
    waits, back = asyncio.Event(), asyncio.Queue[str]()

    async def wait(call: Call) -> None:
        await call.set("TELEKIT_PLACE", place)
        waits.set()
        await call.until(asyncio.Event().wait())

    async def take_back(call: Call) -> None:
        back.put_nowait(call.arguments["place"])
        await call.hang_up()

    async with beside(tmp_path, asterisk_prefix) as asterisk:
        async with telekit(route=wait):
            caller = Caller(asterisk, NUMBER)
            await caller.dial()
            await waits.wait()
        async with telekit(route=take_back):
            assert await asyncio.wait_for(back.get(), PATIENCE) == place
            await caller.ended()
        await caller.close()


async def test_a_caller_who_comes_while_telekit_is_away_tells_it_since_when(
    tmp_path: Path, asterisk_prefix: Tree
) -> None:
    back = asyncio.Queue[str]()

    async def take(call: Call) -> None:
        back.put_nowait(call.arguments["place"])
        await call.hang_up()

    async with beside(tmp_path, asterisk_prefix) as asterisk:
        came_at = time.time()
        async with Caller(asterisk, NUMBER) as caller:
            await caller.answered(PATIENCE)
            heard_at = time.time()
            async with telekit(route=take):
                place = await asyncio.wait_for(back.get(), PATIENCE)
    since, *nothing = place.split(":")
    assert nothing == ["", ""]
    assert came_at - 0.01 <= float(since) <= heard_at


async def test_a_caller_in_the_fallback_goes_back_to_telekit_with_the_place(
    tmp_path: Path, asterisk_prefix: Tree
) -> None:
    back, began_at = asyncio.Queue[str](), int(time.time())

    async def take_back(call: Call) -> None:
        back.put_nowait(call.arguments["place"])
        await call.hang_up()

    async with beside(tmp_path, asterisk_prefix, own("TELEKIT_AWAY_UNTIL = 9999999999")) as asterisk:
        fallback = asterisk.folder / "etc/telekit/fallback.conf"
        fallback.write_text(fallback.read_text().replace("Queue(telekit-support,,,,63)", "Queue(telekit-support,,,,2)"))
        await asterisk.cli("dialplan reload")
        async with Caller(asterisk, NUMBER) as caller:
            await caller.answered(PATIENCE)
            async with telekit(route=take_back):
                place = await asyncio.wait_for(back.get(), PATIENCE)
        found = re.fullmatch(r"(\d+)\.\d+:0:support", place)
        assert found, f"the place is {place!r}"
        assert int(found[1]) >= began_at


async def test_a_conversation_that_outlives_telekit_goes_on_and_then_the_call_is_over(
    tmp_path: Path, asterisk_prefix: Tree
) -> None:
    async def offer(call: Call) -> None:
        await call.set("TELEKIT_PLACE", "1795394872.123:0:support")
        await call.offer([AMINA], ring=timedelta(seconds=20), offer=OfferId(f"{call.id}.1"))

    async with beside(tmp_path, asterisk_prefix) as asterisk, home_phone(asterisk, "amina", 1) as amina:
        caller = Caller(asterisk, NUMBER)
        async with telekit(route=offer):
            await caller.dial()
            await amina.rings()
            await amina.answer()
            await amina.talks()
        await caller.hears(1000)
        await amina.hang_up()
        assert (await caller.ended()).by == "callee"
        assert executed(asterisk, "AGI") == 1
        await caller.close()


async def test_a_phone_that_rings_when_telekit_dies_may_still_answer(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async def offer(call: Call) -> None:
        await call.offer([AMINA], ring=timedelta(seconds=20), offer=OfferId(f"{call.id}.1"))

    async with beside(tmp_path, asterisk_prefix) as asterisk, home_phone(asterisk, "amina", 1) as amina:
        caller = Caller(asterisk, NUMBER)
        async with telekit(route=offer):
            await caller.dial()
            await amina.rings()
        await amina.answer()
        await caller.hears(1000)
        await caller.close()


async def test_for_whom_a_phone_rang_in_vain_telekit_is_asked_again_at_once(
    tmp_path: Path, asterisk_prefix: Tree
) -> None:
    """Nobody who came later is served in the meantime. The leg tells of the last offer, so that no name comes twice."""
    back = asyncio.Queue[str | None]()

    async def offer(call: Call) -> None:
        await call.set("TELEKIT_PLACE", "1795394872.123:0:support")
        await call.offer([AMINA], ring=timedelta(seconds=2), offer=OfferId(f"{call.id}.7"))

    async def take_back(call: Call) -> None:
        back.put_nowait(call.arguments.get("offer"))
        await call.hang_up()

    async with beside(tmp_path, asterisk_prefix) as asterisk, home_phone(asterisk, "amina", 1) as amina:
        caller = Caller(asterisk, NUMBER)
        async with telekit(route=offer):
            await caller.dial()
            await amina.rings()
        async with telekit(route=take_back):
            last = await asyncio.wait_for(back.get(), PATIENCE)
        assert last is not None
        assert last.endswith(".7")
        assert executed(asterisk, "Wait") == 0
        await caller.close()


async def test_a_call_comes_back_from_telekit_to_the_dialplan_that_sent_it(
    tmp_path: Path, asterisk_prefix: Tree
) -> None:
    async def hand_back(call: Call) -> None:
        await call.hand_back()

    steps = (
        "[from-carrier]",
        "exten => _[+0-9]!,1,Gosub(telekit-in,${EXTEN},1)",
        " same => n,Dial(PJSIP/amina,20)",
    )
    async with (
        beside(tmp_path, asterisk_prefix, own(*steps), callers_to="from-carrier") as asterisk,
        home_phone(asterisk, "amina", 1) as amina,
        telekit(route=hand_back),
        Caller(asterisk, NUMBER),
    ):
        await amina.rings()


async def test_a_call_that_nobody_waits_for_ends_when_it_is_handed_back(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async def hand_back(call: Call) -> None:
        await call.hand_back()

    async with beside(tmp_path, asterisk_prefix) as asterisk, telekit(route=hand_back):
        async with Caller(asterisk, NUMBER) as caller:
            assert (await caller.ended()).by == "callee"
        assert executed(asterisk, "AGI") == 1


async def test_without_a_fallback_the_caller_hears_that_something_is_wrong(
    tmp_path: Path, asterisk_prefix: Tree
) -> None:
    async with beside(tmp_path, asterisk_prefix, own(retry=0)) as asterisk:
        (asterisk.folder / "etc/telekit/fallback.conf").unlink()
        await asterisk.cli("dialplan reload")
        async with Caller(asterisk, NUMBER) as caller:
            await caller.answered(PATIENCE)
            assert (await caller.ended(PATIENCE)).by == "callee"
        assert "Playing 'telekit/fault" in asterisk.log


def test_the_dialplan_looks_at_what_telekit_says_of_a_call_that_it_has_done_with() -> None:
    assert f"${{{STATUS_VARIABLE}}}" in (SHIPPED / "extensions.conf").read_text()
