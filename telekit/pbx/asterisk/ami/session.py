"""One connection to the manager interface, from its first byte to its end."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import count
from typing import cast

from telekit.errors import LinkError, in_words
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.ami.reader import Reader
from telekit.pbx.asterisk.ami.request import Answer, Request
from telekit.pbx.asterisk.ami.writer import encode
from telekit.pbx.kept_link import CLOCK_TICK

Headers = Iterable[tuple[str, str]]

_MOST_REQUESTS = 10_000
_PINGS_OF_A_BUSY_LINK = 6

log = logging.getLogger(__name__)


class Session(asyncio.Protocol):
    """Reads messages, pairs answers with actions, and ends once.

    What comes and answers no action goes to `receive`, in order and as many at once as came at once; `receive` must not
    raise. `lost` is done, with the reason, when the connection is over, whoever ended it; by then every request has
    failed, and none is ever sent again.
    """

    def __init__(self, receive: Callable[[Iterable[Message]], None], reader: Reader | None = None) -> None:
        loop = asyncio.get_running_loop()
        self.receive = receive
        self.transport: asyncio.Transport | None = None
        self.greeted: asyncio.Future[str] = loop.create_future()
        """The protocol's version, from the banner."""
        self.lost: asyncio.Future[LinkError] = loop.create_future()
        self._loop = loop
        self._reader = reader or Reader()
        self._requests: dict[str, Request] = {}
        # OriginateResponse goes to every client of the account, so an id must be ours alone in the whole switch.
        self._ids = map(f"telekit-{secrets.token_hex(4)}-{{}}".format, count(1))
        self._heard = 0
        self._pinged_at: float | None = None
        self._ponged = 0.0

    @property
    def version(self) -> str | None:
        """The protocol's version, once Asterisk has greeted."""
        return self._reader.version

    @property
    def over(self) -> bool:
        """Whether the connection has ended or is ending."""
        return self.lost.done()

    def request(
        self,
        headers: Headers,
        *,
        timeout: timedelta,
        as_list: bool | None = None,
        follow: str | None = None,
    ) -> "asyncio.Future[Answer]":
        """Send one action and return the future of its answer.

        Raises what `encode` raises, and `LinkError` when the connection is over; the future fails with `LinkError`
        when it ends before the answer, or the answer is late: then nobody knows whether the action was done.
        """
        headers = list(headers)
        names = {name.lower(): value for name, value in headers}
        action = names.get("action", "?")
        id_ = names.get("actionid")
        if id_ is None:
            id_ = next(self._ids)
            headers.insert(1, ("ActionID", id_))
        data = encode(headers)
        if self.over or self.transport is None:
            raise LinkError(f"{action} was not sent: the link to Asterisk is down")
        if id_ in self._requests:
            raise LinkError(f"{action} was not sent: an action with ActionID {id_!r} still waits for its answer")
        if len(self._requests) >= _MOST_REQUESTS:
            self._forget_late()
        if len(self._requests) >= _MOST_REQUESTS:
            raise LinkError(f"{action} was not sent: {_MOST_REQUESTS} actions wait for Asterisk's answer already")
        # An asynchronous AGI command is told by its own id, not by the action's.
        ids = (id_, names["commandid"]) if "commandid" in names else (id_,)
        request = Request(action, ids, self._loop.create_future(), as_list=as_list, follow=follow)
        request.timer = self._loop.call_later(timeout.total_seconds(), self._too_late, request, timeout)
        for known in ids:
            self._requests[known] = request
        self.transport.write(data)
        return request.answer

    async def watch(self, every: timedelta, patience: timedelta) -> None:
        """Ping until the connection is over, and end it when Asterisk has gone silent.

        On a busy link the answer may queue behind events; silence is what counts, but not for ever.
        """
        while not self.over:
            await asyncio.sleep(every.total_seconds())
            if self.over:
                return
            self._pinged_at = self._loop.time()
            pong = self.request([("Action", "Ping")], timeout=patience * (_PINGS_OF_A_BUSY_LINK + 1))
            pong.add_done_callback(_retrieve)
            for _ in range(_PINGS_OF_A_BUSY_LINK):
                heard = self._heard
                await asyncio.wait([pong], timeout=patience.total_seconds())
                if pong.done() or heard == self._heard:
                    break
            if not pong.done():
                seconds = patience.total_seconds()
                self.drop(LinkError(f"Asterisk did not answer a ping for {seconds:g} s; it hangs, or the way is cut"))
            self._ponged = max(self._loop.time() - self._pinged_at, CLOCK_TICK)
            self._pinged_at = None

    @property
    def round_trip(self) -> float:
        """Say how many seconds Asterisk takes to answer, by the last ping or the one under way."""
        under_way = self._loop.time() - self._pinged_at if self._pinged_at is not None else 0.0
        return max(self._ponged, under_way)

    def drop(self, why: LinkError) -> None:
        """End the connection at once."""
        if not self.lost.done():
            self.lost.set_result(why)
        if not self.greeted.done():
            self.greeted.set_exception(why)
            _retrieve(self.greeted)
        requests, self._requests = self._requests, {}
        for request in requests.values():
            request.fail(
                LinkError(f"the link was lost before Asterisk answered {request.action}; it may have been done: {why}")
            )
        if self.transport is not None:
            self.transport.abort()

    def leave(self) -> None:
        """Say goodbye and end the connection; nothing is received any more."""
        self.receive = _ignore
        transport = self.transport
        if not self.over and transport is not None and not transport.is_closing():
            transport.write(encode([("Action", "Logoff")]))
            transport.close()
            self.transport = None
        self.drop(LinkError("telekit closed the link to Asterisk"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods alone

    def data_received(self, data: bytes) -> None:
        """Read what came; a breach of the protocol ends the connection."""
        self._heard += 1
        try:
            messages: Iterable[Message] = self._reader.feed(data)
        except LinkError as error:
            self.drop(error)
            return
        if not self.greeted.done() and self._reader.version is not None:
            self.greeted.set_result(self._reader.version)
        if self._requests:
            messages = [message for message in messages if not self._answers(message)]
        self.receive(messages)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell why the connection is over."""
        if self.lost.done():
            return
        if self._reader.version is None:
            why = (
                "Asterisk closed the connection before greeting; "
                "it has too many clients (authlimit in manager.conf), or something else listens there"
            )
        elif exc is None:
            why = "Asterisk closed the connection"
        else:
            why = f"the connection to Asterisk broke ({in_words(exc) if isinstance(exc, OSError) else exc})"
        self.transport = None
        self.drop(LinkError(why))

    def _answers(self, message: Message) -> bool:
        """Give a message to the request that it answers; True when it is no news for anybody else."""
        if "ActionID: " not in message.text and "CommandI" not in message.text:
            return False
        # Only peeked at: an answer may be a list of many thousand events, which whoever asked reads at leisure.
        request = self._requests.get(message.peek("ActionID"))
        if request is None:
            request = self._requests.get(message.get("CommandID", ""))
            if request is None:
                return False
        news = bool(message.event) and not request.lists
        if request.take(message):
            self._forget(request)
        return not news

    def _forget(self, request: Request) -> None:
        for known in request.ids:
            self._requests.pop(known, None)

    def _forget_late(self) -> None:
        for request in [request for request in self._requests.values() if request.answer.done()]:
            self._forget(request)

    def _too_late(self, request: Request, timeout: timedelta) -> None:
        # The request stays known, so that what comes late is not taken for news.
        request.timer = None
        request.fail(
            LinkError(
                f"Asterisk did not answer {request.action} within {timeout.total_seconds():g} s; it may have been done"
            )
        )


def _retrieve(future: "asyncio.Future[Answer] | asyncio.Future[str]") -> None:
    """Mark a future's exception as seen: it is told elsewhere."""
    if not future.cancelled():
        future.exception()


def _ignore(_messages: Iterable[Message]) -> None:
    pass
