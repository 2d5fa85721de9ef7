"""What `telekit serve` says when it cannot start: one sentence that tells what to do."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from tests.lab.service import Service
from tests.scenarios.conftest import ASTERISK, FREESWITCH, LINKS, Install
from tests.scenarios.rules import RULES

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def old_asterisk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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


async def old_freeswitch(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak as FreeSWITCH 1.8 does, up to telling its version."""
    writer.write(b"Content-Type: auth/request\n\n")
    version = "FreeSWITCH Version 1.8.7+git~20190706T183214Z~6047ebddfc~64bit (git 6047ebd)\n"
    while request := await reader.readuntil(b"\n\n"):
        if request.startswith(b"api version"):
            writer.write(f"Content-Type: api/response\nContent-Length: {len(version)}\n\n{version}".encode())
        else:
            writer.write(b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n")


@dataclass(frozen=True)
class Told:
    """What is said with one switch."""

    secret: str
    """The name of the variable."""
    account: tuple[str, str]
    """As whom telekit comes, and where that is set."""
    port: int
    """For calls."""
    section: str
    """Of the settings, where that port is."""
    old: Answer
    too_old: str


TOLD = {
    ASTERISK: Told(
        *("TELEKIT_AMI_SECRET", ("'telekit'", "manager.conf"), 4573, "agi"), old_asterisk, "Asterisk 16 or older"
    ),
    FREESWITCH: Told(
        *("TELEKIT_ESL_SECRET", ("'telekit@127.0.0.1'", "directory"), 8084, "freeswitch.calls"),
        *(old_freeswitch, "1.8.7"),
    ),
}


@asynccontextmanager
async def running(kit: Service) -> AsyncIterator[None]:
    """Run the switch alone."""
    await kit.switch.start()
    try:
        yield
    finally:
        await kit.switch.kill()


@pytest.fixture
def told(switch: str) -> Told:
    return TOLD[switch]


@pytest.fixture
def kit(beside: Install) -> Service:
    return beside()


async def serve(kit: Service, **environment: str) -> tuple[int, str]:
    """Run `telekit serve`, which must end by itself; give its exit status and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "telekit", "serve", "--settings", kit.settings_file),
        env=os.environ | kit.secrets | environment,
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
    assert not any(secret in told for secret in kit.secrets.values())
    return process.returncode, told


async def test_a_switch_that_does_not_run(kit: Service, switch: str) -> None:
    code, said = await serve(kit)
    assert code == 1
    assert f"127.0.0.1:{LINKS[switch].port}" in said
    assert "cannot be reached" in said
    assert "check that it runs" in said


async def test_a_wrong_secret(kit: Service, told: Told) -> None:
    async with running(kit):
        code, said = await serve(kit, **{told.secret: "not-the-secret"})
    assert code == 1
    assert "refused" in said
    assert all(part in said for part in told.account)
    assert "not-the-secret" not in said


async def test_a_secret_that_is_not_there(kit: Service, told: Told) -> None:
    code, said = await serve(kit, **{told.secret: ""})
    assert code == 1
    assert f"{told.secret} is not set" in said


async def test_a_port_in_use(kit: Service, told: Told) -> None:
    async with running(kit):
        with socket.create_server(("127.0.0.1", told.port)):
            code, said = await serve(kit)
    assert code == 1
    assert str(told.port) in said
    assert told.section in said


async def test_a_second_telekit_with_the_same_settings(kit: Service) -> None:
    async with kit:
        code, said = await serve(kit)
    assert code == 1
    assert "Another telekit already serves" in said


async def test_rules_with_mistakes_are_all_told_with_their_places(kit: Service) -> None:
    kit.rules_file.write_text(RULES.replace("strategy: fixed", "strategy: fxied").replace("ring: 10s", "ring: soon"))
    code, said = await serve(kit)
    assert code == 1
    assert "rules.yaml:14:15: queues.billing.strategy: unknown strategy 'fxied'; did you mean 'fixed'?" in said
    assert "rules.yaml:21:11: queues.technical.ring: " in said


async def test_a_switch_that_is_too_old(kit: Service, switch: str, told: Told) -> None:
    server = await asyncio.start_server(told.old, "127.0.0.1", LINKS[switch].port)
    async with server:
        code, said = await serve(kit)
    assert code == 1
    assert told.too_old in said
    assert "upgrade" in said
    assert "too old" in said
