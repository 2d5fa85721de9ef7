"""A node beside an Asterisk and a FreeSWITCH, both played by hand: one of them may be away."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from telekit.domain.fact import FactKind
from telekit.errors import TelekitError
from telekit.node import Node
from telekit.settings import load_settings
from tests.pbx.asterisk.ami.fake import FakeAsterisk
from tests.pbx.freeswitch.peer import Peer
from tests.test_node import ask_health, ask_status, asterisk, folder, kinds
from tests.test_node_on_freeswitch import FreeSwitch

__all__ = ["asterisk", "folder"]

RULES = """
timezone: Europe/Paris
agents:
  amina: {phone: sip:amina, shifts: always}
  luc: {phone: sip:luc, shifts: always}
shifts: {always: mon-sun 00:00-24:00}
queues: {help: {}}
routes: [{queue: help}]
"""
LUC = '{"row_count": 1, "rows": [{"reg_user": "luc", "realm": "pbx.example.org"}]}'
PATIENCE = 60


@pytest.fixture
def freeswitch() -> Iterator[Peer]:
    """Give one at which luc is registered."""
    peer = Peer()
    with peer.running(FreeSwitch(LUC)):
        yield peer


@asynccontextmanager
async def running(folder: Path, asterisk: FakeAsterisk, freeswitch: int, *, insist: bool) -> AsyncIterator[Node]:
    (folder / "rules.yaml").write_text(RULES)
    (folder / "telekit.yaml").write_text(
        "rules: rules.yaml\nagi: {port: 0}\n"
        f"asterisk: {{port: {asterisk.port}, secret: env:AMI, to_freeswitch: freeswitch}}\n"
        f"freeswitch: {{port: {freeswitch}, secret: env:AMI, domain: pbx.example.org, calls: {{port: 0}}, "
        "to_asterisk: asterisk}\n"
    )
    node = Node(load_settings(folder / "telekit.yaml"), folder)
    try:
        async with asyncio.timeout(PATIENCE):
            await node.start(insist=insist)
        yield node
    finally:
        await node.stop(0)


async def becomes(ask: Callable[[], Awaitable[Mapping[str, Any]]], true: Callable[[Mapping[str, Any]], bool]) -> None:
    """Ask until it is so."""
    async with asyncio.timeout(PATIENCE):
        while not true(await ask()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def presences(status: Mapping[str, Any]) -> list[str]:
    return [agent["presence"] for agent in status["agents"]]


@pytest.mark.parametrize("insist", [False, True])
async def test_it_begins_with_the_one_that_is_there_and_the_other_joins_goes_and_comes_back(
    folder: Path, asterisk: FakeAsterisk, freeswitch: Peer, insist: bool
) -> None:
    await asterisk.shut()
    async with running(folder, asterisk, freeswitch.account.port, insist=insist):
        status, health = await ask_status(folder), await ask_health(folder)
        assert status["link"] == "up, FreeSWITCH 1.10.12-release; Asterisk is away"
        assert presences(status) == ["unreachable", "available"]
        assert "is not up yet: " in health["link of Asterisk"]["says"]
        assert (health["link of Asterisk"]["fine"], health["link of FreeSWITCH"]["fine"]) == (False, True)

        async def asked() -> Mapping[str, Any]:
            return await ask_status(folder)

        await asterisk.listen()
        await becomes(asked, lambda status: presences(status) == ["available", "available"])
        assert (await asked())["link"] == "up, Asterisk 22.10.1 and FreeSWITCH 1.10.12-release"
        await asterisk.shut()
        await becomes(asked, lambda status: presences(status) == ["unreachable", "available"])
        assert (await asked())["link"].startswith("up, FreeSWITCH 1.10.12-release; Asterisk: ")
        await asterisk.listen()
        await becomes(asked, lambda status: presences(status) == ["available", "available"])
    links = [kind for kind in kinds(folder) if kind in (FactKind.LINK_UP, FactKind.LINK_DOWN)]
    assert links == ["link-up", "link-up", "link-down", "link-up"]


async def test_one_that_refuses_keeps_nobody_from_the_other(
    folder: Path, asterisk: FakeAsterisk, freeswitch: Peer
) -> None:
    asterisk.secret = "another"
    async with running(folder, asterisk, freeswitch.account.port, insist=True):
        assert (await ask_status(folder))["link"] == "up, FreeSWITCH 1.10.12-release; Asterisk is away"
        assert "refused the manager account" in (await ask_health(folder))["link of Asterisk"]["says"]


async def test_without_any_it_is_told_what_a_person_must_mend_and_else_waited_for(
    folder: Path, asterisk: FakeAsterisk
) -> None:
    asterisk.secret = "another"
    with pytest.raises(TelekitError, match="refused the manager account"):
        async with running(folder, asterisk, nobody_listens(), insist=True):
            pass
    await asterisk.shut()
    with pytest.raises(TelekitError, match="cannot be reached"):
        async with running(folder, asterisk, nobody_listens(), insist=False):
            pass
    asterisk.secret = "sesame"

    async def comes_late() -> None:
        await becomes(lambda: tell(folder), lambda told: "is not up yet: " in str(told))
        await asterisk.listen()

    coming = asyncio.ensure_future(comes_late())
    async with running(folder, asterisk, nobody_listens(), insist=True):
        assert (await ask_status(folder))["link"] == "up, Asterisk 22.10.1; FreeSWITCH is away"
    await coming


async def tell(folder: Path) -> Mapping[str, Any]:
    """Ask for health; nothing until it is told."""
    try:
        return await ask_health(folder)
    except TelekitError:
        return {}


def nobody_listens() -> int:
    """Give a port at which nobody is."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
