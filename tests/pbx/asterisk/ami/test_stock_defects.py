"""Why telekit does not use panoramisk as it is: each fault shows in stock panoramisk, and not in telekit's link.

Every test runs twice with the same steps against the same server. It says in `faulty` whether the fault shows, and
expects it from stock panoramisk alone, so it also tells when a newer panoramisk has mended it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from panoramisk import Manager

from telekit.errors import LinkError, UnsafeValue
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.ami.patience import Patience
from telekit.pbx.backoff import Backoff
from tests.pbx.asterisk.ami.fake import FakeAsterisk

MOMENT = timedelta(milliseconds=50)
PLENTY = timedelta(seconds=20)
AT_ONCE = Backoff(first=timedelta(0))


class Client:
    """One of the two, with what differs between them: how to make one."""

    def __init__(self, kind: str) -> None:
        self.stock = kind == "panoramisk"

    def make(
        self,
        port: int,
        *,
        secret: str = "sesame",
        pings: bool = False,
        answer: timedelta = PLENTY,
        backoff: Backoff = AT_ONCE,
    ) -> Any:
        if self.stock:
            every = {"ping_delay": 0, "ping_interval": 0} if pings else {"ping_delay": 3600}
            loop = asyncio.get_running_loop()
            self.manager = Manager(
                loop=loop, port=port, username="telekit", secret=secret, reconnect_timeout=0, **every
            )
        else:
            patience = Patience(ping_every=MOMENT if pings else timedelta(hours=1), ping=MOMENT, answer=answer)
            self.manager = Link("127.0.0.1", port, "telekit", secret, backoff=backoff, patience=patience)
        return self.manager


@pytest.fixture(params=["panoramisk", "telekit"])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    logging.disable(logging.CRITICAL)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)  # stock panoramisk lets its mistakes fall into the loop
    client = Client(request.param)
    yield client
    client.manager.close()
    logging.disable(logging.NOTSET)


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    async with FakeAsterisk() as asterisk:
        yield asterisk


async def up(manager: Any, asterisk: FakeAsterisk) -> Any:
    """Connect, and wait until events come."""
    booted = asyncio.Event()
    manager.register_event("FullyBooted", lambda *_: booted.set())
    await manager.connect()
    await booted.wait()
    return manager


async def test_an_action_is_repeated_after_a_reconnect(client: Client, asterisk: FakeAsterisk) -> None:
    asterisk.mute.add("Originate")
    manager = await up(client.make(asterisk.port), asterisk)
    manager.send_action({"Action": "Originate", "Channel": "PJSIP/home", "Async": "true"})
    await asterisk.until(lambda: len(asterisk.named("Originate")) == 1)
    # Registered after panoramisk's own, so what this sends comes after what that sends.
    manager.register_event("FullyBooted", lambda *_: manager.send_action({"Action": "UserEvent", "UserEvent": "Back"}))
    asterisk.cut()
    await asterisk.until(lambda: len(asterisk.named("UserEvent")) == 1)
    faulty = len(asterisk.named("Originate")) == 2
    assert faulty == client.stock


async def test_an_exception_in_a_handler_ends_the_connection(client: Client, asterisk: FakeAsterisk) -> None:
    manager = await up(client.make(asterisk.port), asterisk)
    seen: list[str] = []

    def callback(_manager: Any, event: Any) -> None:
        seen.append(event.channel)
        if event.channel == "a":
            raise KeyError("a slip in an administrator's code")
        manager.send_action({"Action": "UserEvent", "UserEvent": "Saw"})

    manager.register_event("Hangup", callback)
    asterisk.send(b"Event: Hangup\r\nChannel: a\r\n\r\nEvent: Hangup\r\nChannel: b\r\n\r\n")
    await asterisk.until(lambda: asterisk.connections == 2 or bool(asterisk.named("UserEvent")))
    faulty = asterisk.connections == 2 and seen == ["a"]
    assert faulty == client.stock
    assert faulty or seen == ["a", "b"]


async def test_a_character_cut_by_a_segment_is_lost(client: Client, asterisk: FakeAsterisk) -> None:
    manager = await up(client.make(asterisk.port), asterisk)
    names: list[str] = []
    manager.register_event("Newchannel", lambda _, event: names.append(event.calleridname))
    wire = "Event: Newchannel\r\nCallerIDName: Müller\r\n\r\n".encode()
    cut = wire.index("ü".encode()) + 1
    manager.protocol.data_received(wire[:cut])
    manager.protocol.data_received(wire[cut:])
    faulty = names != ["Müller"]
    assert faulty == client.stock


async def test_an_action_that_is_not_answered_waits_for_ever(client: Client, asterisk: FakeAsterisk) -> None:
    asterisk.mute.add("Status")
    manager = await up(client.make(asterisk.port, answer=MOMENT), asterisk)
    answer = asyncio.ensure_future(manager.send_action({"Action": "Status"}))
    await asyncio.wait([answer], timeout=0.5)
    faulty = not answer.done()
    assert faulty == client.stock
    if not faulty:
        with pytest.raises(LinkError, match=r"did not answer Status within 0\.05 s; it may have been done"):
            answer.result()


async def test_pings_that_are_not_answered_are_not_noticed(client: Client, asterisk: FakeAsterisk) -> None:
    asterisk.mute.add("Ping")
    await up(client.make(asterisk.port, pings=True), asterisk)
    await asterisk.until(lambda: len(asterisk.named("Ping")) == 50 or asterisk.connections == 2)
    faulty = asterisk.connections == 1
    assert faulty == client.stock


async def test_close_does_not_stop_a_reconnect(client: Client, asterisk: FakeAsterisk) -> None:
    manager = await up(client.make(asterisk.port), asterisk)
    lost = asyncio.Event()
    manager.on_disconnect = lambda *_: lost.set()
    asterisk.cut()
    await lost.wait()
    manager.close()
    # Three others come and are greeted; with no wait before a reconnect it would have been first.
    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", asterisk.port)
        await reader.readline()
        writer.close()
    if client.stock:
        await asterisk.until(lambda: len(asterisk.named("Login")) == 2)
    faulty = len(asterisk.named("Login")) == 2
    assert faulty == client.stock


async def test_a_refused_login_is_told_to_nobody(client: Client, asterisk: FakeAsterisk) -> None:
    manager = client.make(asterisk.port, secret="wrong")
    try:
        await manager.connect()
    except LinkError as error:
        faulty = "refused the manager account 'telekit'" not in str(error)
    else:
        await asterisk.until(lambda: len(asterisk.named("Login")) == 1)
        faulty = True
    assert faulty == client.stock


async def test_every_reconnect_waits_the_same(
    client: Client, asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Backoff(first=timedelta(seconds=1), longest=timedelta(seconds=4), chance=lambda: 1.0)
    manager = client.make(asterisk.port, backoff=steps)
    loop = asyncio.get_running_loop()
    waits: list[float] = []
    enough = asyncio.Event()
    call_later = loop.call_later

    def hasten(delay: float, callback: Any, *arguments: Any, **context: Any) -> asyncio.TimerHandle:
        waits.append(delay)
        if len(waits) == 5:
            enough.set()
        return call_later(0, callback, *arguments, **context)

    await asterisk.shut()
    monkeypatch.setattr(loop, "call_later", hasten)
    connecting = manager.connect()
    await enough.wait()
    connecting.cancel()
    faulty = len(set(waits[:5])) == 1
    assert faulty == client.stock
    assert faulty or waits[:5] == [1, 2, 4, 4, 4]


async def test_a_line_feed_in_a_value_adds_an_action(client: Client, asterisk: FakeAsterisk) -> None:
    manager = await up(client.make(asterisk.port), asterisk)
    caller = "Eve\r\n\r\nAction: Command\r\nActionID: 1\r\nCommand: core stop now"
    try:
        manager.send_action({"Action": "Originate", "CallerID": caller})
    except UnsafeValue:
        faulty = False
        await manager.send_action({"Action": "Ping"})
        assert not asterisk.named("Originate")
    else:
        await asterisk.until(lambda: bool(asterisk.named("Command")))
        faulty = True
    assert faulty == client.stock


async def test_an_event_with_the_id_of_an_action_is_kept_from_handlers(client: Client, asterisk: FakeAsterisk) -> None:
    asterisk.replies["Originate"] = "Message: Originate successfully queued\r\n"
    manager = await up(client.make(asterisk.port), asterisk)
    seen: list[str] = []
    manager.register_event("OriginateResponse", lambda _, event: seen.append(event.response))
    answer = manager.send_action({"Action": "Originate", "Async": "true", "ActionID": "mine"})
    await asterisk.until(lambda: bool(asterisk.named("Originate")))
    asterisk.event("OriginateResponse", ActionID="mine", Response="Failure", Reason="0")
    response, outcome = await answer
    assert (response.message, outcome.response) == ("Originate successfully queued", "Failure")
    faulty = not seen
    assert faulty == client.stock


async def test_a_callback_cannot_be_unregistered(client: Client, asterisk: FakeAsterisk) -> None:
    manager = await up(client.make(asterisk.port), asterisk)
    seen: list[str] = []

    def callback(_manager: Any, event: Any) -> None:
        seen.append(event.channel)

    manager.register_event("Hangup", callback)
    faulty = not hasattr(manager, "unregister_event")
    assert faulty == client.stock
    if not faulty:
        manager.unregister_event("Hangup", callback)
        told = asyncio.Event()
        manager.register_event("Newchannel", lambda *_: told.set())
        asterisk.event("Hangup", Channel="a")
        asterisk.event("Newchannel", Channel="b")
        await told.wait()
        assert seen == []


async def test_an_action_before_the_link_is_up_is_refused_without_saying_why(
    client: Client, asterisk: FakeAsterisk
) -> None:
    manager = client.make(asterisk.port)
    try:
        await manager.send_action({"Action": "Ping"})
    except LinkError as error:
        faulty = "the link to Asterisk is down" not in str(error)
    except AttributeError:
        faulty = True
    assert faulty == client.stock
