"""Opening a connection to the event socket, logging in, and saying what to do when that fails."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from telekit.errors import LinkError, SwitchError, in_words
from telekit.pbx.freeswitch.esl.drain import MOST
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.session import Session
from telekit.pbx.kept_link import RefusedError


@dataclass(frozen=True, slots=True)
class Account:
    """Where FreeSWITCH's event socket listens, and as whom telekit comes."""

    host: str = "127.0.0.1"
    port: int = 8021
    user: str = ""
    """`name@domain` of its directory, with rights of its own; empty for the socket's one password and all rights."""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


async def open_session(
    account: Account, receive: Callable[[Event], None], *, within: timedelta, most: int = MOST
) -> Session:
    """Return a session that is logged in.

    Raises `RefusedError` for a password, a user or an address that FreeSWITCH does not take, and `LinkError` when it
    cannot be reached or says nothing.
    """
    seconds = within.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            session = await _connect(account, receive, most)
    except (OSError, UnicodeError) as error:
        raise LinkError(_explained(error, account, seconds)) from error
    try:
        async with asyncio.timeout(seconds):
            await session.greeted
            await _log_in(session, account, within)
    except TimeoutError as error:
        silence = LinkError(
            f"{account} takes the connection and says nothing for {seconds:g} s; either FreeSWITCH hangs (try "
            "'fs_cli -x status') or something else listens there"
        )
        session.drop(silence)
        raise silence from error
    except LinkError as error:
        session.drop(error)
        raise RefusedError(str(error)) if "apply-inbound-acl" in str(error) else error from None
    except BaseException:
        session.drop(LinkError("telekit gave up connecting"))
        raise
    return session


async def _connect(account: Account, receive: Callable[[Event], None], most: int) -> Session:
    loop = asyncio.get_running_loop()
    transport, writing = await loop.create_connection(_Writing, account.host, account.port)
    transport.pause_reading()
    inner = transport.get_extra_info("socket")
    # Written by the transport, read by a thread: each has a descriptor of its own.
    connection = socket.fromfd(inner.fileno(), inner.family, inner.type)
    connection.setblocking(False)
    return Session(transport, connection, receive, most=most, early=bytes(writing.early))


class _Writing(asyncio.Protocol):
    """The half of a connection that writes; it reads only what has come before that could be forbidden."""

    def __init__(self) -> None:
        self.early = bytearray()

    def data_received(self, data: bytes) -> None:
        self.early += data


async def _log_in(session: Session, account: Account, within: timedelta) -> None:
    words = f"userauth {account.user}:{account.password}" if account.user else f"auth {account.password}"
    reply = await session.ask(words, within=within)
    if reply.refused or not reply.reply.startswith("+OK"):
        where = (
            f"the user {account.user!r} of its directory: esl-password, and that reloadxml was run since"
            if account.user
            else "the password in event_socket.conf.xml"
        )
        raise RefusedError(f"FreeSWITCH at {account} refused telekit's password; check {where}")


def _explained(error: OSError | UnicodeError, account: Account, seconds: float) -> str:
    """Say what happened, and what to look at."""
    cannot = f"FreeSWITCH at {account} cannot be reached"
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"the name of FreeSWITCH's host {account.host!r} is not known; check freeswitch.host in telekit.yaml"
    if isinstance(error, TimeoutError):
        return f"{cannot}: no answer within {seconds:g} s; check the host, and firewalls between here and there"
    if isinstance(error, ConnectionRefusedError):
        return (
            f"{cannot}: nothing listens there; check that it runs, that mod_event_socket is loaded, and listen-ip and "
            "listen-port in event_socket.conf.xml"
        )
    return f"{cannot} ({in_words(error)}); check that it runs, and the network between here and there"


async def subscribe(session: Session, events: tuple[str, ...], *, within: timedelta) -> None:
    """Ask for events in the exact form; those with `::` are subclasses of CUSTOM.

    Raises `SwitchError` when the account may not have one of them, and `LinkError` as `Session.ask` does.
    """
    plain = [name for name in events if "::" not in name]
    custom = [name for name in events if "::" in name]
    for line in (f"event json {' '.join(plain)}", f"event json CUSTOM {' '.join(custom)}" if custom else ""):
        if line:
            reply = await session.ask(line, within=within)
            if reply.refused:
                raise SwitchError(
                    f"FreeSWITCH does not let telekit have {line.removeprefix('event json ')}: {reply.reply}. "
                    "Give its user the esl-allowed-events that telekit's own directory entry gives it"
                )
