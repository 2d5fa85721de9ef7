"""The one link to FreeSWITCH's event socket."""

import asyncio
import logging
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telekit.errors import LinkError, SwitchError
from telekit.pbx.backoff import Backoff
from telekit.pbx.freeswitch.esl.drain import MOST
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.opening import Account, RefusedError, open_session, subscribe
from telekit.pbx.freeswitch.esl.session import Session
from telekit.pbx.guard import Guard

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """The time-outs of the link."""

    connect: timedelta = timedelta(seconds=5)
    """For the network to let us in, and for FreeSWITCH to ask who we are and to take the answer."""
    answer: timedelta = timedelta(seconds=10)
    """For the reply to a command."""
    job: timedelta = timedelta(seconds=90)
    """For the end of a command in the background."""
    ping_every: timedelta = timedelta(seconds=10)
    ping: timedelta = timedelta(seconds=5)
    steady: timedelta = timedelta(seconds=30)
    """How long the link must hold before the next loss counts as the first."""


class Link:
    """Keeps one connection to FreeSWITCH, brings it back when it is lost, and tells when it is up and down.

    No command is ever sent twice: what was under way when the link was lost fails with `LinkError`, and what is sent
    while it is down fails at once.
    """

    def __init__(
        self,
        account: Account,
        events: tuple[str, ...],
        *,
        patience: Patience | None = None,
        backoff: Backoff | None = None,
        most: int = MOST,
    ) -> None:
        """`events` are asked for each time; at most `most` bytes of them wait while telekit is busy."""
        self._account = account
        self._events = events
        self._patience = patience or Patience()
        self._backoff = backoff or Backoff()
        self._most = most
        self._session: Session | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._wanted: dict[str, list[Callable[[Event], object]]] = {}
        self._ups: list[Callable[[str], object]] = []
        self._downs: list[Callable[[str], object]] = []
        self._guard = Guard()
        self.version = ""
        """FreeSWITCH's version as it says it (`1.10.12-release`), once the link was up."""

    @property
    def up(self) -> bool:
        """Whether commands can be sent."""
        return self._session is not None and not self._session.over

    @property
    def round_trip(self) -> float:
        """How many seconds FreeSWITCH takes to answer; 0 while the link is down."""
        return self._session.round_trip if self._session is not None else 0.0

    async def start(self, *, insist: bool = False) -> None:
        """Connect, log in and keep the link from now on; return when it is up for the first time.

        Raises `LinkError`, with a sentence that says what to do, when that fails, and gives up; with `insist` it goes
        on trying while FreeSWITCH cannot be reached, and raises only when FreeSWITCH refuses us.
        """
        if self._keeper is not None:
            raise RuntimeError("the link is started already")
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._keep(first, insist=insist))
        self._keeper.add_done_callback(lambda _: first.cancel())
        try:
            await first
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Close the link and bring it back no more."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.wait([keeper])
        session, self._session = self._session, None
        if session is not None:
            session.leave()
        self._guard.cancel()

    def on_up(self, callback: Callable[[str], object]) -> None:
        """Call (or run) this with FreeSWITCH's version each time the link has come up, before the first event."""
        self._ups.append(callback)

    def on_down(self, callback: Callable[[str], object]) -> None:
        """Call (or run) this with the reason each time the link is lost; not when telekit closes it."""
        self._downs.append(callback)

    def subscribe(self, name: str, callback: Callable[[Event], object]) -> None:
        """Give every event of a name, or subclass of CUSTOM, to a callback; it is to be one that the link asks for."""
        self._wanted.setdefault(name, []).append(callback)

    async def api(self, line: str, *, within: timedelta | None = None) -> str:
        """Run one of FreeSWITCH's own short commands and give its output.

        Raises `LinkError` when the link is down, is lost before the answer or the answer does not come in time,
        `SwitchError` when it is refused or fails, and `UnsafeValue` for a control character.
        """
        return await self._up("api").api(line, within=within or self._patience.answer)

    async def job(self, line: str, *, within: timedelta | None = None) -> str:
        """Run a command in the background and give its output; raises as `api` does."""
        return await self._up("bgapi").job(line, within=within or self._patience.job)

    def _up(self, what: str) -> Session:
        if self._session is None:
            raise LinkError(f"{what} was not sent: the link to FreeSWITCH is down")
        return self._session

    async def _keep(self, first: "asyncio.Future[None]", *, insist: bool) -> None:
        """Bring the link up again and again, until cancelled."""
        loop = asyncio.get_running_loop()
        failures, told = 0, ""
        while True:
            why: Exception
            try:
                session, held = await self._open()
                began_at = loop.time()
                self._go_up(session, held)
                if not first.done():
                    first.set_result(None)
                why = await self._hold(session)
                if loop.time() - began_at >= self._patience.steady.total_seconds():
                    failures = 0
                self._go_down(why)
            except (LinkError, SwitchError) as error:
                why = error
                if not first.done() and (not isinstance(error, LinkError) or isinstance(error, RefusedError)):
                    first.set_exception(error)
                    return
                if not first.done() and not insist:
                    first.set_exception(error)
                    return
                if str(error) != told:
                    log.error("%s", error)
            except Exception as error:  # a bug of ours must not end the link for ever
                why = error
                log.exception("the link to FreeSWITCH failed in an unforeseen way; it is tried again")
            told = str(why)
            failures += 1
            wait = self._backoff.refused if isinstance(why, RefusedError) else self._backoff.after(failures)
            log.info("connecting to FreeSWITCH again in %.1f s", wait.total_seconds())
            await asyncio.sleep(wait.total_seconds())

    async def _open(self) -> tuple[Session, deque[Event]]:
        """Connect, log in and ask for events; those that come meanwhile are held back, in order."""
        patience = self._patience
        held: deque[Event] = deque()
        session = await open_session(self._account, held.append, within=patience.connect, most=self._most)
        try:
            await subscribe(session, (*self._events, "BACKGROUND_JOB"), within=patience.answer)
            self.version = _version(await session.api("version", within=patience.answer))
        except BaseException as error:
            session.drop(error if isinstance(error, LinkError) else LinkError("telekit gave up connecting"))
            raise
        return session, held

    async def _hold(self, session: Session) -> LinkError:
        """Watch over a session until it ends, and return why it did."""
        watch = asyncio.create_task(session.watch(self._patience.ping_every, self._patience.ping))
        try:
            ends: list[asyncio.Future[Any]] = [session.lost, watch]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            session.drop(LinkError("the watch over the link ended"))
            return session.lost.result()
        finally:
            watch.cancel()

    def _go_up(self, session: Session, held: deque[Event]) -> None:
        log.info("the link to FreeSWITCH %s at %s is up", self.version, self._account)
        self._session = session
        session.receive = self._receive
        for callback in self._ups:
            self._guard.call(callback, self.version)
        for event in held:
            self._receive(event)

    def _go_down(self, why: LinkError) -> None:
        log.error("the link to FreeSWITCH is down: %s", why)
        self._session = None
        for callback in self._downs:
            self._guard.call(callback, str(why))

    def _receive(self, event: Event) -> None:
        try:
            name = event.name
        except LinkError as error:
            log.error("%s", error)
            return
        for callback in self._wanted.get(name, ()):
            self._guard.call(callback, event)


def _version(told: str) -> str:
    """Read `FreeSWITCH Version 1.10.12-release+git~20240802…~64bit (…)`."""
    return next(iter(re.findall(r"Version ([^\s+~]+)", told)), told.strip())
