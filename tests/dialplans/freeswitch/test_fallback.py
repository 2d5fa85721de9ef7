"""Calls while telekit is away, led on a real FreeSWITCH by what `telekit render` wrote from the rules."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.port import Call
from telekit.pbx.render.listener import Listener, Transport
from tests.dialplans.beside import password, plan_of, rules_now
from tests.dialplans.freeswitch.beside import OPTIONS, FreeSwitchBeside, beside, home_phone, telekit
from tests.dialplans.test_fallback import CLOSED, EMPTY_WAV, MENU, MORE, PATIENCE, QUEUES, SILENT, SUPPORT, eventually
from tests.lab.callers import Caller
from tests.lab.scripted_phones import ScriptedPhone
from tests.lab.settings import HOST, Ports
from tests.lab.tree import Tree

PLAIN = 5070
"""The port at which phones come in without TLS."""
AT = {"amina": "127.0.0.11", "luc": "127.0.0.12"}


@asynccontextmanager
async def away(
    tmp_path: Path, tree: Tree, *, old: timedelta = timedelta(minutes=1), options: Options = OPTIONS
) -> AsyncIterator[FreeSwitchBeside]:
    """Run FreeSWITCH with callers going to the fallback at once, and turns of two seconds."""
    plan = plan_of(tmp_path, rules_now(MORE).replace("queues:\n", f"queues:{QUEUES}"))
    switch = beside(tmp_path / "freeswitch", tree, plan, options=options, now=datetime.now(UTC) - old)
    for name, then, now in (("dialplan.xml", "x{30}", "x{0}"), ("queues.xml", 'time" value="60"', 'time" value="2"')):
        file = switch.telekit / name
        assert then in file.read_text()
        file.write_text(file.read_text().replace(then, now))
    async with switch:
        yield switch


async def test_who_is_on_shift_rings_and_talks(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with (
        away(tmp_path, asterisk_prefix) as switch,
        home_phone(switch, "amina", 1) as amina,
        home_phone(switch, "luc", 2) as luc,
        Caller(switch, SUPPORT) as caller,  # type: ignore[arg-type]
    ):
        await amina.rings(PATIENCE)
        await amina.answer()
        await caller.hears(1000)
        assert all(call.encrypted for call in amina.calls)
        await amina.hang_up()
        assert (await caller.ended(PATIENCE)).by == "callee"
        assert not luc.calls, "who is not on shift was rung"


async def test_a_fallback_that_is_old_goes_by_the_week_in_its_own_zone(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with (
        away(tmp_path, asterisk_prefix, old=timedelta(days=20)) as switch,
        home_phone(switch, "amina", 1) as amina,
        home_phone(switch, "luc", 2) as luc,
        Caller(switch, SUPPORT),  # type: ignore[arg-type]
    ):
        await amina.rings(PATIENCE)
        assert not luc.calls
        assert "set(timezone=Europe/Paris)" in switch.log


async def test_a_waiting_call_keeps_its_place_until_telekit_is_back(tmp_path: Path, asterisk_prefix: Tree) -> None:
    back = asyncio.Queue[str]()

    async def take_back(call: Call) -> None:
        back.put_nowait(call.arguments["place"])
        await call.hang_up()

    async with away(tmp_path, asterisk_prefix) as switch, Caller(switch, SUPPORT) as caller:  # type: ignore[arg-type]
        await caller.answered(PATIENCE)
        async with telekit(route=take_back):
            place = await asyncio.wait_for(back.get(), PATIENCE)
    assert re.fullmatch(r"\d+\.\d+:0:support", place)


async def test_menus_withheld_numbers_closing_and_messages(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with away(tmp_path, asterisk_prefix) as switch, home_phone(switch, "amina", 1) as amina:
        async with Caller(switch, MENU) as caller:  # type: ignore[arg-type]
            await caller.answered()
            await caller.press("71")
            await amina.rings(PATIENCE)
        await amina.ended()
        assert "/menu-invalid.wav" in switch.log

        async def message() -> Path | None:
            kept = Path(switch.options.messages).glob("*.wav")
            return next((file for file in kept if file.stat().st_size > EMPTY_WAV), None)

        async with Caller(switch, MENU) as caller:  # type: ignore[arg-type]
            await caller.answered()
            await caller.press("#")
            await eventually(message)
            await caller.press("#")
            assert (await caller.ended(PATIENCE)).by == "callee"
        assert "/message-saved.wav" in switch.log
        assert "/no-agent.wav" not in switch.log
        async with Caller(switch, SILENT, None) as caller:  # type: ignore[arg-type]
            await caller.answered(PATIENCE)
            await eventually(lambda: said(switch, "no-agent"))
        async with Caller(switch, CLOSED) as caller:  # type: ignore[arg-type]
            await caller.answered(PATIENCE)
            assert (await caller.ended(PATIENCE)).by == "callee"
        assert "/en/telekit/closed.wav" in switch.log


async def test_a_phone_that_sends_the_call_elsewhere_is_not_obeyed(tmp_path: Path, asterisk_prefix: Tree) -> None:
    plain = replace(OPTIONS, transport=Transport.UDP, srtp=False, listener=Listener(HOST, PLAIN))
    async with away(tmp_path, asterisk_prefix, options=plain) as switch:
        switch.ports = Ports(sip=PLAIN)
        phones = [ScriptedPhone(switch, name, password(name), address=at) for name, at in AT.items()]  # type: ignore[arg-type]
        async with phones[0] as amina, phones[1] as luc:
            switch.ports = Ports()
            async with Caller(switch, SUPPORT):  # type: ignore[arg-type]
                await amina.rings(PATIENCE)
                await amina.reject(status=302, contact=f"sip:luc@{luc.address}")
                await amina.rings(PATIENCE)
                assert not luc.calls


async def said(switch: FreeSwitchBeside, prompt: str) -> bool | None:
    return True if f"/{prompt}.wav" in switch.log else None
