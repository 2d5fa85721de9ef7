"""The rights of telekit's user on the event socket of a real FreeSWITCH."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telekit.errors import LinkError
from telekit.pbx.freeswitch.channels import EVENTS
from telekit.pbx.freeswitch.esl.link import Link
from telekit.pbx.freeswitch.esl.opening import Account
from telekit.pbx.freeswitch.rights import COMMANDS
from telekit.pbx.freeswitch.switch import FreeSwitchSwitch
from tests.dialplans.beside import plan_of, rules_now
from tests.dialplans.freeswitch.beside import CONTROL, FreeSwitchBeside, beside
from tests.lab.settings import HOST
from tests.lab.tree import Tree

ACCOUNT = Account(port=8021, user="telekit@telekit", password=CONTROL)
NEEDED = {
    "version": "FreeSWITCH Version",
    "show channels as json": "row_count",
    "show registrations as json": "row_count",
    "uuid_dump nobody json": "-ERR",
    "uuid_kill nobody": "-ERR No such channel",
    "uuid_setvar nobody TELEKIT_OFFER 1.1": "-ERR No such channel",
    "global_getvar telekit_rendered": "",
}
DANGEROUS = (
    *("system touch trap", "bg_system touch trap", "bgapi system touch trap", "eval ${system(touch trap)}"),
    *("expand system touch trap", "sched_api +1 none system touch trap", "xml_wrap system touch trap"),
    *("fsctl shutdown", "shutdown", "reloadxml", "reload mod_sofia", "unload mod_sofia", "load mod_expr"),
    *("originate loopback/1 &park", "uuid_transfer nobody 1", "uuid_record nobody start x", "hupall"),
    *("xml_locate root", "user_data amina@telekit param password", "global_setvar x=y", "sofia profile telekit stop"),
    *("lua x", "file_exists /etc/passwd", "cat x", "create_uuid", "limit_reset hash", "callcenter_config agent list"),
)


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(HOST, 8021)
    try:
        assert b"auth/request" in await reader.readuntil(b"\n\n")
        yield reader, writer
    finally:
        writer.close()


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str) -> str:
    writer.write(f"{line}\n\n".encode())
    head = (await reader.readuntil(b"\n\n")).decode()
    length = next((int(each[16:]) for each in head.splitlines() if each.startswith("Content-Length: ")), 0)
    return head + (await reader.readexactly(length)).decode()


@pytest.fixture
async def switch(tmp_path: Path, asterisk_prefix: Tree) -> AsyncIterator[FreeSwitchBeside]:
    async with beside(tmp_path / "freeswitch", asterisk_prefix, plan_of(tmp_path, rules_now())) as running:
        yield running


async def test_telekits_user_does_what_telekit_needs_and_nothing_else(switch: FreeSwitchBeside) -> None:
    assert {line.split()[0] for line in NEEDED} == set(COMMANDS)
    async with connected() as (reader, writer):
        assert "+OK accepted" in await ask(reader, writer, f"userauth {ACCOUNT.user}:{CONTROL}")
        for line, told in NEEDED.items():
            answer = await ask(reader, writer, f"api {line}")
            assert told in answer
            assert "permission denied" not in answer
        for way in ("api", "bgapi"):
            for line in DANGEROUS:
                assert "-ERR permission denied" in await ask(reader, writer, f"{way} {line}"), f"{way} {line}"
        for event in ("ALL", "CHANNEL_EXECUTE", "API", "CUSTOM sofia::gateway_state"):
            assert "-ERR permission denied" in await ask(reader, writer, f"event json {event}"), event
        assert "-ERR permission denied" in await ask(reader, writer, "log debug")
    assert not list(switch.folder.rglob("trap"))


async def test_the_link_gets_every_event_and_reads_how_old_the_fallback_is(switch: FreeSwitchBeside) -> None:
    link = Link(ACCOUNT, EVENTS)
    await link.start()
    assert link.version.startswith("1.10")
    stamp = await FreeSwitchSwitch(link, "telekit", lambda: datetime.now(UTC)).fallback()
    assert stamp is not None
    assert datetime.now(UTC) - stamp.written_at < timedelta(minutes=10)
    await link.stop()


@pytest.mark.parametrize("account", [Account(user="telekit@telekit", password="guess"), Account(user="amina@telekit")])
async def test_a_wrong_password_and_an_agent_are_refused(switch: FreeSwitchBeside, account: Account) -> None:
    with pytest.raises(LinkError, match="refused telekit's password"):
        await Link(account, EVENTS).start()


async def test_the_event_socket_listens_on_loopback_only(switch: FreeSwitchBeside) -> None:
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("::1", 8021)
