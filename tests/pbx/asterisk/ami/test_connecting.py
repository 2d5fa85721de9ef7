"""What is said when the link cannot be made: one sentence each, with what to do."""

import asyncio
import logging
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.errors import LinkError
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.ami.patience import Patience
from telekit.pbx.backoff import Backoff
from tests.lab.certificate import issue
from tests.lab.tree import Tree
from tests.pbx.asterisk.ami.fake import FakeAsterisk

MOMENT = timedelta(milliseconds=50)
HURRIED = Patience(connect=MOMENT, login=MOMENT)


async def complaint(port: int, host: str = "127.0.0.1", secret: str = "sesame", **settings: object) -> str:
    """Start a link and return what it complains of."""
    link = Link(host, port, "telekit", secret, **settings)  # type: ignore[arg-type]
    with pytest.raises(LinkError) as told:
        await link.start()
    assert not link.up
    return str(told.value)


@asynccontextmanager
async def server(*, says: bytes, closes: bool) -> AsyncIterator[int]:
    """Listen, say something to a client, and close or keep silent; see that it has left in the end."""
    left = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(says)
        if not closes:
            with suppress(ConnectionError):
                await reader.read()
        left.set()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield listening.sockets[0].getsockname()[1]
    async with asyncio.timeout(40):
        await left.wait()
    listening.close()


async def test_a_wrong_secret(asterisk: FakeAsterisk) -> None:
    assert await complaint(asterisk.port, secret="wrong") == (
        "Asterisk refused the manager account 'telekit' (Authentication failed); in manager.conf check the section "
        "[telekit]: its secret, that permit= allows this machine, and that 'manager reload' was run since"
    )
    await asterisk.until(lambda: asterisk.open == 0)
    assert asterisk.connections == 1


async def test_an_asterisk_that_is_too_old(asterisk: FakeAsterisk) -> None:
    asterisk.banner = b"Asterisk Call Manager/5.0.5\r\n"
    assert await complaint(asterisk.port) == (
        "this Asterisk is too old for telekit: it is Asterisk 16 or older (manager interface 5.0.5), and telekit needs "
        "Asterisk 18 or newer; upgrade Asterisk"
    )
    assert asterisk.actions == []


async def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert await complaint(port) == (
        f"Asterisk at 127.0.0.1:{port} cannot be reached: nothing listens there; "
        "check that it runs, and in manager.conf that enabled = yes and that bindaddr and port are these"
    )


async def test_nothing_listens_at_any_address_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    found = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
    ]

    async def both(*_: object, **__: object) -> object:
        return found

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
    assert (await complaint(port, host="localhost")).startswith(
        f"Asterisk at localhost:{port} cannot be reached: nothing listens there; check that it runs"
    )


async def test_an_asterisk_that_listens_at_the_second_address_of_a_name_alone(
    asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(2, 1, 6, "", (address, asterisk.port)) for address in ("127.0.0.77", "127.0.0.1")]

    async def both(*_: object, **__: object) -> object:
        return found

    loop = asyncio.get_running_loop()
    with monkeypatch.context() as patched:
        patched.setattr(loop, "getaddrinfo", both)
        link = Link("pbx.example.org", asterisk.port, "telekit", "sesame")
        await link.start()
    assert link.up
    await link.stop()


@pytest.mark.parametrize("host", ["a..b", "x" * 70])
async def test_a_host_whose_name_is_none(host: str) -> None:
    assert (await complaint(5038, host=host)).startswith(f"the name of Asterisk's host {host!r} is not known; check")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            socket.EAI_NONAME,
            "the name of Asterisk's host 'pbx.invalid' is not known; check asterisk.host in telekit.yaml",
        ),
        (socket.EAI_AGAIN, "Asterisk at pbx.invalid:5038 cannot be reached: the name service does not answer; check"),
    ],
)
async def test_a_host_whose_name_is_not_known(monkeypatch: pytest.MonkeyPatch, answer: int, told: str) -> None:
    async def look_up(*_: object, **__: object) -> object:
        raise socket.gaierror(answer, "as the C library words it")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
    assert (await complaint(5038, host="pbx.invalid")).startswith(told)


async def test_a_host_to_which_no_way_leads() -> None:
    assert (await complaint(5038, host="255.255.255.255")).startswith(
        "Asterisk at 255.255.255.255:5038 cannot be reached: no way leads there from this machine; check asterisk.host"
    )


