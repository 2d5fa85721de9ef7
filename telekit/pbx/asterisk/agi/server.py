"""The FastAGI server: one connection, one caller, one script."""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Collection, Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from telekit.domain.names import OURS, CallId, OfferId
from telekit.errors import CallerGone, LinkError, TelekitError, in_words
from telekit.pbx.asterisk.agi.call import STATUS_VARIABLE, AgiCall
from telekit.pbx.asterisk.agi.codec import Environment
from telekit.pbx.asterisk.agi.session import Session
from telekit.pbx.asterisk.agi.surroundings import Surroundings
from telekit.pbx.port import FindScript, Script

log = logging.getLogger(__name__)

FAULT = "telekit/fault"
"""The prompt that a caller hears whose script went wrong."""
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
MOST_HOSTS = 1000
"""Addresses of which is remembered whether they may come."""
LAST_WORDS = 5.0
"""Seconds that scripts have to clean up when the server ends them."""
SWEEP = 1.0
"""Seconds between two looks for late replies."""


class AgiServer:
    """Listen for Asterisk and run the script that the dialplan names: `agi://host/NAME`."""

    def __init__(
        self,
        scripts: FindScript | Mapping[str, Script],
        *,
        host: str = "127.0.0.1",
        port: int = 4573,
        allow: Iterable[IPv4Network | IPv6Network] = LOOPBACK,
        trunk: str | None = None,
        number: str | None = None,
        voicemail: str = "telekit-voicemail",
        most: int = 10_000,
        tell_led: Callable[[CallId], object] = lambda call: None,
    ) -> None:
        """`allow` are the networks Asterisk may come from; `most` is how many calls may be here at once.

        `tell_led` is told each time that a script begins to lead somebody whom telekit has called.
        """
        self._find = scripts.get if isinstance(scripts, Mapping) else scripts
        self._host, self._port = host, port
        self._allow = tuple(allow)
        self._welcome: dict[str, bool] = {}
        self._most = most
        self._tell_led = tell_led
        self._surroundings = Surroundings(trunk, voicemail, number)
        self._sessions: set[Session] = set()
        self._calls: dict[Session, asyncio.Task[None]] = {}
        self._led: dict[Session, CallId] = {}
        self._turned_away: tuple[float, str] | None = None
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.TimerHandle | None = None

    @property
    def port(self) -> int:
        """The port that is listened on, also when the system chose it."""
        if self._server is None:
            return self._port
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def calls(self) -> int:
        """How many calls are here."""
        return len(self._calls)

    @property
    def led(self) -> Collection[CallId]:
        """The calls that are here, each as often as a script leads it."""
        return self._led.values()

    @property
    def turned_away(self) -> tuple[float, str] | None:
        """How many seconds ago a call was last not let in, and why; None when none was."""
        if self._turned_away is None:
            return None
        at, why = self._turned_away
        return asyncio.get_running_loop().time() - at, why

    @property
    def listens(self) -> bool:
        """Whether calls are taken."""
        return self._server is not None and self._server.is_serving()

    async def reserve(self) -> None:
        """Take the port, and refuse who connects until the start; raises `LinkError` when the port cannot be had."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: Session(self, loop), self._host, self._port, backlog=1024, start_serving=False
            )
        except (OSError, UnicodeError) as error:
            raise _not_had(error, self._host, self._port) from error

    async def start(self) -> None:
        """Listen, at a port that may be reserved already; raises `LinkError` when it cannot be had."""
        if self._server is None or not self._server.sockets:  # it was stopped before
            await self.reserve()
        assert self._server is not None  # noqa: S101  (it was reserved)
        try:
            await self._server.start_serving()
        except OSError as error:  # somebody else began to listen there meanwhile
            raise _not_had(error, self._host, self._port) from error
        self._sweep_on()

    def refuse(self) -> None:
        """Take no more calls; those that are here go on."""
        if self._server is not None:
            self._server.close()

    async def stop(self, grace: float = 0.0) -> None:
        """Take no more calls, wait for so many seconds until scripts end, then end them; the dialplans go on."""
        self.refuse()
        if self._calls:
            await asyncio.wait(self._calls.values(), timeout=grace)
        for task in self._calls.values():
            task.cancel()
        if self._calls:
            await asyncio.wait(self._calls.values(), timeout=LAST_WORDS)
        for session in tuple(self._sessions):
            session.close()
        if self._sweeper is not None:
            self._sweeper.cancel()

    def note_joined(self, offer: OfferId) -> None:
        """Pass on that sound flows for an offer, which AGI does not tell: its talk is measured from here."""
        joined = self._surroundings.joined_at
        if offer in joined:
            joined[offer] = asyncio.get_running_loop().time()

    def admits(self, session: Session, host: str) -> bool:
        """Let Asterisk in, and nobody else, and not more calls than agreed."""
        if host not in self._welcome:
            self._welcome[host] = self._may_come(host)
        if not self._welcome[host]:
            self._turned_away = (session.loop.time(), f"{host} is in none of the networks of agi.allow")
            return False
        if len(self._sessions) >= self._most:
            self._turned_away = (session.loop.time(), f"{self._most} were here already")
            log.error("a call is turned away: %d are here already", self._most)
            return False
        self._sessions.add(session)
        return True

    def opened(self, session: Session, environment: Environment) -> None:
        """Run the script of a call."""
        call = AgiCall(session, environment, self._surroundings)
        self._led[session] = call.id
        if call.id.startswith(OURS):
            self._tell_led(call.id)
        self._calls[session] = session.loop.create_task(self._serve(session, call))

    def closed(self, session: Session) -> None:
        """Forget a connection."""
        self._sessions.discard(session)

    def _may_come(self, host: str) -> bool:
        address = ip_address(host)
        address = getattr(address, "ipv4_mapped", None) or address
        welcome = any(address in network for network in self._allow)
        if not welcome:
            log.warning("%s is not let in: the networks that may send calls are agi.allow in telekit.yaml", host)
        if len(self._welcome) > MOST_HOSTS:
            self._welcome.clear()
        return welcome

    async def _serve(self, session: Session, call: AgiCall) -> None:
        try:
            script = self._find(call.script)
            if script is None:
                log.error("call %s asks for script %r, which does not exist: handed back", call.id, call.script)
                await call.set(STATUS_VARIABLE, "unknown")
                return
            await script(call)
            if not call.over:
                await call.hand_back()
        except CallerGone:
            log.debug("call %s: the caller has gone", call.id)
        except LinkError as error:
            log.warning("call %s: %s", call.id, error)
        except (Exception, SystemExit):  # the latter would end the loop, and telekit with it
            log.exception("call %s: script %r went wrong", call.id, call.script)
            await self._apologise(call)
        finally:
            del self._calls[session], self._led[session]
            session.close()

    async def _apologise(self, call: AgiCall) -> None:
        """Tell the caller, and the dialplan, which has its own way out."""
        if call.over:
            return
        try:
            await call.set(STATUS_VARIABLE, "failed")
            await call.play(FAULT)
        except TelekitError as error:
            log.debug("call %s: %s", call.id, error)

    def sweep(self, now: float) -> None:
        """Give up the connections whose reply, or beginning, is late; `now` is the event loop's time."""
        for session in tuple(self._sessions):
            session.overdue(now)

    def _sweep_on(self) -> None:
        loop = asyncio.get_running_loop()
        self.sweep(loop.time())
        self._sweeper = loop.call_later(SWEEP, self._sweep_on)


def _not_had(error: OSError | UnicodeError, host: str, port: int) -> LinkError:
    return LinkError(f"telekit cannot listen for AGI on {host}:{port}: {_why_not(error, port)}")


def _why_not(error: OSError | UnicodeError, port: int) -> str:
    """Say why a port cannot be listened on, and what to do."""
    another = "name another port as agi.port in telekit.yaml, then `telekit render asterisk`."
    if isinstance(error, socket.gaierror | UnicodeError):
        return "no machine is known by that name; check agi.host in telekit.yaml."
    if error.errno == errno.EADDRINUSE:
        return f"another program does already; `ss -ltnp sport = :{port}` shows which. Stop it, or {another}"
    if error.errno == errno.EADDRNOTAVAIL:
        return "that is no address of this machine; check agi.host in telekit.yaml."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"its user may not, as for every port below 1024; {another}"
    return f"{in_words(error)}; {another}"
