"""The one link to a switch: it is brought up again and again, and tells when it is up and down."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from telekit.errors import LinkError, SwitchError
from telekit.pbx.backoff import Backoff
from telekit.pbx.guard import Guard

log = logging.getLogger(__name__)

CLOCK_TICK = 0.001
"""Seconds; uvloop's clock tells no less, so that an answer may seem to take no time at all, as if none had come."""


class RefusedError(LinkError):
    """Say that the switch will not have us, which waiting does not mend."""


class Insist(Enum):
    """Whether a start goes on trying for a link that cannot be brought up, or raises."""

    NO = "no"
    WHILE_AWAY = "while away"
    """It raises only for what a person must mend."""
    ALWAYS = "always"

    def bears(self, error: LinkError | SwitchError) -> bool:
        """Say whether it goes on after that."""
        is_refusal = isinstance(error, RefusedError | SwitchError)
        return self is Insist.ALWAYS or (self is Insist.WHILE_AWAY and not is_refusal)


class Session(Protocol):
    """One connection, from its first byte to its end."""

    @property
    def lost(self) -> "asyncio.Future[LinkError]":
        """Done, with the reason, when it is over."""

    @property
    def over(self) -> bool: ...
    @property
    def round_trip(self) -> float: ...
    async def watch(self, every: timedelta, patience: timedelta) -> None:
        """Ask from time to time whether the switch is there, and drop the connection when it is not."""

    def drop(self, why: LinkError) -> None: ...
    def leave(self) -> None:
        """End it as telekit's own wish."""


class Patience(Protocol):
    """The time-outs that matter here."""

    @property
    def ping_every(self) -> timedelta: ...
    @property
    def ping(self) -> timedelta: ...
    @property
    def steady(self) -> timedelta:
        """How long the link must hold before the next loss counts as the first."""


S = TypeVar("S", bound=Session)


@dataclass(frozen=True, slots=True)
class Opened(Generic[S]):
    """A connection on which telekit is logged in."""

    session: S
    version: str
    """The switch's own, as it says it."""
    begin: Callable[[], object]
    """Gives what was told since the login, and from then on all that is told at once."""


class KeptLink(ABC, Generic[S]):
    """Keeps one connection to a switch, brings it back when it is lost, and tells when it is up and down."""

    def __init__(self, switch: str, address: object, patience: Patience, backoff: Backoff | None) -> None:
        """`switch` and where it is are named in what is said of the link."""
        self._switch = switch
        self._where = address
        self._pace = patience
        self._backoff = backoff or Backoff()
        self._keeper: asyncio.Task[None] | None = None
        self._session: S | None = None
        self._ups: list[Callable[[str], object]] = []
        self._downs: list[Callable[[str], object]] = []
        self._misses: list[Callable[[LinkError | SwitchError], object]] = []
        self._guard = Guard()

    @property
    def up(self) -> bool:
        """Whether something can be sent."""
        return self._session is not None and not self._session.over

    @property
    def round_trip(self) -> float:
        """How many seconds the switch takes to answer; 0 while the link is down."""
        return self._session.round_trip if self._session is not None else 0.0

    def on_up(self, callback: Callable[[str], object]) -> None:
        """Call (or run) this with the switch's version each time the link has come up, before the first event."""
        self._ups.append(callback)

    def on_down(self, callback: Callable[[str], object]) -> None:
        """Call (or run) this with the reason each time the link is lost; not when telekit closes it."""
        self._downs.append(callback)

    def on_miss(self, callback: Callable[[LinkError | SwitchError], object]) -> None:
        """Call (or run) this with the reason each time the link could not be brought up."""
        self._misses.append(callback)

    async def start(self, *, insist: Insist = Insist.NO) -> None:
        """Connect, log in and keep the link from now on; return when it is up for the first time.

        Raises `LinkError`, or `SwitchError` for an account that may not do what it must, with a sentence that says what
        to do, when that fails, and gives up, unless it is to `insist`.
        """
        if self._keeper is not None:
            raise RuntimeError("the link is started already")
        loop = asyncio.get_running_loop()
        first: asyncio.Future[None] = loop.create_future()
        self._keeper = loop.create_task(self._keep(first, insist=insist))
        self._keeper.add_done_callback(lambda _: self._give_up(first))
        try:
            await first
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the link and bring it back no more; `start` may follow."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
        session, self._session = self._session, None
        if session is not None:
            session.leave()

    async def stop(self) -> None:
        """Say goodbye, close the link and cancel what callbacks still run."""
        keeper = self._keeper
        self.close()
        self._guard.cancel()
        if keeper is not None:
            await asyncio.wait([keeper])

    @abstractmethod
    async def _open(self) -> Opened[S]:
        """Connect and log in.

        Raises `RefusedError` or `SwitchError` for what a person must mend, `LinkError` for what may pass by itself.
        """

    def _go_up(self, opened: Opened[S]) -> None:
        log.info("the link to %s %s at %s is up", self._switch, opened.version, self._where)
        self._session = opened.session
        for callback in self._ups:
            self._guard.call(callback, opened.version)
        opened.begin()

    def _go_down(self, why: LinkError) -> None:
        log.error("the link to %s is down: %s", self._switch, why)
        self._session = None
        for callback in self._downs:
            self._guard.call(callback, str(why))

    async def _keep(self, first: "asyncio.Future[None]", *, insist: Insist) -> None:
        """Bring the link up again and again, until cancelled."""
        loop = asyncio.get_running_loop()
        failures, told = 0, ""
        while True:
            why: Exception
            try:
                opened = await self._open()
                began_at = loop.time()
                self._go_up(opened)
                if not first.done():
                    first.set_result(None)
                why = await self._hold(opened.session)
                if loop.time() - began_at >= self._pace.steady.total_seconds():
                    failures = 0
                self._go_down(why)
            except (LinkError, SwitchError) as error:
                why = error
                if not first.done() and not insist.bears(error):
                    first.set_exception(error)
                    return
                for callback in self._misses:
                    self._guard.call(callback, error)
                if str(error) != told:
                    log.error("%s", error)
            except Exception as error:  # a bug of ours must not end the link for ever
                why = error
                log.exception("the link to %s failed in an unforeseen way; it is tried again", self._switch)
            told = str(why)
            failures += 1
            wait = self._backoff.refused if isinstance(why, RefusedError) else self._backoff.after(failures)
            log.info("connecting to %s again in %.1f s", self._switch, wait.total_seconds())
            await asyncio.sleep(wait.total_seconds())

    async def _hold(self, session: S) -> LinkError:
        """Watch over a session until it ends, and return why it did."""
        watch = asyncio.create_task(session.watch(self._pace.ping_every, self._pace.ping))
        try:
            # Not awaited itself: to cancel this must not mark the session as over.
            ends: list[asyncio.Future[Any]] = [session.lost, watch]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            session.drop(LinkError("the watch over the link ended"))
            return session.lost.result()
        finally:
            watch.cancel()

    def _give_up(self, first: "asyncio.Future[None]") -> None:
        """Let go whoever waits for a link that was closed before it was up."""
        if not first.done():
            first.set_exception(LinkError(f"the link to {self._switch} was closed before it was up"))
