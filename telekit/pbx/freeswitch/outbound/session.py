"""One caller's connection: commands out, their replies, and the news of the caller's channel."""

import asyncio
import itertools
import logging
import socket
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, cast

from telekit.domain.names import LegId
from telekit.errors import CallerGone, LinkError, SwitchError, in_words
from telekit.pbx.freeswitch.esl.command import command, execute
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.frame import Frame, Kind
from telekit.pbx.freeswitch.esl.reader import Reader
from telekit.pbx.freeswitch.outbound.keys import Heed, Keys
from telekit.pbx.freeswitch.outbound.reports import EVENTS as REPORTS
from telekit.pbx.freeswitch.outbound.reports import Reports
from telekit.pbx.freeswitch.passing import source_of
from telekit.pbx.keep_alive import keep_alive

ANSWERS_WITHIN = 10.0
"""Seconds for what FreeSWITCH answers at once, on a machine that is busy."""
ENDED_WITHIN = 3.0
"""Seconds after a hang-up within which an application tells that it has ended, where it does."""
BROKEN_WITHIN = 0.2
"""Seconds after which an application that was told to stop is told again."""
TURNED_AWAY_WITHIN = 10.0
"""Seconds after which a connection that may not stay is ended, whoever has made it and whatever it says."""

log = logging.getLogger(__name__)

_marks = itertools.count(1)


class Keeper(Protocol):
    """Who is told of a session's life."""

    def admits(self, session: "Session", host: str) -> bool:
        """Say whether a new connection from there may stay."""

    def opened(self, session: "Session", channel: Mapping[str, str]) -> None:
        """Take a session whose channel is known."""

    def closed(self, session: "Session") -> None:
        """Forget a session, which may have been forgotten already."""


@dataclass(slots=True)
class Talk:
    """Sound that flows, or flowed, between the caller and another leg; by the switch's clock, in seconds."""

    leg: LegId
    since: float
    until: float | None = None

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=max((self.until or self.since) - self.since, 0.0))


