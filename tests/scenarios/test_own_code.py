"""An administrator's own code: call scripts, scripts for pyst2 and handlers for panoramisk, as they are."""

import asyncio
import re
import time
from pathlib import Path

from tests.lab.callers import Caller
from tests.lab.service import PATIENCE, Service
from tests.scenarios.rules import NUMBER, RULES

SCRIPT = """
async def script(call):
    await call.answer()
    key = await call.ask("telekit/welcome", digits=1)
    await call.set("CHOSEN", key)
    await call.hand_back("chosen")
"""

PYST2 = '''\
#!/usr/bin/env python
"""Written for pyst2, to be run by AGI(); nothing of telekit in it."""
import sys
from asterisk.agi import AGI

agi = AGI()
agi.verbose("old script started")
agi.answer()
agi.set_variable("OLD", agi.env["agi_extension"])
agi.stream_file("telekit/goodbye")
agi.hangup()
sys.exit(0)
'''

HANDLER = '''\
"""Written for panoramisk; nothing of telekit in it."""
import asyncio
from pathlib import Path
from panoramisk import Manager

manager = Manager(loop=asyncio.get_event_loop(), host="127.0.0.1", username="somebody", secret="else")

@manager.register_event("DialBegin")
def on_dial(manager, event):
    with open("{seen}", "a") as seen:
        seen.write(event.DestChannel + "\\n")

if __name__ == "__main__":
    manager.connect()
    manager.loop.run_forever()
'''

BROKEN = "async def script(call):\n    await call.answer()\n    raise ValueError('a mistake of mine')\n"

SCRIPTS = {"100": "choose", "200": "old", "300": "broken"}
"""Where an administrator's own dialplan leads, by the number."""


def own_scripts(kit: Service) -> None:
    """Put the administrator's scripts beside the settings, and their dialplan before telekit's."""
    scripts = kit.folder / "scripts"
    scripts.mkdir()
    (scripts / "choose.py").write_text(SCRIPT)
    (scripts / "old.py").write_text(PYST2)
    (scripts / "broken.py").write_text(BROKEN)
    with kit.settings_file.open("a") as settings:
        settings.write("scripts: scripts\n")
    kit.let_scripts(SCRIPTS)


def own_handlers(kit: Service) -> None:
    """Put the administrator's handlers beside the settings."""
    handlers = kit.folder / "handlers"
    handlers.mkdir()
    (handlers / "dials.py").write_text(HANDLER.format(seen=kit.folder / "seen"))
    with kit.settings_file.open("a") as settings:
        settings.write("handlers: handlers\n")


async def written(file: Path) -> str:
    """Wait until a handler, which runs in a thread of its own, has written a line."""
    deadline = time.monotonic() + PATIENCE
    while not (file.exists() and (text := file.read_text()).endswith("\n")):
        assert time.monotonic() < deadline, f"{file.name} is not written within {PATIENCE} s"
        await asyncio.sleep(0.02)  # nothing tells when a file grows
    return text


async def test_a_script_asks_the_caller_and_hands_back_to_a_label(installed) -> None:
    kit = await installed(before=own_scripts)
    async with Caller(kit.switch, "100") as caller:
        await kit.plays("telekit/welcome")
        await caller.press("7")
        assert (await caller.ended(within=40)).by == "callee"
    assert set(re.findall(r"chosen (\w*)", kit.switch.log)) == {"7"}


async def test_a_script_for_pyst2_runs_unchanged(installed) -> None:
    kit = await installed(before=own_scripts)
    async with Caller(kit.switch, "200") as caller:
        await kit.plays("telekit/goodbye")
        assert (await caller.ended(within=40)).by == "callee"
    await kit.asterisk.logs("old script started")


async def test_a_script_that_raises_ends_its_caller_decently_and_harms_no_other(installed) -> None:
    kit = await installed(before=own_scripts)
    async with kit.phone("amina", 1, answers=True) as amina, Caller(kit.switch, NUMBER) as other:
        await amina.rings()
        await amina.talks()
        async with Caller(kit.switch, "300") as caller:
            await kit.plays("telekit/fault")
            assert (await caller.ended(within=40)).by == "callee"
        assert "a mistake of mine" in kit.log
        await other.hears(amina.hertz)
        await other.hang_up()
        await kit.fact("finished", agent="amina")


async def test_a_handler_for_panoramisk_runs_unchanged_beside_telekits_own(installed) -> None:
    kit = await installed(before=own_handlers)
    async with kit.phone("amina", 1) as amina, Caller(kit.switch, NUMBER) as caller:
        await amina.rings()
        await caller.hang_up()
    assert (await written(kit.folder / "seen")).startswith("PJSIP/amina-")


async def test_a_route_leads_to_a_script(installed) -> None:
    rules = RULES.replace("routes:\n", "routes:\n  - {when: {dialed: 555}, script: choose}\n")
    kit = await installed(rules, before=own_scripts)
    async with Caller(kit.switch, "555") as caller:
        await kit.plays("telekit/welcome")
        await caller.hang_up()
