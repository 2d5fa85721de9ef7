"""Where and how the phones of agents at home come in."""

from dataclasses import dataclass
from enum import StrEnum


class Transport(StrEnum):
    """How SIP travels from home."""

    TLS = "tls"
    UDP = "udp"


USUAL_PORT = {Transport.TLS: 5061, Transport.UDP: 5060}


@dataclass(frozen=True, slots=True)
class Listener:
    """The transport that telekit's phones come in by, when telekit writes one."""

    address: str = "0.0.0.0"  # noqa: S104  (agents are at home: their phones come from everywhere)
    port: int | None = None
    """None: the usual port of the transport."""
    certificate: str = "/etc/asterisk/keys/telekit.pem"
    private_key: str = "/etc/asterisk/keys/telekit.key"
    public_address: str | None = None
    """What phones elsewhere are told of where the switch is; None: its own address."""
