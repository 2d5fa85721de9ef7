"""Phones at home on a real FreeSWITCH: TLS, SRTP, passwords, and telekit's codes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from telekit.pbx.port import Call
from tests.dialplans.beside import PROMPT, plan_of, rules_now
from tests.dialplans.freeswitch.beside import FreeSwitchBeside, beside, home_phone, telekit
from tests.dialplans.test_agent_codes import DIALLED
from tests.lab.tree import Tree


@pytest.fixture
async def switch(tmp_path: Path, asterisk_prefix: Tree) -> AsyncIterator[FreeSwitchBeside]:
    async with beside(tmp_path / "freeswitch", asterisk_prefix, plan_of(tmp_path, rules_now())) as running:
        yield running


async def test_every_code_leads_to_telekit_with_the_phone_that_dialled_it(switch: FreeSwitchBeside) -> None:
    asked = asyncio.Queue[dict[str, str]]()

    async def agent(call: Call) -> None:
        asked.put_nowait(dict(call.arguments))
        await call.hang_up()

    async with telekit(agent=agent), home_phone(switch, "amina", 1) as amina:
        for code, (do, key) in DIALLED.items():
            await amina.dial(code)
            told = await asyncio.wait_for(asked.get(), 40)
            assert told == {"do": do, "key": key, "endpoint": "amina"}, code


async def test_a_code_in_which_telekit_is_lost_ends_with_an_apology(switch: FreeSwitchBeside) -> None:
    begun = asyncio.Event()

    async def agent(call: Call) -> None:
        await call.answer()
        begun.set()
        await asyncio.Event().wait()

    async with home_phone(switch, "amina", 1) as amina:
        async with telekit(agent=agent):
            await amina.dial("*76")
            await asyncio.wait_for(begun.wait(), 40)
        await amina.hears(PROMPT)


async def test_a_phone_talks_in_cipher(switch: FreeSwitchBeside) -> None:
    async with home_phone(switch, "amina", 1) as amina:
        await amina.dial("*76")
        await amina.hears(PROMPT)
        assert all(call.encrypted for call in amina.calls)


async def test_a_phone_reaches_the_colleagues_that_the_administrator_names_and_nobody_else(
    switch: FreeSwitchBeside,
) -> None:
    folder = switch.telekit / "telekit-colleagues"
    folder.mkdir()
    (folder / "own.xml").write_text(COLLEAGUE)
    await switch.cli("reloadxml")
    async with home_phone(switch, "amina", 1) as amina, home_phone(switch, "luc", 2) as luc:
        for number in ("1003", "luc", "ask", "1002"):
            await amina.dial(number)
        await luc.rings()
        assert len(luc.calls) == 1
        assert "hangup(UNALLOCATED_NUMBER)" in switch.log


COLLEAGUE = """\
<include>
<extension name="luc"><condition field="destination_number" expression="^1002$">
 <action application="bridge" data="user/luc@telekit"/>
</condition></extension>
</include>
"""


@pytest.mark.parametrize(("account", "guess"), [("amina", "guess"), ("nobody", "guess"), ("telekit", "")])
async def test_who_has_no_password_is_not_let_in(switch: FreeSwitchBeside, account: str, guess: str) -> None:
    phone = home_phone(switch, account, 3, guess=guess or "none")
    await phone.start()
    try:
        await phone.register()
        assert await phone.refused()
    finally:
        await phone.stop()


async def test_without_a_registration_nobody_dials(switch: FreeSwitchBeside) -> None:
    phone = home_phone(switch, "amina", 3, guess="guess")
    await phone.start()
    try:
        await phone.register()
        await phone.refused()
        await phone.dial("*71")
        await phone.refused()
    finally:
        await phone.stop()
    assert "Execute" not in switch.log.partition("telekit-agents")[2]
