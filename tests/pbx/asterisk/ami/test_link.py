import asyncio
import logging
from datetime import timedelta

import pytest

from telekit.errors import LinkError
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.ami.patience import Patience
from telekit.pbx.asterisk.ami.reader import Limits
from telekit.pbx.backoff import Backoff
from telekit.pbx.kept_link import Insist
from tests.pbx.asterisk.ami.captures import recorded
from tests.pbx.asterisk.ami.fake import FakeAsterisk
from tests.pbx.asterisk.ami.heard import Heard

MOMENT = timedelta(milliseconds=50)
AT_ONCE = Backoff(first=timedelta(0))


async def test_the_link_is_up_when_start_returns_and_knows_asterisks_version(
    link: Link, asterisk: FakeAsterisk
) -> None:
    versions: list[str] = []
    link.on_up(versions.append)
    assert not link.up
    await link.start()
    assert link.up
    assert versions == [link.asterisk_version] == ["22.10.1"]


async def test_the_secret_is_never_sent(link: Link, asterisk: FakeAsterisk) -> None:
    await link.start()
    assert "sesame" not in str(asterisk.actions)
    assert "sesame" not in str(link.config)


async def test_an_account_that_may_not_ask_for_the_version_learns_it_from_the_protocol(
    link: Link, asterisk: FakeAsterisk
) -> None:
    asterisk.replies["CoreSettings"] = "Response: Error\r\nActionID: {id}\r\nMessage: Permission denied\r\n\r\n"
    await link.start()
    assert link.asterisk_version == "22"


async def test_a_response_that_nobody_asked_for_is_no_event(link: Link, asterisk: FakeAsterisk) -> None:
    heard = Heard()
    link.subscribe("*", lambda message: heard.note(message.event))
    await link.start()
    asterisk.send(b"Response: Error\r\nMessage: Missing action in request\r\n\r\n")
    asterisk.event("Newchannel")
    await heard.until("FullyBooted", "Newchannel")
    assert heard.things == ["FullyBooted", "Newchannel"]


async def test_events_that_come_while_logging_in_are_told_after_up(link: Link, asterisk: FakeAsterisk) -> None:
    heard = Heard()
    link.on_up(lambda _: heard.note("up"))
    link.subscribe("*", lambda message: heard.note(message.event))
    asterisk.greeting = b"Event: DialBegin\r\n\r\n" + asterisk.greeting + b"Event: DialEnd\r\n\r\n"
    await link.start()
    assert heard.things == ["up", "DialBegin", "FullyBooted", "DialEnd"]


async def test_up_waits_until_asterisk_has_booted(link: Link, asterisk: FakeAsterisk) -> None:
    asterisk.greeting = b""
    starting = asyncio.ensure_future(link.start())
    await asterisk.until(lambda: bool(asterisk.named("CoreSettings")))
    asterisk.event("ModuleLoadReport")
    assert not starting.done()
    asterisk.event("FullyBooted")
    await starting


