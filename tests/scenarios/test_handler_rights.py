"""What a handler of manager events may do on a real Asterisk, with the lines that the guide gives for it."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.installation import Installation
from tests.lab.service import PATIENCE

GUIDE = (Path(__file__).parents[2] / "docs/scripts.md").read_text()
HANDLER = '''\
"""Written for panoramisk; nothing of telekit in it."""
import asyncio
from pathlib import Path
from panoramisk import Manager

SEEN = Path("{seen}")
manager = Manager(loop=asyncio.get_event_loop(), host="127.0.0.1", username="somebody", secret="else")

@manager.register_event("Newchannel")
def on_channel(manager, event):
    SEEN.with_name("newchannel").write_text(event.Channel)

async def main():
    await manager.connect()
    action = {{"Action": "Originate", "Channel": "Local/900@own", "Application": "Wait", "Data": "1", "Async": "true"}}
    answer = await manager.send_action(action)
    last = answer[-1] if isinstance(answer, list) else answer
    SEEN.write_text(f"{{last.event or ''}} {{last.response}} {{last.message or ''}}")

manager.loop.run_until_complete(main())
'''


def with_lines(*lines: str) -> Callable[[Installation], None]:
    """Give what adds a handler that makes a call, and lines to manager.conf below telekit's #include."""

    def add(kit: Installation) -> None:
        (kit.folder / "handlers").mkdir()
        (kit.folder / "handlers/calls.py").write_text(HANDLER.format(seen=kit.folder / "seen"))
        with kit.settings_file.open("a") as settings:
            settings.write("handlers: handlers\n")
        kit.asterisk.config["extensions.conf"] += "[own]\nexten => 900,1,Answer()\n same => n,Wait(1)\n"
        kit.asterisk.config["manager.conf"] += "".join(f"{line}\n" for line in lines)

    return add


async def written(kit: Installation, name: str) -> str:
    """Wait until the handler has written a file; give what is in it."""
    file = kit.folder / name
    async with asyncio.timeout(PATIENCE):
        while not (file.exists() and file.read_text()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # another process writes it: nothing tells when
    return file.read_text()


@pytest.fixture
def lines() -> list[str]:
    """Give the guide's own lines."""
    found = re.search(r"^\[telekit\]\(\+\)\n.*?(?=^```)", GUIDE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[0].splitlines()


async def test_with_telekits_own_rights_a_handler_makes_no_call(installed) -> None:
    kit = await installed(before=with_lines())
    assert await written(kit, "seen") == " Error Permission denied"


async def test_with_the_lines_of_the_guide_it_makes_a_call_and_hears_how_that_went(installed, lines: list[str]) -> None:
    kit = await installed(before=with_lines(*lines))
    assert await written(kit, "seen") == "OriginateResponse Success "
    assert (await written(kit, "newchannel")).startswith("Local/900@own")
