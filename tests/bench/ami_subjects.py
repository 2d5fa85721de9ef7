"""One AMI client under measurement: `python -m tests.bench.ami_subjects SUBJECT LOOP PORT`.

Every subject logs in, asks for the events and counts them; it prints how many came, the seconds, and the processor
seconds, from asking to the last event.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

GO = "Go"
LAST = "BenchDone"


class Meter:
    """Counts events, and the time between `start` and the last."""

    def __init__(self) -> None:
        self.events = 0
        self.done = asyncio.get_running_loop().create_future()

    def start(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu()

    def stop(self) -> None:
        self.done.set_result(
            {"events": self.events, "seconds": time.perf_counter() - self._wall, "cpu": _cpu() - self._cpu}
        )


async def bare(port: int, meter: Meter) -> None:
    """Do the least that a client can: cut at the blank line, split each header once, make a dict."""

    class Bare(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.rest = b""
            meter.start()
            transport.write(f"Action: UserEvent\r\nUserEvent: {GO}\r\n\r\n".encode())  # type: ignore[attr-defined]

        def data_received(self, data: bytes) -> None:
            data = self.rest + data
            start = 0
            while (end := data.find(b"\r\n\r\n", start)) >= 0:
                lines = data[start:end].decode().split("\r\n")
                start = end + 4
                self.event(dict(line.split(": ", 1) for line in lines if ": " in line))
            self.rest = data[start:]

        def event(self, headers: dict[str, str]) -> None:
            name = headers.get("Event")
            if name == LAST:
                meter.stop()
            elif name is not None:
                meter.events += 1

    await asyncio.get_running_loop().create_connection(Bare, "127.0.0.1", port)


async def _link(port: int, meter: Meter, subscribe: Callable[[Any], None]) -> None:
    from telekit.pbx.asterisk.ami.link import Link

    link = Link("127.0.0.1", port, "bench", "secret")
    subscribe(link)
    await link.start()
    meter.events = 0
    meter.start()
    await link.ask("UserEvent", UserEvent=GO)


async def link(port: int, meter: Meter) -> None:
    """Read every header of every event through telekit's link."""

    def on_event(message: Any) -> None:
        headers = message.headers
        if headers["Event"] == LAST:
            meter.stop()
        else:
            meter.events += 1

    await _link(port, meter, lambda link: link.subscribe("*", on_event))


async def link_picky(port: int, meter: Meter) -> None:
    """Want one kind of event out of all, as telekit does; the others are counted by nobody."""

    def on_event(message: Any) -> None:
        if message.event == LAST:
            meter.stop()
        elif message["Uniqueid"]:
            meter.events += 1

    def subscribe(link: Any) -> None:
        link.subscribe("BridgeEnter", on_event)
        link.subscribe(LAST, on_event)

    await _link(port, meter, subscribe)


async def link_handler(port: int, meter: Meter) -> None:
    """Give every event to a panoramisk handler through telekit's link."""

    def on_event(_manager: object, event: Any) -> None:
        if event.event == LAST:
            meter.stop()
        else:
            meter.events += 1

    await _link(port, meter, lambda link: link.register_event("*", on_event))


async def panoramisk(port: int, meter: Meter) -> None:
    """Give every event to the same handler through stock panoramisk."""
    from panoramisk import Manager

    manager = Manager(loop=asyncio.get_running_loop(), port=port, username="bench", secret="secret", ping_delay=3600)
    booted = asyncio.get_running_loop().create_future()

    def on_event(_manager: object, event: Any) -> None:
        if event.event == LAST:
            meter.stop()
        elif event.event == "FullyBooted":
            booted.set_result(None)
        else:
            meter.events += 1

    manager.register_event("*", on_event)
    await manager.connect()
    await booted
    meter.events = 0
    meter.start()
    await manager.send_action({"Action": "UserEvent", "UserEvent": GO})


SUBJECTS: dict[str, Callable[[int, Meter], Awaitable[None]]] = {
    "bare": bare,
    "telekit": link,
    "telekit, one kind wanted": link_picky,
    "telekit, panoramisk handler": link_handler,
    "panoramisk": panoramisk,
}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def measure(subject: str, port: int) -> None:
    meter = Meter()
    await SUBJECTS[subject](port, meter)
    result = await meter.done
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    if sys.argv[2] == "uvloop":
        import uvloop

        uvloop.run(measure(sys.argv[1], int(sys.argv[3])))
    else:
        asyncio.run(measure(sys.argv[1], int(sys.argv[3])))
