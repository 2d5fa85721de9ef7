"""The server to which a switch connects with a caller: one connection, one caller, one script."""

import asyncio
import errno
import logging
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import ClassVar, Generic, Protocol, TypeVar

from telekit.domain.names import OURS, CallId, OfferId
from telekit.errors import CallerGone, LinkError, TelekitError, in_words
from telekit.pbx.port import Call, FindScript, Script

log = logging.getLogger(__name__)

FAULT = "telekit/fault"
"""The prompt that a caller hears whose script went wrong."""
STATUS_VARIABLE = "TELEKIT_STATUS"
"""Tells the dialplan that telekit gave the call back on purpose; empty when telekit died or let go."""
DONE = "done"
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
MOST_HOSTS = 1000
"""Addresses of which is remembered whether they may come."""
LAST_WORDS = 5.0
"""Seconds that scripts have to clean up when the server ends them."""


class Session(Protocol):
    """One caller's connection."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop: ...
    def close(self) -> None: ...


class LedCall(Call, Protocol):
    """A call as its server sees it."""

    @property
    def over(self) -> bool:
        """The script hung up or handed the call back."""


S = TypeVar("S", bound=Session)


class CallServer(ABC, Generic[S]):
    """Listen for a switch and run the script that its dialplan names."""

    cannot_listen: ClassVar[str]
    """Begins what is said where the port cannot be had."""
    section: ClassVar[str]
    """Of the settings, that has host, port and allow."""
    render: ClassVar[str]
    """The command that writes the switch's side of them."""

    def __init__(
        self,
        scripts: FindScript | Mapping[str, Script],
        *,
        host: str,
        port: int,
        allow: Iterable[IPv4Network | IPv6Network],
        most: int,
        tell_led: Callable[[CallId], object],
    ) -> None:
        self._find = scripts.get if isinstance(scripts, Mapping) else scripts
        self._host, self._port = host, port
        self._allow = tuple(allow)
        self._welcome: dict[str, bool] = {}
        self._most = most
        self._tell_led = tell_led
        self._sessions: set[S] = set()
        self._calls: dict[S, asyncio.Task[None]] = {}
        self._led: dict[S, CallId] = {}
        self._turned_away: tuple[float, str] | None = None
        self._server: asyncio.Server | None = None

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
                self._connected, self._host, self._port, backlog=1024, start_serving=False
            )
        except (OSError, UnicodeError) as error:
            raise self._not_had(error) from error

    async def start(self) -> None:
        """Listen, at a port that may be reserved already; raises `LinkError` when it cannot be had."""
        if self._server is None or not self._server.sockets:  # it was stopped before
            await self.reserve()
        assert self._server is not None  # noqa: S101  (it was reserved)
        try:
            await self._server.start_serving()
        except OSError as error:  # somebody else began to listen there meanwhile
            raise self._not_had(error) from error

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

    @abstractmethod
    def note_joined(self, offer: OfferId) -> None:
        """Take in that sound flows for an offer."""

    def admits(self, session: S, host: str) -> bool:
        """Let the switch in, and nobody else, and not more calls than agreed."""
        if host not in self._welcome:
            self._welcome[host] = self._may_come(host)
        if not self._welcome[host]:
            self._turned_away = (session.loop.time(), f"{host} is in none of the networks of {self.section}.allow")
            return False
        if len(self._sessions) >= self._most:
            self._turned_away = (session.loop.time(), f"{self._most} were here already")
            log.error("a call is turned away: %d are here already", self._most)
            return False
        self._sessions.add(session)
        return True

    def closed(self, session: S) -> None:
        """Forget a connection."""
        self._sessions.discard(session)

    @abstractmethod
    def _connected(self) -> asyncio.Protocol:
        """Make the protocol of a new connection."""

    def _lead(self, session: S, call: LedCall) -> None:
        """Run the script of a call."""
        self._led[session] = call.id
        if call.id.startswith(OURS):
            self._tell_led(call.id)
        self._calls[session] = session.loop.create_task(self._serve(session, call))

    async def _serve(self, session: S, call: LedCall) -> None:
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

    async def _apologise(self, call: LedCall) -> None:
        """Tell the caller, and the dialplan, which has its own way out."""
        if call.over:
            return
        try:
            await call.set(STATUS_VARIABLE, "failed")
            await call.play(FAULT)
        except TelekitError as error:
            log.debug("call %s: %s", call.id, error)

    def _may_come(self, host: str) -> bool:
        address = ip_address(host)
        address = getattr(address, "ipv4_mapped", None) or address
        welcome = any(address in network for network in self._allow)
        if not welcome:
            allow = f"{self.section}.allow"
            log.warning("%s is not let in: the networks that may send calls are %s in telekit.yaml", host, allow)
        if len(self._welcome) > MOST_HOSTS:
            self._welcome.clear()
        return welcome

    def _not_had(self, error: OSError | UnicodeError) -> LinkError:
        return LinkError(f"{self.cannot_listen} {self._host}:{self._port}: {self._why_not(error)}")

    def _why_not(self, error: OSError | UnicodeError) -> str:
        """Say why the port cannot be listened on, and what to do."""
        another = f"name another port as {self.section}.port in telekit.yaml, then `{self.render}`."
        if isinstance(error, socket.gaierror | UnicodeError):
            return f"no machine is known by that name; check {self.section}.host in telekit.yaml."
        if error.errno == errno.EADDRINUSE:
            shows = f"`ss -ltnp sport = :{self._port}` shows which"
            return f"another program does already; {shows}. Stop it, or {another}"
        if error.errno == errno.EADDRNOTAVAIL:
            return f"that is no address of this machine; check {self.section}.host in telekit.yaml."
        if error.errno in (errno.EACCES, errno.EPERM):
            return f"its user may not, as for every port below 1024; {another}"
        return f"{in_words(error)}; {another}"
