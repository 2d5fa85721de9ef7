"""The codes that agents dial from their phones."""

import asyncio
from pathlib import Path

from telekit.callflow.agent_codes import CODES
from telekit.pbx.port import Call
from tests.dialplans.beside import asterisk_beside, plan_of, rules_now, telekit
from tests.lab.callers import Caller
from tests.lab.tree import Tree

DIALLED = {
    "*71": ("login", ""),
    "*72": ("logout", ""),
    "*73": ("pause", ""),
    "*734": ("pause", "4"),
    "*74": ("resume", ""),
    "*75": ("end-wrap-up", ""),
    "*76": ("shift", ""),
    "*77": ("extend-wrap-up", ""),
    "*775": ("extend-wrap-up", "5"),
    "*7715": ("extend-wrap-up", "15"),
    "*78": ("missed-call", ""),
    "*79": ("line-check", ""),
}
PHONES = {"extensions.conf": "[phones]\ninclude => telekit-agents\n"}


async def test_each_code_tells_telekit_what_to_do_for_which_phone(tmp_path: Path, asterisk_prefix: Tree) -> None:
    asked = asyncio.Queue[tuple[str, str, str]]()

    async def note(call: Call) -> None:
        asked.put_nowait((call.arguments["do"], call.arguments["key"], call.arguments["endpoint"]))
        await call.hang_up()

    plan = plan_of(tmp_path, rules_now())
    # The endpoint that dials is `carrier` here; a phone at home dials no otherwise.
    async with asterisk_beside(
        tmp_path / "asterisk", asterisk_prefix, plan, more=PHONES, callers_to="phones"
    ) as asterisk:
        async with telekit(agent=note):
            for code, meant in DIALLED.items():
                async with Caller(asterisk, code) as phone:
                    await phone.ended()
                assert asked.get_nowait() == (*meant, "carrier")
        async with Caller(asterisk, "*71") as phone:
            assert (await phone.ended()).by == "callee"
        assert "Playing 'telekit/fault" in asterisk.log


def test_every_code_that_telekit_understands_can_be_dialled() -> None:
    assert {meant for meant, _ in DIALLED.values()} == CODES
