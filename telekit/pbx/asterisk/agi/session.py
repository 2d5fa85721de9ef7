"""One FastAGI connection: one command out, its reply in, and the news that the caller has gone."""

import asyncio
import itertools
import logging
import math
from collections.abc import Awaitable
from contextlib import suppress
from typing import Protocol, cast

from telekit.errors import LinkError, in_words
from telekit.pbx.asterisk.agi.codec import Decoder, Environment, Reply, command
from telekit.pbx.keep_alive import keep_alive

ANSWERS_WITHIN = 10.0
"""Seconds for a command that Asterisk answers at once, on a machine that is busy."""
REMINDED_AFTER = (0.7, 1.0, 10.0)
"""Seconds after which Asterisk is asked again how far it is; the last of them again and again. The first is longer than
an ANSWER may take for a silent caller, for a reminder that comes before its end would be forgotten likewise."""
OPENS_WITHIN = 5.0
"""Seconds from the connection to the end of the environment, which Asterisk sends in one go."""

log = logging.getLogger(__name__)

_marks = itertools.count(1)


class Keeper(Protocol):
    """Who is told of a session's life."""

    def admits(self, session: "Session", host: str) -> bool:
        """Say whether a new connection from there may stay."""

    def opened(self, session: "Session", environment: Environment) -> None:
        """Take a session whose environment has come."""

    def closed(self, session: "Session") -> None:
        """Forget a session; told once for each that was admitted or not."""


class Session(asyncio.Protocol):
    """The protocol of one connection."""

    __slots__ = (
        *("_deadline", "_decoder", "_executes", "_gone", "_keeper", "_lost", "_mark", "_transport", "_usage_follows"),
        *("_waiter", "environment", "hung_up", "loop"),
    )

    def __init__(self, keeper: Keeper, loop: asyncio.AbstractEventLoop) -> None:
        self.environment: Environment | None = None
        self.hung_up = False
        """The caller is gone; the session goes on for the few commands that need no caller."""
        self._keeper = keeper
        self.loop = loop
        self._decoder = Decoder()
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Reply] | None = None
        self._deadline = math.inf
        self._executes = False
        self._usage_follows = False
        self._mark: str | None = None
        """The value of the reply before which all others are old."""
        self._lost: str | None = None
        self._gone: asyncio.Future[None] | None = None

    @property
    def lost(self) -> LinkError | None:
        """Why the connection can no longer be used, or None while it can."""
        return None if self._lost is None else LinkError(self._lost)

    @property
    def gone(self) -> asyncio.Future[None]:
        """Done as soon as the caller has hung up or the connection is lost."""
        if self._gone is None:
            self._gone = self.loop.create_future()
            if self.hung_up or self._lost:
                self._gone.set_result(None)
        return self._gone

    def send(self, line: bytes, within: float | None = ANSWERS_WITHIN) -> Awaitable[Reply]:
        """Send one command and await its reply, of any code; None waits for ever.

        A command that was given up (its task cancelled) is brought to its end first. Raises `LinkError` when the
        connection is lost, or the reply does not come within so many seconds.
        """
        before = self._waiter
        if before is not None:
            if not before.done():
                raise RuntimeError("One verb runs at a time: the command before this one is still running.")
            if before.cancelled():
                return self._send_late(line, within)
        return self._exchange(line, within)

    def _exchange(self, line: bytes, within: float | None) -> "asyncio.Future[Reply]":
        if self._lost is not None or self._transport is None:
            raise LinkError(self._lost or "The AGI connection is not open yet.")
        self._waiter = waiter = self.loop.create_future()
        self._deadline = math.inf if within is None else self.loop.time() + within
        self._executes = line.startswith(b"EXEC")
        self._transport.write(line)
        return waiter

    async def _send_late(self, line: bytes, within: float | None) -> Reply:
        """Read away what a given-up command still answers, then send.

        A playback stops without a reply when the next command comes, a Dial answers when it is over: so ask for a
        mark of our own and drop what comes before it (Asterisk res/res_agi.c, handle_streamfile). Where Asterisk takes
        up two commands at once it forgets the second until something more comes (res_agi.c, run_agi: lines are read
        through a buffer, but waited for below it). So it is reminded, and the latest mark counts.
        """
        for after in itertools.chain(REMINDED_AFTER, itertools.repeat(REMINDED_AFTER[-1])):
            self._mark = f"telekit-{next(_marks)}"
            with suppress(TimeoutError):
                async with asyncio.timeout(after):
                    await self._exchange(command("GET FULL VARIABLE", self._mark), None)
                    break
        return await self._exchange(line, within)

    def overdue(self, now: float) -> None:
        """Give the connection up if a reply or the environment is late; `now` is the event loop's time."""
        if self.environment is None:
            if now > self._deadline:
                self._lose(f"A client connected and sent no AGI environment for {OPENS_WITHIN:g} seconds.")
        elif now > self._deadline and self._waiter is not None and not self._waiter.done():
            self._lose("Asterisk did not answer an AGI command in time: the connection was given up.")

    def close(self) -> None:
        """End the AGI, so that the dialplan goes on."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport = cast(asyncio.Transport, transport)
        self._deadline = self.loop.time() + OPENS_WITHIN
        host, *_ = transport.get_extra_info("peername") or ("",)
        if not self._keeper.admits(self, host):
            transport.abort()
        elif not host.startswith("127."):
            keep_alive(transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        try:
            found = self._decoder.feed(data)
        except LinkError as error:
            self._lose(str(error))
            return
        for each in found:
            if isinstance(each, Reply):
                self._take(each)
            elif isinstance(each, Environment):
                self.environment = each
                self._keeper.opened(self, each)
            else:
                self.hung_up = True
                self._wake()

    def _take(self, reply: Reply) -> None:
        """Give a reply to who awaits it; one that nobody awaits any more is dropped."""
        if self._mark is not None:
            if reply.value != self._mark:
                return
            self._mark = None
        if self._usage_follows and reply.code == 520:
            self._usage_follows = False
            return
        # An application that returns 1 is answered twice: its result, then EXEC's usage (res_agi.c, handle_exec).
        self._usage_follows = self._executes and reply.result == "1"
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(reply)
        else:
            self._waiter = None

    def connection_lost(self, error: Exception | None) -> None:
        if self._lost is None:
            why = in_words(error) if isinstance(error, OSError) else error
            self._lost = (
                "Asterisk closed the AGI connection." if error is None else f"The AGI connection broke ({why})."
            )
        self._transport = None
        self._fail_waiter()
        self._wake()
        self._keeper.closed(self)

    def _lose(self, why: str) -> None:
        self._lost = why
        if self.environment is None:
            log.warning("%s", why)
        self._fail_waiter()
        self._wake()
        if self._transport is not None:
            self._transport.abort()

    def _fail_waiter(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(LinkError(self._lost))

    def _wake(self) -> None:
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)
