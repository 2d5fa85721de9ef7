"""The link to a FreeSWITCH that behaves in every way in which it may."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
import uvloop

from telekit.errors import LinkError, SwitchError
from telekit.pbx.backoff import Backoff
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.link import Link, Patience
from telekit.pbx.freeswitch.rights import COMMANDS
from telekit.pbx.kept_link import RefusedError
from tests.pbx.freeswitch.esl.captures import recorded
from tests.pbx.freeswitch.peer import ACCEPTED, ASKS, OK, Connection, Peer, answer, event

AT_ONCE = Backoff(timedelta(0), timedelta(0), timedelta(0))
EVENTS = ("CHANNEL_CREATE", "sofia::register")
Script = Callable[[Connection], object]


@asynccontextmanager
async def linked(*scripts: Script, most: int = 64 * 1024 * 1024) -> AsyncIterator[Link]:
    """Keep a link to a peer that follows a script for each connection."""
    peer = Peer()
    with peer.running(*scripts):
        link = Link(peer.account, EVENTS, backoff=AT_ONCE, most=most)
        try:
            await link.start()
            yield link
        finally:
            await link.stop()


async def test_the_link_asks_for_its_events_in_the_exact_form_and_knows_the_version() -> None:
    asked: list[str] = []

    def script(peer: Connection) -> None:
        peer.send(ASKS)
        peer.expect("auth secret", ACCEPTED)
        asked.extend(peer.expect("event", OK) for _ in range(2))
        peer.expect("api version", answer("FreeSWITCH Version 1.10.12-release+git~x~64bit (git a88d069)\n"))
        peer.until_gone()

    async with linked(script) as link:
        assert link.up
        assert link.version == "1.10.12-release"
    assert asked == ["event json CHANNEL_CREATE BACKGROUND_JOB", "event json CUSTOM sofia::register"]


def test_the_link_comes_up_on_the_faster_loop_too() -> None:
    """There a connection reads before it can be told not to."""

    async def comes_up() -> str:
        async with linked(lambda peer: (peer.let_in(), peer.until_gone())) as link:
            return link.version

    for _ in range(20):
        with asyncio.Runner(loop_factory=uvloop.Loop) as runner:
            assert runner.run(comes_up()) == "1.10.12-release"


async def test_an_event_reaches_who_wants_it_by_its_name_or_subclass() -> None:
    seen: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def script(peer: Connection) -> None:
        peer.let_in()
        peer.expect("api ready", answer("+OK\n"))
        peer.send(event('{"Event-Name": "CHANNEL_CREATE", "Unique-ID": "u-1"}'))
        peer.send(event('{"Event-Name": "CUSTOM", "Event-Subclass": "sofia::register", "from-user": "amina"}'))
        peer.until_gone()

    async with linked(script) as link:
        link.subscribe("CHANNEL_CREATE", lambda e: seen.put_nowait((e.name, e["Unique-ID"])))
        link.subscribe("sofia::register", lambda e: seen.put_nowait((e.name, e["from-user"])))
        await link.api("ready")
        assert await seen.get() == ("CHANNEL_CREATE", "u-1")
        assert await seen.get() == ("sofia::register", "amina")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("inbound-auth-failed", "refused telekit's password; check the password in event_socket.conf.xml"),
        ("inbound-acl-rejected", "does not let this machine in; check apply-inbound-acl"),
    ],
)
async def test_a_refusal_ends_the_start_and_says_what_to_look_at(name: str, what: str) -> None:
    def script(peer: Connection) -> None:
        sent = recorded(name)
        if sent.startswith(ASKS):
            peer.send(ASKS)
            peer.command()
        peer.send(sent.removeprefix(ASKS))

    with pytest.raises(RefusedError, match=what):
        async with linked(script):
            pass


async def test_a_freeswitch_that_is_too_old_is_refused() -> None:
    def script(peer: Connection) -> None:
        peer.send(ASKS)
        peer.expect("auth", ACCEPTED)
        for _ in range(2):
            peer.expect("event", OK)
        peer.expect("api version", answer("FreeSWITCH Version 1.8.7+git~x~64bit (git 6047ebd)\n"))

    with pytest.raises(RefusedError, match=r"too old for telekit: it is 1\.8\.7, and telekit needs FreeSWITCH 1\.10"):
        async with linked(script):
            pass


async def test_an_account_without_a_right_is_told_which() -> None:
    def script(peer: Connection) -> None:
        peer.send(ASKS)
        peer.expect("auth", ACCEPTED)
        peer.expect("event", b"Content-Type: command/reply\nReply-Text: -ERR permission denied\n\n")

    with pytest.raises(SwitchError, match="does not let telekit have CHANNEL_CREATE BACKGROUND_JOB: -ERR permission"):
        async with linked(script):
            pass


async def test_a_job_ends_with_its_own_output_whatever_comes_before() -> None:
    def script(peer: Connection) -> None:
        peer.let_in()
        lines = peer.expect("bgapi originate x", OK).splitlines()
        uuid = next(line.removeprefix("Job-UUID: ") for line in lines if line.startswith("Job-UUID"))
        other = '{"Event-Name": "BACKGROUND_JOB", "Job-UUID": "other", "_body": "-ERR other"}'
        own = f'{{"Event-Name": "BACKGROUND_JOB", "Job-UUID": "{uuid}", "_body": "+OK u-1\\n"}}'
        peer.send(event(other) + event(own))
        peer.until_gone()

    async with linked(script) as link:
        assert await link.job("originate x") == "+OK u-1\n"


async def test_what_freeswitch_says_no_to_is_an_error_with_its_reason() -> None:
    def script(peer: Connection) -> None:
        peer.let_in()
        peer.expect("api uuid_kill", answer("-ERR No such channel!\n"))
        peer.expect("api reloadxml", b"Content-Type: command/reply\nReply-Text: -ERR permission denied\n\n")
        peer.until_gone()

    async with linked(script) as link:
        with pytest.raises(SwitchError, match="refused uuid_kill: No such channel!"):
            await link.api("uuid_kill u-1")
        with pytest.raises(SwitchError, match="refused reloadxml: permission denied"):
            await link.api("reloadxml")


async def test_a_late_reply_is_not_taken_for_that_to_the_next_command() -> None:
    first_failed = threading.Event()

    def script(peer: Connection) -> None:
        peer.let_in()
        peer.expect("api slow", b"")
        first_failed.wait()
        peer.send(answer("slow"))
        peer.expect("api quick", answer("quick"))
        peer.until_gone()

    async with linked(script) as link:
        with pytest.raises(LinkError, match=r"did not answer api within 0\.05 s; it may have been done"):
            await link.api("slow", within=timedelta(seconds=0.05))
        first_failed.set()
        assert await link.api("quick") == "quick"


async def test_a_lost_link_fails_what_was_under_way_and_comes_back_without_sending_it_again() -> None:
    downs: asyncio.Queue[str] = asyncio.Queue()
    ups: asyncio.Queue[str] = asyncio.Queue()
    after: list[str] = []

    def first(peer: Connection) -> None:
        peer.let_in()
        peer.expect("api originate", b"")

    def second(peer: Connection) -> None:
        peer.let_in()
        after.extend(peer.until_gone())

    async with linked(first, second) as link:
        link.on_down(downs.put_nowait)
        link.on_up(ups.put_nowait)
        with pytest.raises(LinkError, match="lost before FreeSWITCH answered api; it may have been done"):
            await link.api("originate x")
        assert "FreeSWITCH closed the connection" in await downs.get()
        assert await ups.get() == "1.10.12-release"
    assert after == []


async def test_why_freeswitch_ends_a_connection_is_told() -> None:
    downs: asyncio.Queue[str] = asyncio.Queue()
    notice = b"The system is being shut down.\nSee you\n"

    def script(peer: Connection) -> None:
        peer.let_in()
        peer.expect("api go", answer("+OK"))
        peer.send(b"Content-Type: text/disconnect-notice\nContent-Length: %d\n\n" % len(notice) + notice)

    async with linked(script, lambda peer: peer.let_in()) as link:
        link.on_down(downs.put_nowait)
        await link.api("go")
        assert await downs.get() == "FreeSWITCH closed the connection (it says: The system is being shut down.)"


MANY = 20_000
LINE = event('{"Event-Name": "CHANNEL_CREATE", "Unique-ID": "' + "u" * 1000 + '"}')


async def test_freeswitch_never_waits_for_a_telekit_that_is_busy() -> None:
    """More is sent than any buffer of the system's holds, while the event loop looks at the first event."""
    all_sent = threading.Event()
    done: asyncio.Queue[None] = asyncio.Queue()
    seen, waits = 0, False

    def script(peer: Connection) -> None:
        peer.let_in()
        peer.expect("api go", answer("+OK"))
        for _ in range(MANY):
            peer.send(LINE)
        all_sent.set()
        peer.until_gone()

    def slow(_event: Event) -> None:
        nonlocal seen, waits
        waits = waits or not all_sent.wait(20)
        seen += 1
        if waits or seen == MANY:
            done.put_nowait(None)

    async with linked(script) as link:
        link.subscribe("CHANNEL_CREATE", slow)
        await link.api("go")
        await done.get()
        assert not waits, "FreeSWITCH waits for telekit"
        assert link.up


