"""A hook that writes down what it is told."""

import asyncio
import json
import sys
from typing import Any

from tests.lab.installation import Installation

PROGRAM = "import os, sys\nos.write(os.open('told', os.O_APPEND | os.O_CREAT | os.O_WRONLY), sys.stdin.buffer.read())\n"
HOOK = "hook:\n  program: [hook.py]\n"


def with_a_hook(kit: Installation) -> None:
    kit.folder.joinpath("hook.py").write_text(f"#!{sys.executable}\n{PROGRAM}")
    kit.folder.joinpath("hook.py").chmod(0o755)


def told(kit: Installation) -> list[dict[str, Any]]:
    """Give the notices that the program got."""
    file = kit.folder / "told"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


async def are_told(kit: Installation, *agents: str) -> None:
    async with asyncio.timeout(30):
        while [notice["agent"] for notice in told(kit)] != list(agents):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