class Session(asyncio.Protocol):
    """The protocol of one connection, asynchronous and with all commands: `socket HOST:PORT async full`.

    Replies come in the order of commands. Applications of the channel run one after the other, and each tells its end
    by the mark that it was given.
    """

    def __init__(self, keeper: Keeper) -> None:
        self.loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = self.loop.create_future()
        """Done as soon as the caller has hung up or the connection is lost."""
        self.hung_up = False
        """The caller is gone; the connection lingers for what is still to be asked."""
        self.passed_on = False
        """The caller is gone from here, and elsewhere on the switch: an agent has passed them on."""
        self.lost: LinkError | None = None
        """Why the connection can no longer be used; None while it can."""
        self.talk: Talk | None = None
        """The latest since this was last made None."""
        self.reports = Reports()
        """Those of both ends on the sound, since `hear_reports`."""
        self._keeper = keeper
        self._reader = Reader()
        self._transport: asyncio.Transport | None = None
        self._replies: deque[asyncio.Future[Frame]] = deque()
        self._running: dict[str, asyncio.Future[Event]] = {}
        self._keys = Keys(self.loop.time)
        self._uuid = ""
        self._source = ""
        """What the caller's leg told of its last transfer, in the beginning."""
        self._caller_is_gone = False
        self._ends_with_caller = False

    async def ask(self, line: str, *, within: float = ANSWERS_WITHIN) -> Frame:
        """Send a command of one line and give its reply.

        Raises `UnsafeValue` for a control character, and `LinkError` when the connection is lost or nothing comes.
        """
        return await self._send(command(line), within)

    async def api(self, line: str) -> str:
        """Run one of FreeSWITCH's own commands and give its output, whatever it says; raises as `ask` does."""
        reply = await self.ask(f"api {line}")
        return reply.text if reply.kind == Kind.API else reply.reply

    async def hear_reports(self) -> None:
        """Let the ends' reports on the sound be told from now on; raises as `ask` does."""
        if not self.reports.heard:
            self.reports.heard = True
            await self.ask(f"event json {' '.join(REPORTS)}")

    async def run(self, application: str, argument: str = "") -> Event:
        """Run an application on the caller's channel and give how it ended.

        Raises `CallerGone` when the caller hangs up before it has ended, `SwitchError` when FreeSWITCH refuses it, and
        what `ask` raises. When this is cancelled the application goes on.
        """
        return await self.end_of(await self.begin(application, argument))

    async def begin(self, application: str, argument: str = "", heed: Heed = Heed.LOST) -> str:
        """Begin an application; give the mark by which `end_of` waits for its end. Raises as `run` does."""
        if self.hung_up:
            raise CallerGone("the caller has hung up")
        mark = f"telekit-{next(_marks)}"
        self._running[mark] = self.loop.create_future()
        self._keys.expect(mark, heed)
        reply = await self._send(execute(application, argument, mark=mark), ANSWERS_WITHIN)
        if reply.refused:
            del self._running[mark]
            if self.hung_up:
                raise CallerGone("the caller has hung up")
            raise SwitchError(f"FreeSWITCH did not take {application}: {reply.reply}")
        return mark

    async def end_of(self, mark: str) -> Event:
        """Wait for the end of an application; raises `CallerGone` when the caller leaves and it tells of none."""
        ended = self._running[mark]
        try:
            await asyncio.wait((ended, self.gone), return_when=asyncio.FIRST_COMPLETED)
            if not ended.done() and self.lost is None:
                # What the application knows of how it went comes after the hang-up, or never.
                await asyncio.wait((ended,), timeout=ENDED_WITHIN)
            if ended.done():
                return ended.result()
            raise self.lost or CallerGone("the caller has hung up")
        finally:
            if ended.done() or self.gone.done():
                self._running.pop(mark, None)

    async def stop(self, mark: str) -> None:
        """Break an application off, and wait for its end; one that has ended is fine. Raises as `end_of` does.

        One that has not begun yet takes no notice, so it is told again. (With `all` it would be forgotten, and never
        tell its end.) Source: FreeSWITCH src/switch_core_session.c, switch_core_session_exec; mod_commands,
        break_function.
        """
        ended = self._running.get(mark)
        if ended is None:  # it ended in the instant in which nobody waited for it any more
            return
        while not (ended.done() or self.gone.done()):
            await self.api(f"uuid_break {self._uuid}")
            await asyncio.wait((ended, self.gone), timeout=BROKEN_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        await self.end_of(mark)

    async def press_again(self, keys: str = "") -> None:
        """Let what runs hear these keys, or those that nothing has heard. Raises as `ask` does."""
        if keys := keys or self._keys.take():
            await self.api(f"uuid_recv_dtmf {self._uuid} {keys}")

    def close(self) -> None:
        """End the connection; the dialplan goes on, if the caller is there.

        That of a caller who was passed on ends only with them: its end would take them out of wherever FreeSWITCH has
        them wait by then, until somebody answers or in telekit's own line again. Source: FreeSWITCH
        mod_event_socket.c, listener_run; src/switch_ivr.c, switch_ivr_park.
        """
        if self.passed_on and not self._caller_is_gone:
            self._ends_with_caller = True
            self._keeper.closed(self)  # it is none of those that telekit may have at once
        elif self._transport is not None and not self._transport.is_closing():
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host = (transport.get_extra_info("peername") or ("",))[0]
        if connection is not None and host and not host.startswith("127."):
            keep_alive(connection)
        begins = self._open() if self._keeper.admits(self, host) else self._send_back()
        opening = self.loop.create_task(begins)
        opening.add_done_callback(lambda task: task.cancelled() or task.exception())

    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._reader.feed(data):
                self._take(frame)
        except LinkError as error:
            self._lose(error)

    def connection_lost(self, exc: Exception | None) -> None:
        why = in_words(exc) if isinstance(exc, OSError) else self._reader.end()
        self._lose(LinkError(f"FreeSWITCH closed the connection of call {self._uuid}{f' ({why})' if why else ''}"))
        self._keeper.closed(self)

    async def _open(self) -> None:
        """Take the channel, and give it to who keeps this."""
        try:
            told = await self._connect()
        except LinkError as error:
            log.error("%s", error)
            self._lose(error)
            return
        self._keeper.opened(self, told)

    async def _send_back(self) -> None:
        """Let the dialplan go on with a call that may not stay.

        FreeSWITCH parks each call, and of a connection that has ended before that it takes no notice: the call would be
        parked for ever. An application runs only once it is. Source: FreeSWITCH mod_event_socket.c, socket_function;
        src/switch_ivr.c, switch_ivr_park.
        """
        with suppress(LinkError, SwitchError, CallerGone, TimeoutError):
            async with asyncio.timeout(TURNED_AWAY_WITHIN):
                await self._connect()
                await self.run("unset", "telekit_turned_away")
        self._lose(LinkError("the call was turned away"))

    async def _connect(self) -> Mapping[str, str]:
        """Take the channel, and ask for its events and that they come to the end; give what is told of it."""
        # All at once: FreeSWITCH answers in their order.
        connected = self._send(command("connect"), ANSWERS_WITHIN)
        rest = [self._send(command(line), ANSWERS_WITHIN) for line in ("linger", "myevents json")]
        channel, *replies = await asyncio.gather(connected, *rest)
        refused = next((reply for reply in replies if reply.refused), None)
        if refused is not None:
            raise LinkError(
                f"FreeSWITCH did not take telekit's first commands ({refused.reply}); the dialplan is to say "
                "`socket HOST:PORT async full`"
            )
        told = channel.channel()
        self._uuid, self._source = told.get("Unique-ID", ""), source_of(told)
        return told

    async def _send(self, data: bytes, within: float) -> Frame:
        if self.lost is not None or self._transport is None:
            raise self.lost or LinkError("the connection is not open yet")
        reply: asyncio.Future[Frame] = self.loop.create_future()
        self._replies.append(reply)
        self._transport.write(data)
        await asyncio.wait((reply,), timeout=within)
        if not reply.done():
            # It stays in its place: what comes for it late is not the reply to another.
            reply.cancel()
            raise LinkError(f"FreeSWITCH did not answer within {within:g} s on call {self._uuid}")
        return reply.result()

    def _take(self, frame: Frame) -> None:
        match frame.kind:
            case Kind.EVENT | Kind.PLAIN_EVENT:
                self._take_event(Event(frame))
            case Kind.DISCONNECT:
                self._left()
            case Kind.REJECTION | Kind.LOG:
                pass
            case _:
                if self._replies and not (reply := self._replies.popleft()).done():
                    reply.set_result(frame)

    def _take_event(self, event: Event) -> None:
        match event.name:
            case "DTMF":
                self._keys.pressed(event.get("DTMF-Digit", ""))
            case "CHANNEL_EXECUTE":
                if keys := self._keys.begins(event.get("Application-UUID", "")):
                    pressing = self.loop.create_task(self.press_again(keys))
                    pressing.add_done_callback(lambda task: task.cancelled() or task.exception())
            case "CHANNEL_EXECUTE_COMPLETE":
                ended = self._running.get(event.get("Application-UUID", ""))
                if ended is None:
                    # Of the dialplan's own, from before the connection, which a busy FreeSWITCH tells late.
                    return
                self._keys.ends(event.get("variable_playback_terminator_used", ""))
                self._end_talk(event)
                if source_of(event) != self._source:
                    self.passed_on = True
                    self._end_of_caller()
                if not ended.done():
                    ended.set_result(event)
            case "CHANNEL_BRIDGE":
                self.talk = Talk(LegId(event.get("Other-Leg-Unique-ID", "")), event.fired_at)
            case "CHANNEL_UNBRIDGE":
                self._end_talk(event)
            case name if name in REPORTS:
                self.reports.take(event)
            case "CHANNEL_HANGUP" | "CHANNEL_HANGUP_COMPLETE":
                if event.get("Unique-ID") == self._uuid:
                    self._end_talk(event)
                    self._left()

    def _end_talk(self, event: Event) -> None:
        if self.talk is not None and self.talk.until is None:
            self.talk.until = event.fired_at

    def _left(self) -> None:
        """Take in that the caller has hung up, wherever they were."""
        self._caller_is_gone = True
        self._end_of_caller()
        if self._ends_with_caller:
            self.close()

    def _end_of_caller(self) -> None:
        self.hung_up = True
        if not self.gone.done():
            self.gone.set_result(None)

    def _lose(self, why: LinkError) -> None:
        if self.lost is None:
            self.lost = why
        if not self.gone.done():
            self.gone.set_result(None)
        while self._replies:
            reply = self._replies.popleft()
            if not reply.done():
                reply.set_exception(self.lost)
                reply.exception()
        if self._transport is not None:
            self._transport.abort()