async def test_a_telekit_that_falls_too_far_behind_ends_the_connection_and_asks_anew() -> None:
    behind = threading.Event()
    downs: asyncio.Queue[str] = asyncio.Queue()
    ups: asyncio.Queue[str] = asyncio.Queue()

    def first(peer: Connection) -> None:
        peer.let_in()
        peer.expect("api go", answer("+OK"))
        try:
            for _ in range(MANY):
                peer.send(LINE)
        except OSError:
            pass
        behind.set()

    def second(peer: Connection) -> None:
        peer.let_in()
        peer.until_gone()

    let_go: list[bool] = []

    def slow(_event: Event) -> None:
        if all(let_go):
            let_go.append(behind.wait(20))

    async with linked(first, second, most=1_000_000) as link:
        link.on_down(downs.put_nowait)
        link.on_up(ups.put_nowait)
        link.subscribe("CHANNEL_CREATE", slow)
        await link.api("go")
        assert "too busy to look at what FreeSWITCH told" in await downs.get()
        assert all(let_go), "FreeSWITCH waits for telekit"
        await ups.get()


async def test_a_freeswitch_that_falls_silent_is_left() -> None:
    downs: asyncio.Queue[str] = asyncio.Queue()
    peer = Peer()

    def silent(connection: Connection) -> None:
        connection.let_in()
        connection.until_gone()

    with peer.running(silent, silent):
        short = timedelta(seconds=0.05)
        link = Link(peer.account, EVENTS, backoff=AT_ONCE, patience=Patience(ping_every=short, ping=short))
        link.on_down(downs.put_nowait)
        await link.start()
        assert "told nothing for 0.05 s" in await downs.get()
        await link.stop()


