"""The link and a real Asterisk 22."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.errors import LinkError
from telekit.pbx.asterisk.ami.handlers import Handlers
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.ami.patience import Patience
from telekit.pbx.backoff import Backoff
from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.tree import Tree

SOON = Backoff(first=timedelta(seconds=0.1), longest=timedelta(seconds=0.1))
ACCOUNT = "[telekit]\nsecret = sesame\nread = all\nwrite = all\npermit = 127.0.0.1/255.255.255.255\n"
ELSEWHERE = "[elsewhere]\nsecret = sesame\ndeny = 0.0.0.0/0.0.0.0\npermit = 192.0.2.1/255.255.255.255\n"
EXTENSIONS = "[x]\nexten => answers,1,Answer()\nsame => n,Wait(60)\nexten => refuses,1,Hangup(17)\n"


async def soon(queue: asyncio.Queue[str]) -> str:
    async with asyncio.timeout(40):
        return await queue.get()


@pytest.fixture
async def asterisk(tmp_path: Path, asterisk_prefix: Tree) -> AsyncIterator[Asterisk]:
    config = {
        "manager.conf": ACCOUNT + ELSEWHERE,
        "pjsip.conf": accounts.phone("amina", "pass-of-amina"),
        "extensions.conf": EXTENSIONS,
    }
    async with Asterisk(tmp_path, asterisk_prefix, config) as asterisk:
        yield asterisk


@pytest.fixture
async def link(asterisk: Asterisk) -> AsyncIterator[Link]:
    link = Link("127.0.0.1", asterisk.ports.ami, "telekit", "sesame", backoff=SOON)
    yield link
    await link.stop()


async def test_it_logs_in_and_learns_the_version_and_the_phones(link: Link, asterisk_prefix: Tree) -> None:
    await link.start()
    assert link.asterisk_version.startswith(str(asterisk_prefix.version).split("+")[0])
    states = {item["Device"]: item["State"] for item in await link.ask_list("DeviceStateList")}
    assert states["PJSIP/amina"] == "UNAVAILABLE"


@pytest.mark.parametrize(("username", "secret"), [("telekit", "wrong"), ("nobody", "sesame"), ("elsewhere", "sesame")])
async def test_an_account_that_asterisk_refuses_is_told(asterisk: Asterisk, username: str, secret: str) -> None:
    link = Link("127.0.0.1", asterisk.ports.ami, username, secret)
    with pytest.raises(LinkError, match=rf"refused the manager account '{username}' \(Authentication failed\)"):
        await link.start()


async def test_it_comes_back_after_a_restart_and_tells_both(link: Link, asterisk: Asterisk) -> None:
    ups: asyncio.Queue[str] = asyncio.Queue()
    downs: asyncio.Queue[str] = asyncio.Queue()
    link.on_up(ups.put_nowait)
    link.on_down(downs.put_nowait)
    await link.start()
    await soon(ups)
    await asterisk.restart()
    assert await soon(downs) == "Asterisk closed the connection"
    await soon(ups)
    assert any(item["Device"] == "PJSIP/amina" for item in await link.ask_list("DeviceStateList"))


async def test_an_asterisk_that_freezes_is_noticed(asterisk: Asterisk) -> None:
    quick = Patience(ping_every=timedelta(seconds=0.2), ping=timedelta(seconds=0.5))
    link = Link("127.0.0.1", asterisk.ports.ami, "telekit", "sesame", backoff=SOON, patience=quick)
    downs: asyncio.Queue[str] = asyncio.Queue()
    link.on_down(downs.put_nowait)
    await link.start()
    os.kill(asterisk.pid, signal.SIGSTOP)
    try:
        assert "did not answer a ping" in await soon(downs)
    finally:
        os.kill(asterisk.pid, signal.SIGCONT)
    await link.stop()


async def test_accents_come_back_as_they_were_sent(link: Link) -> None:
    await link.start()
    assert (await link.ask("DBPut", Family="telekit", Key="name", Val="Chloé Müller")).ok
    [entry] = await link.ask_list("DBGet", Family="telekit", Key="name")
    assert entry["Val"] == "Chloé Müller"


async def test_a_handlers_synchronous_originate_is_answered_and_holds_nobody_up(link: Link) -> None:
    await link.start()
    rings = link.send_action({"Action": "Originate", "Channel": "Local/answers@x", "Application": "Wait", "Data": "9"})
    assert (await link.ask("Ping")).ok
    answered = await rings
    assert (answered.response, answered.message) == ("Success", "Originate successfully queued")
    refused = await link.send_action(
        {"Action": "Originate", "Channel": "Local/refuses@x", "Application": "Wait", "Data": "9"}
    )
    assert (refused.response, refused.message) == ("Error", "Originate failed")


async def test_a_handlers_asynchronous_originate_gives_response_and_outcome(link: Link) -> None:
    await link.start()
    response, outcome = await link.send_action(
        {"Action": "Originate", "Channel": "Local/answers@x", "Application": "Wait", "Data": "9", "Async": "true"}
    )
    assert (response.message, outcome.event) == ("Originate successfully queued", "OriginateResponse")
    assert outcome.reason == "4"


async def test_a_handler_file_sees_the_call_that_it_places(link: Link, tmp_path: Path) -> None:
    folder = tmp_path / "handlers"
    folder.mkdir()
    (folder / "calls.py").write_text(
        "from panoramisk import Manager\n"
        "manager = Manager(host='192.0.2.1', username='theirs', secret='other')\n"
        "@manager.register_event('FullyBooted')\n"
        "async def place(manager, event):\n"
        "    version = await manager.send_command('core show version')\n"
        "    assert 'Asterisk 22' in str(version.output), version\n"
        "    await manager.send_action({'Action': 'Originate', 'Channel': 'Local/answers@x', 'Application': 'Wait',\n"
        "                               'Data': '9', 'Async': 'true'})\n"
        "@manager.register_event('Newchannel')\n"
        "def saw(manager, event):\n"
        "    manager.send_action({'Action': 'UserEvent', 'UserEvent': 'Saw', 'What': event.Channel})\n"
        "manager.connect(run_forever=True)\n"
    )
    seen: asyncio.Queue[str] = asyncio.Queue()
    link.subscribe("UserEvent", lambda message: seen.put_nowait(message["What"]))
    handlers = Handlers(folder, link)
    await handlers.start()
    await link.start()
    assert (await soon(seen)).startswith("Local/answers@x-")
    await handlers.stop()
