"""Opening a connection to the manager interface, and saying what to do when that fails."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from telekit.errors import LinkError
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
    loop = asyncio.get_running_loop()
    seconds = patience.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            _, session = await loop.create_connection(
                lambda: Session(receive, Reader(limits)), address.host, address.port, ssl=address.tls
            )
    except TimeoutError as error:
        raise LinkError(
            f"Asterisk at {address} cannot be reached: no answer within {seconds:g} s; "
            "check the host, and firewalls between here and there"
        ) from error
    except socket.gaierror as error:
        raise LinkError(
            f"the name of Asterisk's host {address.host!r} is not known ({error.strerror}); "
            "check it in the settings, or the name service"
        ) from error
    except ssl.SSLError as error:
        raise LinkError(
            f"Asterisk at {address} does not talk TLS as we expect ({error.reason or error}); "
            "check tlsenable and tlsbindaddr in manager.conf, and the certificate"
        ) from error
    except OSError as error:
        raise LinkError(
            f"Asterisk at {address} cannot be reached ({error.strerror or error}); check that it runs, and in "
            "manager.conf that enabled = yes and that bindaddr and port are these"
        ) from error
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