async def test_a_ping_is_a_command_that_telekits_own_user_may_run() -> None:
    pinged: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def script(peer: Connection) -> None:
        peer.let_in()
        while command := peer.command():
            loop.call_soon_threadsafe(pinged.put_nowait, command)
            peer.send(answer("FreeSWITCH"))

    peer = Peer()
    with peer.running(script):
        link = Link(peer.account, EVENTS, patience=Patience(ping_every=timedelta(0), ping=timedelta(seconds=30)))
        await link.start()
        assert (await pinged.get()).removeprefix("api ") in COMMANDS
        await link.stop()


async def test_a_ping_under_way_counts_as_far_as_it_has_come() -> None:
    asked, answered = threading.Event(), threading.Event()

    def slow(peer: Connection) -> None:
        peer.let_in()
        peer.command()
        asked.set()
        answered.wait(30)
        peer.send(answer("0"))
        peer.until_gone()

    peer = Peer()
    with peer.running(slow):
        patience = Patience(ping_every=timedelta(0), ping=timedelta(seconds=30))
        link = Link(peer.account, EVENTS, patience=patience)
        await link.start()
        assert await asyncio.to_thread(asked.wait, 30)
        first = link.round_trip
        await asyncio.sleep(0)
        assert link.round_trip > first > 0
        answered.set()
        await link.stop()
