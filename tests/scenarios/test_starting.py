"""What `telekit serve` says when it cannot start: one sentence that tells what to do."""

import asyncio
import os
import socket
import sys
from pathlib import Path

import pytest

from tests.lab.asterisk import Asterisk
from tests.lab.installation import SECRET, Installation
from tests.lab.tree import Tree
from tests.scenarios.conftest import PHONES
from tests.scenarios.rules import RULES


async def serve(kit: Installation, **environment: str) -> tuple[int, str]:
    """Run `telekit serve`, which must end by itself; give its exit status and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "telekit", "serve", "--settings", kit.settings_file),
        env=os.environ | {"TELEKIT_AMI_SECRET": SECRET, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(40):
            _, said = await process.communicate()
    except TimeoutError:
        process.kill()
        _, said = await process.communicate()
        raise AssertionError(f"telekit does not end by itself; it says\n{said.decode()}") from None
    assert process.returncode is not None
    told = said.decode()
    assert "Traceback" not in told
    assert SECRET not in told
    return process.returncode, told


@pytest.fixture
def kit(asterisk_prefix: Tree, folder: Path) -> Installation:
    return Installation(folder, asterisk_prefix, RULES, phones=PHONES)


@pytest.fixture
def asterisk(kit: Installation) -> Asterisk:
    return kit.asterisk


async def test_an_asterisk_that_does_not_run(kit: Installation) -> None:
    code, said = await serve(kit)
    assert code == 1
    assert "127.0.0.1:5038" in said
    assert "cannot be reached" in said
    assert "check that it runs" in said


async def test_a_wrong_manager_secret(kit: Installation, asterisk: Asterisk) -> None:
    async with asterisk:
        code, said = await serve(kit, TELEKIT_AMI_SECRET="not-the-secret")
    assert code == 1
    assert "refused" in said
    assert "'telekit'" in said
    assert "manager.conf" in said
    assert "not-the-secret" not in said


async def test_a_secret_that_is_not_there(kit: Installation) -> None:
    code, said = await serve(kit, TELEKIT_AMI_SECRET="")
    assert code == 1
    assert "TELEKIT_AMI_SECRET is not set" in said


async def test_a_port_in_use(kit: Installation, asterisk: Asterisk) -> None:
    async with asterisk:
        with socket.create_server(("127.0.0.1", 4573)):
            code, said = await serve(kit)
    assert code == 1
    assert "4573" in said
    assert "agi" in said


async def test_a_second_telekit_with_the_same_settings(kit: Installation) -> None:
    async with kit:
        code, said = await serve(kit)
    assert code == 1
    assert "Another telekit already serves" in said


async def test_rules_with_mistakes_are_all_told_with_their_places(kit: Installation) -> None:
    kit.rules_file.write_text(RULES.replace("strategy: fixed", "strategy: fxied").replace("ring: 10s", "ring: soon"))
    code, said = await serve(kit)
    assert code == 1
    assert "rules.yaml:14:15: queues.billing.strategy: unknown strategy 'fxied'; did you mean 'fixed'?" in said
    assert "rules.yaml:21:11: queues.technical.ring: " in said


async def test_an_asterisk_that_is_too_old(kit: Installation) -> None:
    async def old(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak as Asterisk 16 does, up to telling its version."""
        writer.write(b"Asterisk Call Manager/5.0.4\r\n")
        while request := await reader.readuntil(b"\r\n\r\n"):
            headers = dict(line.split(": ", 1) for line in request.decode().strip().split("\r\n"))
            answer = {
                "challenge": "Challenge: 123456789",
                "login": "Message: Authentication accepted",
                "coresettings": "AMIversion: 5.0.4\r\nAsteriskVersion: 16.28.0",
            }.get(headers["Action"].lower(), "Message: fine")
            writer.write(f"Response: Success\r\nActionID: {headers['ActionID']}\r\n{answer}\r\n\r\n".encode())

    server = await asyncio.start_server(old, "127.0.0.1", 5038)
    async with server:
        code, said = await serve(kit)
    assert code == 1
    assert "Asterisk 16 or older" in said
    assert "upgrade" in said
    assert "too old" in said
