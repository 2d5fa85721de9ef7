"""Agents who talk when a caller comes to the fallback: it does not ring them too, on a real FreeSWITCH."""

from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.port import Call
from tests.dialplans.freeswitch.beside import FreeSwitchBeside, home_phone, telekit
from tests.dialplans.freeswitch.test_fallback import away
from tests.dialplans.freeswitch.test_home_phones import COLLEAGUE
from tests.dialplans.test_fallback import PATIENCE, SUPPORT, eventually
from tests.lab.callers import Caller
from tests.lab.tree import Tree


async def test_a_conversation_that_outlived_telekit_is_not_rung_into(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async def offer(call: Call) -> None:
        amina = Phone(PhoneKind.SIP, "amina")
        await call.offer([amina], ring=timedelta(seconds=20), offer=OfferId(f"{call.id}.1"))

    async with (
        away(tmp_path, asterisk_prefix) as switch,
        home_phone(switch, "amina", 1, answers=True) as amina,
        AsyncExitStack() as stack,
    ):
        async with telekit(route=offer):
            first = await stack.enter_async_context(Caller(switch, SUPPORT))  # type: ignore[arg-type]
            await first.hears(1000)
            await switch.shows("show channels", ",amina@telekit,")
        async with Caller(switch, SUPPORT) as second:  # type: ignore[arg-type]
            await eventually(lambda: found_busy(switch))
            assert len(amina.calls) == 1
            await first.hang_up()
            await second.hears(1000, within=PATIENCE)


async def test_an_agents_own_call_is_not_rung_into(tmp_path: Path, asterisk_prefix: Tree) -> None:
    async with (
        away(tmp_path, asterisk_prefix) as switch,
        home_phone(switch, "amina", 1) as amina,
        home_phone(switch, "luc", 2, answers=True) as luc,
    ):
        folder = switch.telekit / "telekit-colleagues"
        folder.mkdir()
        (folder / "own.xml").write_text(COLLEAGUE)
        await switch.cli("reloadxml")
        await amina.dial("1002")
        await luc.talks(await luc.rings(PATIENCE))
        await switch.shows("show channels", "/amina@")
        async with Caller(switch, SUPPORT):  # type: ignore[arg-type]
            await eventually(lambda: found_busy(switch))
            assert not amina.calls


async def found_busy(switch: FreeSwitchBeside) -> bool | None:
    return True if " hangup(USER_BUSY)" in switch.log else None
