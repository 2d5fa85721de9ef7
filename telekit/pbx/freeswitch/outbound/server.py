"""The server to which FreeSWITCH's `socket` application connects: one connection, one caller, one script."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from telekit.errors import CallerGone, LinkError, TelekitError, in_words
from telekit.pbx.freeswitch.outbound.call import FreeSwitchCall
from telekit.pbx.freeswitch.outbound.session import Session
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.port import FindScript, Script

log = logging.getLogger(__name__)

FAULT = "telekit/fault"
"""The prompt that a caller hears whose script went wrong."""
STATUS_VARIABLE = "telekit_status"
"""Tells the dialplan that telekit gave the call back on purpose; unset when telekit died or let go."""
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
LAST_WORDS = 5.0
"""Seconds that scripts have to clean up when the server ends them."""


class CallServer:
    """Listen for FreeSWITCH and run the script that the dialplan names."""

    def __init__(
        self,
        scripts: FindScript | Mapping[str, Script],
        surroundings: Surroundings,
        *,
        host: str = "127.0.0.1",
        port: int = 8084,
        allow: Iterable[IPv4Network | IPv6Network] = LOOPBACK,
        most: int = 10_000,
    ) -> None:
        """`allow` are the networks FreeSWITCH may come from; `most` is how many calls may be here at once."""
        self._find = scripts.get if isinstance(scripts, Mapping) else scripts
        self._surroundings = surroundings
        self._host, self._port = host, port
        self._allow = tuple(allow)
        self._most = most
        self._sessions: set[Session] = set()
        self._calls: dict[Session, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port that is listened on, also when the system chose it."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server is not None else self._port

    @property
    def calls(self) -> int:
        """How many calls are here."""
        return len(self._calls)

    async def start(self) -> None:
        """Listen; raises `LinkError` when the port cannot be had."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: Session(self), self._host, self._port, backlog=1024)
        except (OSError, UnicodeError) as error:
            why = in_words(error) if isinstance(error, OSError) else str(error)
            raise LinkError(f"telekit cannot listen for FreeSWITCH on {self._host}:{self._port}: {why}") from error

    async def stop(self, grace: float = 0.0) -> None:
        """Take no more calls, wait for so many seconds until scripts end, then end them; the dialplans go on."""
        if self._server is not None:
            self._server.close()
        if self._calls:
            await asyncio.wait(self._calls.values(), timeout=grace)
        for task in self._calls.values():
            task.cancel()
        if self._calls:
            await asyncio.wait(self._calls.values(), timeout=LAST_WORDS)
        for session in tuple(self._sessions):
            session.close()

    def admits(self, session: Session, host: str) -> bool:
        """Let FreeSWITCH in, and nobody else, and not more calls than agreed."""
        address = ip_address(host)
        address = getattr(address, "ipv4_mapped", None) or address
        if not any(address in network for network in self._allow):
            log.warning("%s is not let in", host)
            return False
        if len(self._sessions) >= self._most:
            log.error("a call is turned away: %d are here already", self._most)
            return False
        self._sessions.add(session)
        return True

    def opened(self, session: Session, channel: Mapping[str, str]) -> None:
        """Run the script of a call."""
        call = FreeSwitchCall(session, channel, self._surroundings)
        self._calls[session] = session.loop.create_task(self._serve(session, call))

    def closed(self, session: Session) -> None:
        """Forget a connection."""
        self._sessions.discard(session)

    async def _serve(self, session: Session, call: FreeSwitchCall) -> None:
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
            del self._calls[session]
            session.close()

    async def _apologise(self, call: FreeSwitchCall) -> None:
        """Tell the caller, and the dialplan, which has its own way out."""
        if call.over:
            return
        try:
            await call.set(STATUS_VARIABLE, "failed")
            await call.play(FAULT)
        except TelekitError as error:
            log.debug("call %s: %s", call.id, error)
