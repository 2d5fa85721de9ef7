"""SIP over UDP when datagrams get lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.lab import sip
from tests.lab.endpoint import Endpoint
from tests.lab.sip import Message
from tests.lab.watch import Watch

HEADERS = [("From", "<sip:a@127.0.0.1>;tag=1"), ("To", "<sip:b@127.0.0.1>"), ("Call-ID", "one")]


class Far(asyncio.DatagramProtocol):
    """The other side, which keeps what comes and answers what the test says."""

    def __init__(self) -> None:
        self.came: list[Message] = []
        self.watch = Watch()
        self._transport: asyncio.DatagramTransport | None = None
        self._near: tuple[str, int] = ("", 0)

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self._near = address
        self.came.append(Message.parse(data))
        self.watch.changed()

    def say(self, start: str, headers: sip.Headers, to: tuple[str, int] | None = None) -> None:
        assert self._transport is not None
        self._transport.sendto(sip.written(start, headers), to or self._near)

    async def receives(self, count: int) -> list[Message]:
        def enough() -> list[Message] | None:
            return self.came if len(self.came) >= count else None

        return await self.watch.until(enough, 5, lambda: f"only {len(self.came)} datagrams came")

    def answer(self, start: str) -> None:
        asked = self.came[-1]
        names = ("Via", "From", "To", "Call-ID", "CSeq")
        self.say(start, [(name, asked.get(name)) for name in names])


@pytest.fixture
async def far() -> AsyncIterator[Far]:
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(Far, local_addr=("127.0.0.9", 0))
    yield protocol
    transport.close()


class Heard(list[Message]):
    """What the near side heard."""

    def __init__(self) -> None:
        super().__init__()
        self.watch = Watch()

    def append(self, message: Message) -> None:
        super().append(message)
        self.watch.changed()

    async def first(self) -> Message:
        return await self.watch.until(lambda: self[0] if self else None, 5, lambda: "nothing was heard")


@pytest.fixture
async def heard() -> Heard:
    return Heard()


@pytest.fixture
async def near(far: Far, heard: Heard) -> AsyncIterator[Endpoint]:
    assert far._transport is not None
    endpoint = await Endpoint.open("127.0.0.8", far._transport.get_extra_info("sockname"), heard.append, port=0)
    yield endpoint
    endpoint.close()


async def test_a_request_is_repeated_until_its_answer(near: Endpoint, far: Far) -> None:
    answers: list[Message] = []
    near.ask("OPTIONS", "sip:b@127.0.0.1", sip.new_branch(), [*HEADERS, ("CSeq", "1 OPTIONS")], "", answers.append)
    first, second = await far.receives(2)
    assert first == second
    far.answer("SIP/2.0 200 OK")
    far.answer("SIP/2.0 200 OK")
    near.ask("OPTIONS", "sip:b@127.0.0.1", sip.new_branch(), [*HEADERS, ("CSeq", "2 OPTIONS")], "", answers.append)
    await far.receives(3)
    assert [answer.number for answer in answers] == [1]


async def test_a_repeated_request_is_heard_once_and_answered_twice(near: Endpoint, far: Far, heard: Heard) -> None:
    headers = [("Via", "SIP/2.0/UDP 127.0.0.9:5060;branch=z9hG4bKbye"), *HEADERS, ("CSeq", "2 BYE")]
    far.say("BYE sip:a@127.0.0.8 SIP/2.0", headers, (near.address, near.port))
    near.answer(await heard.first(), 200, "OK", "tag")
    far.say("BYE sip:a@127.0.0.8 SIP/2.0", headers, (near.address, near.port))
    first, second = await far.receives(2)
    assert (first, first.status) == (second, 200)
    assert len(heard) == 1


async def test_a_final_answer_to_an_invite_is_repeated_until_its_ack(near: Endpoint, far: Far, heard: Heard) -> None:
    headers = [("Via", "SIP/2.0/UDP 127.0.0.9:5060;branch=z9hG4bKinvite"), *HEADERS, ("CSeq", "1 INVITE")]
    far.say("INVITE sip:a@127.0.0.8 SIP/2.0", headers, (near.address, near.port))
    near.answer(await heard.first(), 603, "Decline", "tag")
    first, second = await far.receives(2)
    assert first == second
    assert first.get("To") == "<sip:b@127.0.0.1>;tag=tag"


async def test_a_repeated_final_answer_gets_its_ack_again(near: Endpoint, far: Far) -> None:
    branch = sip.new_branch()
    near.ask("INVITE", "sip:b@127.0.0.1", branch, [*HEADERS, ("CSeq", "1 INVITE")], "", lambda _answer: None)
    await far.receives(1)
    near.acknowledge(branch, "sip:b@127.0.0.1", [*HEADERS, ("CSeq", "1 ACK")], of=branch)
    await far.receives(2)
    invite = far.came[0]
    far.say("SIP/2.0 486 Busy Here", [(name, invite.get(name)) for name in ("Via", "From", "To", "Call-ID", "CSeq")])
    came = await far.receives(3)
    assert [message.start.split()[0] for message in came] == ["INVITE", "ACK", "ACK"]


def test_bytes_that_are_no_text_are_sent_as_they_are() -> None:
    odd = b"a\xff\xc3\xa9'\""
    sent = sip.written(f"INVITE sip:{sip.text(odd)}@127.0.0.1 SIP/2.0", [])
    assert odd in sent
    assert sip.text(odd) in Message.parse(sent).start


def test_a_password_is_proved_as_the_standard_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Source: RFC 2617 §3.5, the example."""
    monkeypatch.setattr("secrets.token_hex", lambda _bytes: "0a4f113b")
    challenge = (
        'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    told = sip.credentials(challenge, "GET", "/dir/index.html", "Mufasa", "Circle Of Life")
    assert 'response="6629fae49393a05397450978507c4ef1"' in told
