"""One side of SIP over UDP: requests that are answered, answers that arrive, both repeated until they do.

A program led from outside loses calls when an order and a message cross; here both happen in one loop, in order.
Source: RFC 3261 §17 (transactions), §13.3.1.4 (an INVITE's 2xx), §18.2.1 (answers go back where requests came from).
"""

import asyncio
from collections.abc import Callable
from typing import Any, Self

from tests.lab.sip import Headers, Message, written

T1 = 0.5  # seconds to the first repetition, doubled each time
REPETITIONS = 6

Hear = Callable[[Message], None]


class Endpoint(asyncio.DatagramProtocol):
    """A SIP address that talks to one server; `on_request` hears each new request once."""

    def __init__(self, server: tuple[str, int], on_request: Hear) -> None:
        self.address = ""
        self.port = 0
        self.heard: list[Message] = []
        self._server = server
        self._on_request = on_request
        self._transport: asyncio.DatagramTransport | None = None
        self._asked: dict[tuple[str, str], Hear] = {}  # by branch and method: who waits for answers
        self._acks: dict[str, bytes] = {}  # by branch of an INVITE: what each repeated final answer gets
        self._answers: dict[tuple[str, str], bytes] = {}  # by branch and method: what a repeated request gets
        self._repeating: dict[tuple[str, str], asyncio.TimerHandle] = {}

    @classmethod
    async def open(cls, address: str, server: tuple[str, int], on_request: Hear, *, port: int = 5060) -> Self:
        """Listen at an address."""
        loop = asyncio.get_running_loop()
        _, endpoint = await loop.create_datagram_endpoint(lambda: cls(server, on_request), local_addr=(address, port))
        return endpoint

    def close(self) -> None:
        """Be silent from now on."""
        for key in list(self._repeating):
            self._received(key)
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.address, self.port = transport.get_extra_info("sockname")

    def datagram_received(self, data: bytes, _address: tuple[str | Any, int]) -> None:
        message = Message.parse(data)
        self.heard.append(message)
        key = (message.branch, message.method)
        if message.status:
            self._hear_answer(key, message)
        elif message.method == "ACK":
            self._received(("answer", message.get("Call-ID")))
            self._on_request(message)
        elif key in self._answers:
            self._send(self._answers[key])
        else:
            self._on_request(message)

    def via(self, branch: str) -> tuple[str, str]:
        """Return the header that brings a transaction's answers here."""
        return "Via", f"SIP/2.0/UDP {self.address}:{self.port};branch={branch}"

    def ask(self, method: str, uri: str, branch: str, headers: Headers, body: str, hear: Hear) -> None:
        """Send a request until an answer comes; `hear` gets each answer, repeated final ones but once."""
        data = written(f"{method} {uri} SIP/2.0", [self.via(branch), *headers], body)
        self._asked[branch, method] = hear
        self._repeat((branch, method), data)

    def acknowledge(self, branch: str, uri: str, headers: Headers, of: str) -> None:
        """Send the ACK of the INVITE `of`, now and whenever its final answer is repeated."""
        self._acks[of] = written(f"ACK {uri} SIP/2.0", [self.via(branch), *headers])
        self._send(self._acks[of])

    def answer(
        self, request: Message, status: int, words: str, tag: str, headers: Headers = (), body: str = ""
    ) -> None:
        """Answer a request; a final answer to an INVITE is repeated until its ACK comes."""
        to = request.get("To")
        echoed = [(name, value) for name in ("Via", "From") for value in request.all(name)]
        echoed.append(("To", to if ";tag=" in to else f"{to};tag={tag}"))
        echoed += [(name, request.get(name)) for name in ("Call-ID", "CSeq")]
        data = written(f"SIP/2.0 {status} {words}", [*echoed, *headers], body)
        self._answers[request.branch, request.method] = data
        if request.method == "INVITE" and status >= 200:
            self._repeat(("answer", request.get("Call-ID")), data)
        else:
            self._send(data)

    def _hear_answer(self, key: tuple[str, str], message: Message) -> None:
        self._received(key)
        if message.status >= 200 and key[1] == "INVITE" and key[0] in self._acks:
            self._send(self._acks[key[0]])
        elif key in self._asked:
            hear = self._asked[key] if message.status < 200 else self._asked.pop(key)
            hear(message)

    def _repeat(self, key: tuple[str, str], data: bytes, sent: int = 0) -> None:
        self._send(data)
        if sent < REPETITIONS:
            loop = asyncio.get_running_loop()
            self._repeating[key] = loop.call_later(T1 * 2**sent, self._repeat, key, data, sent + 1)

    def _received(self, key: tuple[str, str]) -> None:
        timer = self._repeating.pop(key, None)
        if timer is not None:
            timer.cancel()

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, self._server)