async def test_a_host_that_never_answers() -> None:
    with socket.socket() as full:
        # A listener whose queue is full takes no further connection and refuses none, as a firewall does.
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.create_connection(full.getsockname()):
            port = full.getsockname()[1]
            assert await complaint(port, patience=HURRIED) == (
                f"Asterisk at 127.0.0.1:{port} cannot be reached: no answer within 0.05 s; "
                "check the host, and firewalls between here and there"
            )


async def test_a_host_that_takes_the_connection_and_says_nothing() -> None:
    async with server(says=b"", closes=False) as port:
        told = await complaint(port, patience=HURRIED)
    assert told.startswith(f"127.0.0.1:{port} takes the connection and says nothing for 0.05 s; either Asterisk hangs")


async def test_a_host_that_closes_at_once() -> None:
    async with server(says=b"", closes=True) as port:
        told = await complaint(port)
    assert told.startswith("Asterisk closed the connection before greeting; it has too many clients (authlimit")


async def test_something_that_is_not_asterisk() -> None:
    async with server(says=b"SSH-2.0-OpenSSH_9.2p1\r\n", closes=False) as port:
        told = await complaint(port)
    assert told.startswith("this is not Asterisk's manager interface (it greets with 'SSH-2.0-OpenSSH_9.2p1')")


async def test_an_asterisk_that_greets_and_then_hangs(asterisk: FakeAsterisk) -> None:
    asterisk.mute.add("Challenge")
    assert (await complaint(asterisk.port, patience=HURRIED)).startswith("Asterisk did not answer Challenge within")


async def test_an_asterisk_that_dies_during_the_login(asterisk: FakeAsterisk) -> None:
    asterisk.reacts = lambda action: asterisk.cut() if action["Action"] == "Login" else None
    assert "Asterisk closed the connection" in await complaint(asterisk.port)


async def test_tls_where_none_is_spoken(asterisk: FakeAsterisk) -> None:
    told = await complaint(asterisk.port, tls=ssl.create_default_context())
    assert told.startswith(f"Asterisk at 127.0.0.1:{asterisk.port} does not speak TLS there; check tlsenable")


async def test_tls_with_a_certificate_that_nobody_vouches_for(asterisk_prefix: Tree, tmp_path: Path) -> None:
    certificate = await issue(asterisk_prefix.openssl, tmp_path)
    shows = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shows.load_cert_chain(certificate, tmp_path / "key.pem")
    async with await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0, ssl=shows) as listening:
        port = listening.sockets[0].getsockname()[1]
        told = await complaint(port, tls=ssl.create_default_context())
    assert told == (
        f"Asterisk at 127.0.0.1:{port} shows a certificate that is not trusted here (self-signed certificate); "
        "check tlscertfile in manager.conf"
    )


async def test_tls_with_somebody_who_hangs_up(asterisk: FakeAsterisk) -> None:
    async with server(says=b"", closes=True) as port:
        told = await complaint(port, tls=ssl.create_default_context())
    assert told.startswith(f"Asterisk at 127.0.0.1:{port} does not speak TLS there; check tlsenable")


async def test_a_link_that_breaks_says_so_in_words(asterisk: FakeAsterisk) -> None:
    link = Link("127.0.0.1", asterisk.port, "telekit", "sesame", backoff=Backoff(first=timedelta(hours=1)))
    why: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    link.on_down(why.set_result)
    await link.start()
    at_once = struct.pack("ii", 1, 0)  # so that the end is a reset
    asterisk._writers[-1].get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    asterisk.cut()
    told = await why
    assert told == "the connection to Asterisk broke (Connection reset by peer)"
    await link.stop()


async def test_a_refusal_after_a_reconnect_is_told_once_and_tried_again_slowly(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    backoff = Backoff(first=timedelta(0), refused=timedelta(hours=1))
    link = Link("127.0.0.1", asterisk.port, "telekit", "sesame", backoff=backoff)
    await link.start()
    asterisk.secret = "changed"
    asterisk.cut()
    await asterisk.until(lambda: len(asterisk.named("Login")) == 2)
    await asterisk.until(lambda: asterisk.open == 0)
    assert caplog.text.count("refused the manager account") == 1
    assert "connecting to Asterisk again in 3600.0 s" in caplog.text
    await link.stop()
