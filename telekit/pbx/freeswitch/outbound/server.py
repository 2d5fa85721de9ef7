"""The server to which FreeSWITCH's `socket` application connects: one connection, one caller, one script."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network

from telekit.domain.names import CallId, OfferId
from telekit.pbx.call_server import LOOPBACK, CallServer
from telekit.pbx.freeswitch.outbound.call import FreeSwitchCall
from telekit.pbx.freeswitch.outbound.session import Session
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.port import FindScript, Script


class OutboundServer(CallServer[Session]):
    """Listen for FreeSWITCH and run the script that the dialplan names."""

    cannot_listen = "telekit cannot listen for FreeSWITCH's calls on"
    section, render = "freeswitch.calls", "telekit render freeswitch"

    def __init__(
        self,
        scripts: FindScript | Mapping[str, Script],
        surroundings: Surroundings,
        *,
        host: str = "127.0.0.1",
        port: int = 8084,
        allow: Iterable[IPv4Network | IPv6Network] = LOOPBACK,
        most: int = 10_000,
        tell_led: Callable[[CallId], object] = lambda call: None,
    ) -> None:
        """`allow` are the networks FreeSWITCH may come from; `most` is how many calls may be here at once.

        `tell_led` is told each time that a script begins to lead somebody whom telekit has called.
        """
        super().__init__(scripts, host=host, port=port, allow=allow, most=most, tell_led=tell_led)
        self._surroundings = surroundings

    def note_joined(self, offer: OfferId) -> None:
        """Do nothing: a caller's own connection tells since when sound flows."""

    def opened(self, session: Session, channel: Mapping[str, str]) -> None:
        """Run the script of a call."""
        self._lead(session, FreeSwitchCall(session, channel, self._surroundings))

    def _connected(self) -> asyncio.Protocol:
        return Session(self)
