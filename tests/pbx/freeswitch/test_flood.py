"""More events than FreeSWITCH keeps for a client: one that does not read holds up the switch, telekit never does."""

import asyncio
import socket
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from telekit.pbx.freeswitch.channels import EVENTS
from telekit.pbx.freeswitch.esl.drain import MOST
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.link import Link
from telekit.pbx.freeswitch.switch import FreeSwitchSwitch
from telekit.pbx.losses import LinkDown
from telekit.pbx.port import LinkUp, SwitchEvent
from tests.lab.freeswitch import EVENTS as PORT
from tests.lab.freeswitch import PASSWORD, FreeSwitch, found, needed
from tests.lab.settings import HOST
from tests.lab.tree import Tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEPT = 100_000
"""Events that FreeSWITCH keeps for a client (mod_event_socket.c, MAX_QUEUE_LEN)."""
FLOOD = 120_000
AT_ONCE = 2000
PATIENCE = 60.0
SILENT = 5.0
"""Seconds without a word, by which a switch is known to hang."""


class Client:
    """Another client of the event socket, such as `fs_cli`; whoever hears nothing for too long gets a TimeoutError."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._socket = socket.create_connection((HOST, PORT), patience)
        self._heard = b""
        self.until("auth/request\n\n")
        self.say(f"auth {PASSWORD}")
        self.until("accepted\n\n")

    def say(self, *commands: str) -> None:
        self._socket.sendall("".join(f"{command}\n\n" for command in commands).encode())

    def until(self, text: str) -> None:
        """Read up to a text."""
        while (at := self._heard.find(text.encode())) < 0:
            self._heard = self._heard[-200:] + self._listen()
        self._heard = self._heard[at + len(text) :]

    def asks(self) -> None:
        """Ask for something and wait for the answer."""
        self.say("api uptime")
        self.until("Content-Type: api/response")

    def close(self) -> None:
        self._socket.close()

    def _listen(self) -> bytes:
        data = self._socket.recv(1 << 18)
        if not data:
            raise EOFError("FreeSWITCH closed the connection")
        return data


def floods(upto: int, *, patience: float = PATIENCE) -> Iterator[None]:
    """Make events, each with a number of its own; stop after every few, when FreeSWITCH has told all of them."""
    with closing(Client(patience=patience)) as client:
        client.say("event plain API")
        client.until("+OK event listener enabled plain\n\n")
        for first in range(0, upto, AT_ONCE):
            client.say(*(f"api echo {number}" for number in range(first, first + AT_ONCE)))
            client.until(f"API-Command-Argument: {first + AT_ONCE - 1}\n")
            yield


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(asterisk_prefix: Tree, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FreeSwitch | None]:
    if (prefix := found()) is None:
        yield None
        return
    folder: Path = tmp_path_factory.mktemp("fs")
    async with FreeSwitch(folder / "freeswitch", prefix, asterisk_prefix, phones={}, dialplan="") as ready:
        yield ready


@pytest.fixture
def beside(running: FreeSwitch | None) -> FreeSwitch:
    needed()
    assert running is not None
    return running


class StandsStill:
    """What takes events and, at the first, blocks the event loop until it is let go."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.begun, self._go_on = threading.Event(), threading.Event()

    def take(self, event: Event) -> None:
        if event.get("API-Command") == "echo":
            self.begun.set()
            self._go_on.wait(PATIENCE)
            self._go_on.set()
            self.numbers.append(int(event.get("API-Command-Argument", "")))

    def go_on(self) -> None:
        self._go_on.set()


async def test_while_telekit_stands_still_freeswitch_goes_on_and_nothing_is_lost_untold(beside: FreeSwitch) -> None:
    handler, told = StandsStill(), asyncio.Queue[SwitchEvent]()
    ample = Link(beside.account, ("API",), most=8 * MOST)
    ample.subscribe("API", handler.take)
    usual = Link(beside.account, (*EVENTS, "API"))
    switch = FreeSwitchSwitch(usual, HOST, lambda: datetime.now(UTC))

    def flood() -> int:
        answered = 0
        for _ in floods(FLOOD):
            with closing(Client()) as other:
                other.asks()
            answered += handler.begun.is_set()
        handler.go_on()
        return answered

    await ample.start()
    await switch.start(told.put_nowait)
    try:
        assert isinstance(await told.get(), LinkUp)
        assert await asyncio.to_thread(flood) > KEPT // AT_ONCE
        async with asyncio.timeout(PATIENCE):
            down = await told.get()
            assert isinstance(down, LinkDown)
            assert "too busy" in down.why
            assert isinstance(await told.get(), LinkUp)
            await ample.api("uptime")  # whose answer comes after all events
        assert handler.numbers == list(range(FLOOD))
    finally:
        handler.go_on()
        await switch.stop()
        await ample.stop()


async def test_a_client_that_does_not_read_holds_up_the_whole_switch_until_it_goes(beside: FreeSwitch) -> None:
    def hold_up() -> None:
        with closing(Client()) as mute:
            mute.say("event plain API")
            with pytest.raises(TimeoutError):
                deque(floods(2 * KEPT, patience=SILENT))
            assert "Max queue size reached" in beside.log
            with pytest.raises(TimeoutError):
                Client(patience=SILENT)
        with closing(Client()) as other:
            other.asks()

    await asyncio.to_thread(hold_up)
