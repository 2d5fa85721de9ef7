"""One connection to the event socket, from its first byte to its end."""

import asyncio
import logging
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from telekit.errors import LinkError, SwitchError
from telekit.pbx.freeswitch.esl.command import command, message
from telekit.pbx.freeswitch.esl.drain import MOST, Drain
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.frame import Frame, Kind
from telekit.pbx.freeswitch.esl.reader import Limits, Reader
from telekit.pbx.kept_link import CLOCK_TICK

_MOST_WAITING = 10_000

log = logging.getLogger(__name__)


class CommandFailed(SwitchError):  # noqa: N818  (it reads as what it is)
    """Say that FreeSWITCH refused a command, or that it failed."""

    def __init__(self, command: str, said: str) -> None:
        """`said` is the reason that FreeSWITCH gave, a hang-up cause for one."""
        super().__init__(f"FreeSWITCH refused {command}: {said}")
        self.said = said


@dataclass(slots=True, eq=False)
class _Request:
    """A command under way; FreeSWITCH answers in the order of the commands, and names none."""

    what: str
    answer: "asyncio.Future[Frame]"
    timer: asyncio.TimerHandle | None = field(default=None, repr=False)


class Session:
    """Reads frames, pairs replies with commands and jobs with their ends, and is over once.

    Events go to `receive`, in order; it must not raise. `lost` is done, with the reason, when the connection is over,
    whoever ended it; by then every command has failed, and none is ever sent again.
    """

    def __init__(
        self,
        transport: asyncio.WriteTransport,
        connection: socket.socket,
        receive: Callable[[Event], None],
        *,
        limits: Limits | None = None,
        most: int = MOST,
        early: bytes = b"",
    ) -> None:
        """Take an open connection: `transport` writes on it, and `connection`, a socket of its own, reads.

        `early` is what was read of it already.
        """
        self.receive = receive
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[None] = self._loop.create_future()
        """Done when FreeSWITCH asks who we are."""
        self.lost: asyncio.Future[LinkError] = self._loop.create_future()
        self._reader = Reader(limits)
        self._requests: deque[_Request] = deque()
        self._jobs: dict[str, asyncio.Future[str]] = {}
        self._heard_at = self._loop.time()
        self._pinged_at: float | None = None
        self._ponged = 0.0
        self._notice = ""
        self._drain = Drain(connection, self._read, self._ended, most=most)
        if early:
            self._read(early)

    @property
    def over(self) -> bool:
        """Whether the connection has ended or is ending."""
        return self.lost.done()

    @property
    def round_trip(self) -> float:
        """Say how many seconds FreeSWITCH takes to answer, by the last ping or the one under way."""
        under_way = self._loop.time() - self._pinged_at if self._pinged_at is not None else 0.0
        return max(self._ponged, under_way)

    async def ask(self, line: str, *, within: timedelta) -> Frame:
        """Send a command of one line and give its reply, which may be a refusal.

        Raises `UnsafeValue` for a control character, `LinkError` when the connection is over before the reply, or that
        is late: then nobody knows whether it was done.
        """
        return await self.send(command(line), line.partition(" ")[0], within=within)

    async def api(self, line: str, *, within: timedelta) -> str:
        """Run one of FreeSWITCH's own commands and give its output; short ones only, since events wait meanwhile.

        Raises `SwitchError` when it is refused or fails, and what `ask` raises.
        """
        reply = await self.ask(f"api {line}", within=within)
        return _output(line, reply.text if reply.kind == Kind.API else reply.reply)

    async def job(self, line: str, *, within: timedelta) -> str:
        """Run a command in the background and give its output when it is done; raises as `api` does."""
        uuid = str(uuid4())
        done: asyncio.Future[str] = self._loop.create_future()
        self._jobs[uuid] = done
        try:
            async with asyncio.timeout(within.total_seconds()):
                reply = await self.send(message(f"bgapi {line}", [("Job-UUID", uuid)]), "bgapi", within=within)
                _output(line, reply.reply)
                return _output(line, await done)
        except TimeoutError as error:
            raise _late(line.partition(" ")[0], within) from error
        finally:
            self._jobs.pop(uuid, None)

    async def send(self, data: bytes, what: str, *, within: timedelta) -> Frame:
        """Send a command that is written already; raises as `ask` does."""
        if self.over:
            raise LinkError(f"{what} was not sent: the link to FreeSWITCH is down")
        if len(self._requests) >= _MOST_WAITING:
            raise LinkError(f"{what} was not sent: {_MOST_WAITING} commands wait for FreeSWITCH's reply already")
        request = _Request(what, self._loop.create_future())
        # A late reply is still the next one: the request stays in its place, and what comes for it is dropped.
        request.timer = self._loop.call_later(within.total_seconds(), _fail, request, _late(what, within))
        self._requests.append(request)
        self._transport.write(data)
        return await request.answer

    async def watch(self, every: timedelta, patience: timedelta) -> None:
        """Ask how it is from time to time, until the connection is over; end it when FreeSWITCH has gone silent."""
        while not self.over:
            await asyncio.sleep(every.total_seconds())
            self._pinged_at = self._loop.time()
            try:
                await self.ask("api version", within=patience)
            except LinkError:
                # On a busy connection the reply queues behind events: silence is what counts.
                if self._heard_at < self._pinged_at:
                    seconds = patience.total_seconds()
                    self.drop(LinkError(f"FreeSWITCH told nothing for {seconds:g} s; it hangs, or the way is cut"))
            self._ponged, self._pinged_at = max(self._loop.time() - self._pinged_at, CLOCK_TICK), None

    def drop(self, why: LinkError) -> None:
        """End the connection at once."""
        if not self.lost.done():
            self.lost.set_result(why)
        if not self.greeted.done():
            self.greeted.set_exception(why)
            self.greeted.exception()
        while self._requests:
            request = self._requests.popleft()
            _fail(request, _unknown(request.what, why))
        jobs, self._jobs = self._jobs, {}
        for done in jobs.values():
            if not done.done():
                done.set_exception(_unknown("a job", why))
                done.exception()
        self._drain.stop()
        self._transport.abort()

    def leave(self) -> None:
        """End the connection; nothing is received any more."""
        self.receive = _ignore
        self.drop(LinkError("telekit closed the link to FreeSWITCH"))

    def _read(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        try:
            for frame in self._reader.feed(data):
                self._take(frame)
                if self.over:
                    return
        except LinkError as error:
            self.drop(error)

    def _take(self, frame: Frame) -> None:
        match frame.kind:
            case Kind.EVENT | Kind.PLAIN_EVENT:
                self._take_event(Event(frame))
            case Kind.REPLY | Kind.API:
                if not self._requests:
                    raise LinkError("FreeSWITCH sent a reply to nothing that was asked")
                request = self._requests.popleft()
                if request.timer is not None:
                    request.timer.cancel()
                if not request.answer.done():
                    request.answer.set_result(frame)
            case Kind.AUTH_REQUEST:
                if not self.greeted.done():
                    self.greeted.set_result(None)
            case Kind.REJECTION:
                raise LinkError(
                    "FreeSWITCH does not let this machine in; check apply-inbound-acl in event_socket.conf.xml"
                )
            case Kind.DISCONNECT:
                self._notice = frame.text.partition("\n")[0].strip()

    def _take_event(self, event: Event) -> None:
        if event.name == "BACKGROUND_JOB":
            done = self._jobs.get(event.get("Job-UUID", ""))
            if done is not None and not done.done():
                done.set_result(event.body)
            return
        self.receive(event)

    def _ended(self, why: LinkError) -> None:
        cut = self._reader.end()
        detail = cut or (f"it says: {self._notice}" if self._notice else "")
        self.drop(LinkError(f"{why} ({detail})" if detail else str(why)))


def _output(line: str, text: str) -> str:
    if text.startswith("-ERR"):
        said = text.removeprefix("-ERR").strip() or "no reason given"
        raise CommandFailed(line.partition(" ")[0], said)
    return text


def _fail(request: _Request, why: LinkError) -> None:
    if request.timer is not None:
        request.timer.cancel()
        request.timer = None
    if not request.answer.done():
        request.answer.set_exception(why)
        request.answer.exception()


def _late(what: str, within: timedelta) -> LinkError:
    return LinkError(f"FreeSWITCH did not answer {what} within {within.total_seconds():g} s; it may have been done")


def _unknown(what: str, why: LinkError) -> LinkError:
    return LinkError(f"the link was lost before FreeSWITCH answered {what}; it may have been done: {why}")


def _ignore(_event: Event) -> None:
    pass
