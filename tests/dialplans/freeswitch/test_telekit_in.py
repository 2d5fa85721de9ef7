"""Calls that come in to a real FreeSWITCH: to telekit, and back from it."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.port import Call
from tests.dialplans.beside import plan_of, rules_now
from tests.dialplans.freeswitch.beside import FreeSwitchBeside, beside, home_phone, telekit
from tests.dialplans.test_caller_values import NAMES, NUMBERS, TRAPS
from tests.lab.callers import Caller
from tests.lab.tree import Tree
from tests.lab.watch import PATIENCE

NUMBER = "+33199001234"
AMINA = Phone(PhoneKind.SIP, "amina")
MORE_TRAPS = ("${system(touch /tmp/trap)}", "^^:", "$1", "${caller_id_name}", " XML public", "inline", "%")


@pytest.fixture
async def switch(tmp_path: Path, asterisk_prefix: Tree) -> AsyncIterator[FreeSwitchBeside]:
    async with beside(tmp_path / "freeswitch", asterisk_prefix, plan_of(tmp_path, rules_now())) as running:
        yield running


async def test_what_a_caller_sends_is_data(switch: FreeSwitchBeside) -> None:
    seen = asyncio.Queue[tuple[str, str, str]]()

    async def route(call: Call) -> None:
        seen.put_nowait((call.dialed, call.caller.number or "", call.caller.name))
        await call.hang_up()

    async with telekit(route=route):
        for trap in (*TRAPS, *MORE_TRAPS):
            name = "".join(f"\\{each}" if each in '"\\' else each for each in trap if each >= " ")
            caller = Caller(switch, f"+331990{quote(trap)}01234", f"+331990{quote(trap)}01234", name=f"x{name}y")  # type: ignore[arg-type]
            await caller.dial()
            ended = await caller.ended()
            await caller.close()
            assert not seen.empty(), f"{trap!r} was refused with {ended.status}"
            dialed, number, shown = seen.get_nowait()
            assert re.fullmatch(r"\+?[0-9]*", dialed), repr(trap)
            assert set(number) <= NUMBERS
            assert set(shown) <= NAMES
    assert not Path("/tmp/trap").exists()


async def test_a_caller_waits_for_a_telekit_that_is_being_restarted(switch: FreeSwitchBeside) -> None:
    came = asyncio.Queue[str]()

    async def route(call: Call) -> None:
        came.put_nowait(call.arguments["place"])
        await call.hang_up()

    async with Caller(switch, NUMBER) as caller:  # type: ignore[arg-type]
        await caller.answered(5)
        async with telekit(route=route):
            assert re.fullmatch(r"\d+\.\d+::", await asyncio.wait_for(came.get(), 40))


async def test_a_call_that_telekit_does_not_take_up_goes_on_in_the_dialplan(switch: FreeSwitchBeside) -> None:
    """FreeSWITCH parks it, and of a connection that has ended before that it takes no notice."""
    taken = asyncio.Semaphore(0)

    def dies(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()
        taken.release()

    async with await asyncio.start_server(dies, "127.0.0.1", 8084), Caller(switch, NUMBER) as caller:  # type: ignore[arg-type]
        await asyncio.wait_for(taken.acquire(), PATIENCE)
        await caller.answered(PATIENCE)


async def test_a_conversation_that_outlives_telekit_goes_on_and_then_the_call_is_over(
    switch: FreeSwitchBeside,
) -> None:
    async def offer(call: Call) -> None:
        await call.set("TELEKIT_PLACE", "1795394872.123:0:support")
        await call.offer([AMINA], ring=timedelta(seconds=20), offer=OfferId(f"{call.id}.1"))

    caller = Caller(switch, NUMBER)  # type: ignore[arg-type]
    async with home_phone(switch, "amina", 1) as amina:
        async with telekit(route=offer):
            await caller.dial()
            await amina.rings()
            await amina.answer()
            await amina.talks()
        await caller.hears(1000)
        await amina.hang_up()
        assert (await caller.ended()).by == "callee"
        await caller.close()
    assert len(re.findall(r"EXECUTE .* socket\(", switch.log)) == 1


async def test_a_call_is_handed_back_to_the_dialplan_that_sent_it(switch: FreeSwitchBeside) -> None:
    async def hand_back(call: Call) -> None:
        await call.hand_back("sales")

    file = switch.telekit / "public.xml"
    file.write_text(file.read_text().replace("<include>\n", f"<include>\n{OWN}", 1))
    profile = switch.folder / "conf/freeswitch.xml"
    profile.write_text(profile.read_text().replace('"context" value="telekit-in"', '"context" value="public"'))
    await switch.cli("reloadxml")
    await switch.cli("sofia profile internal rescan")
    async with home_phone(switch, "amina", 1) as amina, telekit(route=hand_back), Caller(switch, "100"):  # type: ignore[arg-type]
        await amina.rings()


OWN = """\
<extension name="own"><condition field="destination_number" expression="^100$">
 <action application="set" data="telekit_after=back XML public"/>
 <action application="transfer" data="+33199001234 XML telekit-in"/>
</condition></extension>
<extension name="back"><condition field="destination_number" expression="^back$"/>
 <condition field="${TELEKIT_LABEL}" expression="^sales$"><action application="bridge" data="user/amina@telekit"/>
</condition></extension>
"""