async def test_an_account_that_is_never_told_of_the_boot_gets_a_link_and_a_warning(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    asterisk.greeting = b""
    link = Link("127.0.0.1", asterisk.port, "telekit", "sesame", patience=Patience(boot=MOMENT))
    await link.start()
    assert "give the manager account 'telekit' 'system' in its read= line" in caplog.text
    await link.stop()


async def test_a_handler_of_the_first_event_can_send_an_action(link: Link, asterisk: FakeAsterisk) -> None:
    async def callback(manager: Link, _event: object) -> None:
        await manager.send_action({"Action": "QueueStatus"})

    link.register_event("FullyBooted", callback)
    await link.start()
    await asterisk.until(lambda: bool(asterisk.named("QueueStatus")))


async def test_a_call_is_told_event_by_event(link: Link, asterisk: FakeAsterisk) -> None:
    heard = Heard()
    link.subscribe("Dial*", lambda message: heard.note(f"{message.event} {message.get('DialStatus', '')}".strip()))
    await link.start()
    _banner, _, events = recorded("call-answered.ami").partition(b"\r\n")
    asterisk.send(events)
    await heard.until("DialBegin", "DialState RINGING", "DialEnd ANSWER")


async def test_a_subscriber_is_called_once_however_many_of_its_patterns_match(
    link: Link, asterisk: FakeAsterisk
) -> None:
    heard = Heard()

    def subscriber(message: Message) -> None:
        heard.note(message.event)

    for pattern in ("Hangup", "Hang*", "*"):
        link.subscribe(pattern, subscriber)
    await link.start()
    link.unsubscribe("*", subscriber)
    asterisk.event("Newchannel")
    asterisk.event("Hangup")
    await heard.until("FullyBooted", "Hangup")
    assert heard.things == ["FullyBooted", "Hangup"]


async def test_a_subscriber_that_raises_harms_nobody(
    link: Link, asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    heard = Heard()

    def broken(message: Message) -> None:
        raise KeyError(message.event)

    async def broken_later(message: Message) -> None:
        raise ValueError(message.event)

    link.subscribe("Hangup", broken)
    link.subscribe("Hangup", broken_later)
    link.subscribe("Hangup", lambda message: heard.note(message["Channel"]))
    link.on_up(broken)  # type: ignore[arg-type]
    link.on_login = link.on_connect = broken
    await link.start()
    asterisk.event("Hangup", Channel="a")
    asterisk.event("Hangup", Channel="b")
    await heard.until("a", "b")
    assert "broken raised KeyError('Hangup') (1 so far)" in caplog.text
    assert "broken_later raised ValueError('Hangup') (1 so far)" in caplog.text
    assert asterisk.connections == 1


async def test_a_callback_that_closes_the_link_hears_no_more(link: Link, asterisk: FakeAsterisk) -> None:
    seen: list[str] = []

    def callback(message: Message) -> None:
        seen.append(message["Channel"])
        link.close()

    link.subscribe("Hangup", callback)
    await link.start()
    asterisk.send(b"Event: Hangup\r\nChannel: a\r\n\r\nEvent: Hangup\r\nChannel: b\r\n\r\n")
    await asterisk.until(lambda: asterisk.open == 0)
    assert seen == ["a"]


async def test_a_broken_message_ends_the_connection_which_comes_back(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    link = Link("127.0.0.1", asterisk.port, "telekit", "sesame", backoff=AT_ONCE, limits=Limits(line=1_000))
    heard = Heard()
    link.on_up(lambda _: heard.note("up"))
    link.on_down(heard.note)
    await link.start()
    asterisk.event("VarSet", Value="x" * 2_000)
    await heard.until("up", "Asterisk sent a header of more than 1000 bytes", "up")
    await link.stop()


async def test_a_silent_asterisk_is_left_and_the_reason_told(asterisk: FakeAsterisk) -> None:
    patience = Patience(ping_every=MOMENT, ping=MOMENT)
    link = Link("127.0.0.1", asterisk.port, "telekit", "sesame", backoff=AT_ONCE, patience=patience)
    heard = Heard()
    link.on_down(heard.note)
    await link.start()
    asterisk.mute.add("Ping")
    await heard.until("Asterisk did not answer a ping for 0.05 s; it hangs, or the way is cut")
    await link.stop()


async def test_an_answer_within_the_same_tick_of_the_clock_has_come(
    asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """uvloop's clock has whole milliseconds."""
    loop = asyncio.get_running_loop()
    exact = loop.time
    monkeypatch.setattr(loop, "time", lambda: exact() // 0.25 * 0.25)
    patience = Patience(ping_every=MOMENT, ping=timedelta(seconds=30))
    link = Link("127.0.0.1", asterisk.port, "telekit", "sesame", patience=patience)
    await link.start()
    await asterisk.until(lambda: len(asterisk.named("Ping")) > 1)
    assert link.round_trip > 0
    await link.stop()


async def test_an_asterisk_too_busy_to_answer_a_ping_soon_is_not_left(asterisk: FakeAsterisk) -> None:
    patience = Patience(ping_every=MOMENT, ping=timedelta(seconds=0.3))
    link = Link("127.0.0.1", asterisk.port, "telekit", "sesame", backoff=AT_ONCE, patience=patience)
    loop = asyncio.get_running_loop()
    asterisk.mute.add("Ping")
    downs: list[str] = []
    link.on_down(downs.append)

    async def tick(_message: Message) -> None:
        await link.ask("UserEvent", UserEvent="Tick")

    link.subscribe("Tick", tick)
    await link.start()
    asterisk.reacts = lambda action: asterisk.event("Tick") if action["Action"] == "UserEvent" else None
    asterisk.event("Tick")
    await asterisk.until(lambda: len(asterisk.named("Ping")) == 1)
    until = loop.time() + 0.5  # more than one ping's patience, less than that of a busy link
    await asterisk.until(lambda: loop.time() > until)
    asterisk.send(f"Response: Success\r\nActionID: {asterisk.named('Ping')[0]['ActionID']}\r\n\r\n".encode())
    await asterisk.until(lambda: len(asterisk.named("Ping")) == 2)
    assert downs == []
    await link.stop()


async def test_stop_says_goodbye_and_leaves_no_task(link: Link, asterisk: FakeAsterisk) -> None:
    before = asyncio.all_tasks()
    downs: list[str] = []
    link.on_down(downs.append)

    async def linger(_message: Message) -> None:
        await asyncio.Event().wait()

    link.subscribe("FullyBooted", linger)
    await link.start()
    await link.stop()
    await asterisk.until(lambda: asterisk.open == 0)
    assert [action["Action"] for action in asterisk.actions][-1] == "Logoff"
    assert {task for task in asyncio.all_tasks() - before if "FakeAsterisk" not in repr(task)} == set()
    assert downs == []


async def test_a_stopped_link_can_be_started_again(link: Link, asterisk: FakeAsterisk) -> None:
    await link.start()
    with pytest.raises(RuntimeError, match="started already"):
        await link.start()
    await link.stop()
    await link.start()
    assert (await link.ask("Ping")).ok


async def test_a_start_that_is_cancelled_leaves_nothing_behind(link: Link, asterisk: FakeAsterisk) -> None:
    asterisk.mute.add("Challenge")
    starting = asyncio.ensure_future(link.start())
    await asterisk.until(lambda: bool(asterisk.named("Challenge")))
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await asterisk.until(lambda: asterisk.open == 0)
    assert asterisk.connections == 1


async def test_a_start_that_waits_is_let_go_by_a_close(link: Link, asterisk: FakeAsterisk) -> None:
    asterisk.mute.add("Challenge")
    starting = asyncio.ensure_future(link.start())
    await asterisk.until(lambda: bool(asterisk.named("Challenge")))
    await link.stop()
    with pytest.raises(LinkError, match="closed before it was up"):
        await starting


async def test_an_insisting_start_waits_for_an_asterisk_that_is_not_there_yet(
    link: Link, asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    told = asyncio.Event()
    watcher = logging.Filter()
    watcher.filter = lambda record: told.set() or True  # type: ignore[func-returns-value,method-assign]
    caplog.handler.addFilter(watcher)
    await asterisk.shut()
    starting = asyncio.ensure_future(link.start(insist=Insist.WHILE_AWAY))
    await told.wait()
    await asterisk.listen()
    await starting
    caplog.handler.removeFilter(watcher)
    assert link.up
    assert caplog.text.count("cannot be reached") == 1
