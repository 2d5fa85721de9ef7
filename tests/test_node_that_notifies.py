"""A node with a hook: its program runs with what the settings say, and sees no secret of telekit's."""

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest

from telekit.errors import SettingsError
from telekit.node import Node
from telekit.service.notices import Notice
from tests.docs.page import DOCS
from tests.pbx.asterisk.ami.fake import FakeAsterisk
from tests.test_node import RULES, ask_health, asterisk, folder, reload, settings

__all__ = ["asterisk", "folder"]

PROGRAM = """
import json, os, sys
with open("got.part", "w") as file:
    json.dump({"told": json.load(sys.stdin), "arguments": sys.argv[1:], "environment": dict(os.environ)}, file)
os.rename("got.part", "got")
"""
HOOK = "hook: {program: [hook.py, --from, telekit]}\n"
TOLD = {"notice": "kept-away", "agent": "amina", "name": "Amina: “A”\nBenali"}


def write_program(folder: Path) -> None:
    (folder / "hook.py").write_text(f"#!{sys.executable}\n{PROGRAM}")
    (folder / "hook.py").chmod(0o755)


async def running(folder: Path, asterisk: FakeAsterisk, more: str) -> Node:
    node = Node(settings(folder, asterisk, more), folder)
    await node.start()
    return node


async def part(folder: Path) -> Any:
    return (await ask_health(folder)).get("hook")


async def test_a_notice_runs_the_program_without_telekits_secrets(
    folder: Path, asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "the program's own")
    write_program(folder)
    node = await running(folder, asterisk, HOOK)
    try:
        assert node.exchange.notify is not None
        node.exchange.notify(Notice(TOLD, lambda: True))
        while not (folder / "got").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        while (await part(folder))["runs"] != 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert (await part(folder))["fine"]
    finally:
        await node.stop(0)
    got = json.loads((folder / "got").read_text())
    assert (got["told"], got["arguments"]) == (TOLD, ["--from", "telekit"])
    assert got["environment"]["MAIL_PASSWORD"] == "the program's own"
    assert "AMI" not in got["environment"]
    assert "sesame" not in str(got)


async def test_the_settings_name_a_program_that_is_there(folder: Path, asterisk: FakeAsterisk) -> None:
    with pytest.raises(SettingsError, match=r"hook\.py does not exist"):
        Node(settings(folder, asterisk, HOOK), folder)


async def test_a_handler_hears_of_notices_too(
    folder: Path, asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "handlers/notices.py").write_text((DOCS / "samples/handlers/notices.py").read_text())
    node = await running(folder, asterisk, "handlers: handlers\n")
    try:
        assert node.exchange.notify is not None
        with caplog.at_level(logging.INFO, "notices"):
            node.exchange.notify(Notice(TOLD, lambda: True))
            while not any(record.name == "notices" for record in caplog.records):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        (record,) = (record for record in caplog.records if record.name == "notices")
        assert record.message == "Amina: “A”\nBenali should know: kept-away"
    finally:
        await node.stop(0)


async def test_rules_that_want_reminders_nobody_passes_on_are_told_of(folder: Path, asterisk: FakeAsterisk) -> None:
    node = await running(folder, asterisk, "")
    try:
        assert await part(folder) is None
        (folder / "rules.yaml").write_text(f"reminder: 15m\n{RULES}")
        await reload(folder)
        told = await part(folder)
        assert not told["fine"]
        assert "name a program as `hook`" in told["says"]
        (folder / "rules.yaml").write_text(RULES)
        await reload(folder)
        assert (await part(folder))["fine"]
    finally:
        await node.stop(0)
