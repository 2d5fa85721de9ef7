"""The one link to FreeSWITCH's event socket."""

import logging
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from telekit.errors import LinkError
from telekit.pbx.backoff import Backoff
from telekit.pbx.freeswitch.esl.drain import MOST
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.opening import Account, open_session, subscribe
from telekit.pbx.freeswitch.esl.session import Session
from telekit.pbx.kept_link import KeptLink, Opened, RefusedError

log = logging.getLogger(__name__)

OLDEST = (1, 10)
"""The oldest FreeSWITCH that telekit works with."""


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


class Link(KeptLink[Session]):
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
        self._patience = patience or Patience()
        super().__init__("FreeSWITCH", account, self._patience, backoff)
        self._account = account
        self._events = events
        self._most = most
        self._wanted: dict[str, list[Callable[[Event], object]]] = {}
        self.version = ""
        """FreeSWITCH's version as it says it (`1.10.12-release`), once the link was up."""

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

    async def _open(self) -> Opened[Session]:
        """Connect, log in and ask for events; those that come meanwhile are held back, in order."""
        patience = self._patience
        held: deque[Event] = deque()
        session = await open_session(self._account, held.append, within=patience.connect, most=self._most)
        try:
            await subscribe(session, (*self._events, "BACKGROUND_JOB"), within=patience.answer)
            self.version = _version(await session.api("version", within=patience.answer))
            _check_age(self.version)
        except BaseException as error:
            session.drop(error if isinstance(error, LinkError) else LinkError("telekit gave up connecting"))
            raise

        def begin() -> None:
            session.receive = self._receive
            for event in held:
                self._receive(event)

        return Opened(session, self.version, begin)

    def _receive(self, event: Event) -> None:
        try:
            name = event.name
        except LinkError as error:
            log.error("%s", error)
            return
        for callback in self._wanted.get(name, ()):
            self._guard.call(callback, event)


def _check_age(version: str) -> None:
    """Raise `RefusedError` for a FreeSWITCH that is too old; one whose version says nothing is taken."""
    told = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if len(told) == len(OLDEST) and told < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise RefusedError(
            f"this FreeSWITCH is too old for telekit: it is {version}, and telekit needs FreeSWITCH {oldest} or newer; "
            "upgrade FreeSWITCH"
        )


def _version(told: str) -> str:
    """Read `FreeSWITCH Version 1.10.12-release+git~20240802…~64bit (…)`."""
    return next(iter(re.findall(r"Version ([^\s+~]+)", told)), told.strip())
