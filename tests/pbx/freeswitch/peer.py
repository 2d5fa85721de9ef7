"""An event socket that does as a test tells it, in a thread of its own: telekit's event loop may be busy."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from telekit.pbx.freeswitch.esl.opening import Account

VERSION = "FreeSWITCH Version 1.10.12-release+git~20240802T210227Z~a88d069d6f~64bit (git a88d069)\n"
ASKS = b"Content-Type: auth/request\n\n"
ACCEPTED = b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n"
OK = b"Content-Type: command/reply\nReply-Text: +OK\n\n"


def answer(body: str) -> bytes:
    """Write the answer to an `api` command."""
    data = body.encode()
    return b"Content-Type: api/response\nContent-Length: %d\n\n" % len(data) + data


def event(body: str) -> bytes:
    """Write an event, given in JSON."""
    data = body.encode()
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n" % len(data) + data


class Connection:
    """One client's connection, as the peer sees it."""

    def __init__(self, connected: socket.socket) -> None:
        self._connected = connected
        self._read = b""

    def send(self, data: bytes) -> None:
        self._connected.sendall(data)

    def command(self) -> str:
        """Wait for the next command; empty when the client has gone."""
        while b"\n\n" not in self._read:
            data = self._connected.recv(65536)
            if not data:
                return ""
            self._read += data
        line, _, self._read = self._read.partition(b"\n\n")
        return line.decode()

    def expect(self, start: str, reply: bytes) -> str:
        """Wait for the next command, which begins so, and reply."""
        command = self.command()
        assert command.startswith(start), f"{command!r} came instead of {start!r}"
        self.send(reply)
        return command

    def let_in(self) -> None:
        """Take the login, and all that telekit asks before its link is up."""
        self.send(ASKS)
        self.expect("auth ", ACCEPTED)
        while not (command := self.command()).startswith("api version"):
            assert command.startswith("event json ")
            self.send(OK)
        self.send(answer(VERSION))

    def until_gone(self) -> list[str]:
        """Give all commands until the client goes."""
        return list(iter(self.command, ""))


class Peer:
    """Takes connections one after the other, each with the next of its scripts."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.account = Account(port=self._server.getsockname()[1], password="secret")
        self.failed: BaseException | None = None

    @contextmanager
    def running(self, *scripts: Callable[[Connection], object]) -> Iterator["Peer"]:
        """Serve; a script that fails fails the test."""
        thread = threading.Thread(target=self._serve, args=(scripts,))
        thread.start()
        try:
            yield self
        finally:
            with suppress(OSError):
                self._server.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits for a client
            thread.join(30)
            self._server.close()
        if self.failed is not None:
            raise self.failed

    def _serve(self, scripts: tuple[Callable[[Connection], object], ...]) -> None:
        try:
            for script in scripts:
                try:
                    connected, _ = self._server.accept()
                except OSError:  # nobody came
                    return
                with connected:
                    script(Connection(connected))
        except BaseException as error:
            self.failed = error
