"""The FastAGI server: one connection, one caller, one script."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network

from telekit.domain.names import CallId, OfferId
from telekit.pbx.asterisk.agi.call import AgiCall
from telekit.pbx.asterisk.agi.codec import Environment
from telekit.pbx.asterisk.agi.session import Session
from telekit.pbx.asterisk.agi.surroundings import Surroundings
from telekit.pbx.call_server import LOOPBACK, CallServer
from telekit.pbx.port import FindScript, Script
from telekit.pbx.whereabouts import Between, here

SWEEP = 1.0
"""Seconds between two looks for late replies."""


class AgiServer(CallServer[Session]):
    """Listen for Asterisk and run the script that the dialplan names: `agi://host/NAME`."""

    cannot_listen = "telekit cannot listen for AGI on"
    section, render = "agi", "telekit render asterisk"

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
        between: Between = here,
    ) -> None:
        """`allow` are the networks Asterisk may come from; `most` is how many calls may be here at once.

        `tell_led` is told each time that a script begins to lead somebody whom telekit has called; `between` says which
        phones are rung by another switch.
        """
        super().__init__(scripts, host=host, port=port, allow=allow, most=most, tell_led=tell_led)
        self._surroundings = Surroundings(trunk, voicemail, number, between)
        self._sweeper: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        await super().start()
        self._sweep_on()

    async def stop(self, grace: float = 0.0) -> None:
        await super().stop(grace)
        if self._sweeper is not None:
            self._sweeper.cancel()

    def note_joined(self, offer: OfferId) -> None:
        """Pass on that sound flows for an offer, which AGI does not tell: its talk is measured from here."""
        joined = self._surroundings.joined_at
        if offer in joined:
            joined[offer] = asyncio.get_running_loop().time()

    def opened(self, session: Session, environment: Environment) -> None:
        """Run the script of a call."""
        self._lead(session, AgiCall(session, environment, self._surroundings))

    def sweep(self, now: float) -> None:
        """Give up the connections whose reply, or beginning, is late; `now` is the event loop's time."""
        for session in tuple(self._sessions):
            session.overdue(now)

    def _connected(self) -> asyncio.Protocol:
        return Session(self, asyncio.get_running_loop())

    def _sweep_on(self) -> None:
        loop = asyncio.get_running_loop()
        self.sweep(loop.time())
        self._sweeper = loop.call_later(SWEEP, self._sweep_on)
