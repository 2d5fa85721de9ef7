"""Opening a connection to the manager interface, and saying what to do when that fails."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from telekit.errors import LinkError, in_words
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.ami.reader import Limits, Reader
from telekit.pbx.asterisk.ami.session import Session


@dataclass(frozen=True, slots=True)
class Address:
    """Where Asterisk's manager interface listens."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


async def open_session(
    address: Address, receive: Callable[[Iterable[Message]], None], limits: Limits, patience: timedelta
) -> Session:
    """Return a session that Asterisk has greeted.

    Raises `LinkError` for a host that is not known, not reached, refuses, says nothing, or is no Asterisk.
    """
    seconds = patience.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            session = await _connect(address, lambda: Session(receive, Reader(limits)))
    except (OSError, UnicodeError) as error:
        raise LinkError(_explained(error, address, seconds)) from error
    try:
        async with asyncio.timeout(seconds):
            await session.greeted
    except TimeoutError as error:
        silence = LinkError(
            f"{address} takes the connection and says nothing for {seconds:g} s; "
            "either Asterisk hangs (try 'asterisk -rx \"core show uptime\"') or something else listens there"
        )
        session.drop(silence)
        raise silence from error
    except BaseException:
        session.drop(LinkError("telekit gave up connecting"))
        raise
    return session


async def _connect(address: Address, new_session: Callable[[], Session]) -> Session:
    """Try each address of the host's name; raise the failure of the last."""
    loop = asyncio.get_running_loop()
    name = address.host if address.tls else None
    failure = OSError("it has no address")
    for host in await _addresses(address):
        try:
            _, session = await loop.create_connection(
                new_session, host, address.port, ssl=address.tls, server_hostname=name
            )
            return session
        except ssl.SSLError:
            raise
        except OSError as error:
            failure = error
    raise failure


async def _addresses(address: Address) -> list[str]:
    """Look a host's name up; one that is an address already costs no thread."""
    try:
        return [str(ip_address(address.host))]
    except ValueError:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        return [str(where[0]) for *_, where in found]


def _explained(error: OSError | UnicodeError, address: Address, seconds: float) -> str:
    """Say what happened, and what to look at."""
    cannot = f"Asterisk at {address} cannot be reached"
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return (
            f"{cannot}: the name service does not answer; check /etc/resolv.conf, or write an address as asterisk.host"
        )
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"the name of Asterisk's host {address.host!r} is not known; check asterisk.host in telekit.yaml"
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"Asterisk at {address} shows a certificate that is not trusted here ({error.verify_message}); "
            "check tlscertfile in manager.conf"
        )
    if address.tls is not None and isinstance(error, ssl.SSLError | ConnectionResetError | ConnectionAbortedError):
        return f"Asterisk at {address} does not speak TLS there; check tlsenable and tlsbindaddr in manager.conf"
    if isinstance(error, TimeoutError):
        return f"{cannot}: no answer within {seconds:g} s; check the host, and firewalls between here and there"
    if isinstance(error, ConnectionRefusedError):
        return (
            f"{cannot}: nothing listens there; check that it runs, and in manager.conf that enabled = yes and that "
            "bindaddr and port are these"
        )
    if error.errno in NO_WAY:
        return (
            f"{cannot}: no way leads there from this machine; check asterisk.host in telekit.yaml, and this machine's "
            "network"
        )
    if error.errno in FORBIDDEN:
        return (
            f"{cannot}: this machine does not let telekit out to it; check its firewall, and IPAddressAllow= of the "
            "unit telekit.service"
        )
    return f"{cannot} ({in_words(error)}); check that it runs, and the network between here and there"


NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL})
FORBIDDEN = frozenset({errno.EPERM, errno.EACCES})
"""What a firewall or the service's own unit answers."""
