"""Actions over the link, and their answers."""

import asyncio
from datetime import timedelta

import pytest

from telekit.errors import LinkError, SwitchError, UnsafeValue
from telekit.pbx.asterisk.ami import session
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.backoff import Backoff
from tests.pbx.asterisk.ami.fake import FakeAsterisk
from tests.pbx.asterisk.ami.heard import Heard

MOMENT = timedelta(milliseconds=50)
AT_ONCE = Backoff(first=timedelta(0))


async def test_an_answer_gives_the_response_and_a_refusal_is_one_too(link: Link, asterisk: FakeAsterisk) -> None:
    asterisk.replies["Ping"] = "Ping: Pong\r\n"
    asterisk.replies["Hangup"] = "Response: Error\r\nActionID: {id}\r\nMessage: No such channel\r\n\r\n"
    await link.start()
    pong = await link.ask("Ping")
    assert (pong.ok, pong["Ping"]) == (True, "Pong")
    refusal = await link.ask("Hangup", Channel="PJSIP/gone-1")
    assert (refusal.ok, refusal["Message"]) == (False, "No such channel")
    assert asterisk.named("Hangup")[0]["Channel"] == "PJSIP/gone-1"


async def test_a_list_gives_its_events_and_none_of_them_is_news(link: Link, asterisk: FakeAsterisk) -> None:
    asterisk.replies["DeviceStateList"] = (
        "Response: Success\r\nActionID: {id}\r\nEventList: start\r\nMessage: Device State Changes will follow\r\n\r\n"
        "Event: DeviceStateChange\r\nActionID: {id}\r\nDevice: PJSIP/amina\r\nState: NOT_INUSE\r\n\r\n"
        "Event: DeviceStateChange\r\nDevice: PJSIP/luc\r\nState: RINGING\r\n\r\n"
        "Event: DeviceStateChange\r\nActionID: {id}\r\nDevice: PJSIP/luc\r\nState: BUSY\r\n\r\n"
        "Event: DeviceStateListComplete\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 2\r\n\r\n"
    )
    news: list[tuple[str, str]] = []
    link.subscribe("DeviceState*", lambda message: news.append((message.event, message["Device"])))
    await link.start()
    items = await link.ask_list("DeviceStateList")
    assert [item["Device"] for item in items] == ["PJSIP/amina", "PJSIP/luc"]
    assert news == [("DeviceStateChange", "PJSIP/luc")]


async def test_a_list_that_asterisk_refuses_raises_what_it_says(link: Link, asterisk: FakeAsterisk) -> None:
    asterisk.replies["QueueStatus"] = "Response: Error\r\nActionID: {id}\r\nMessage: Permission denied\r\n\r\n"
    await link.start()
    with pytest.raises(SwitchError, match="refused QueueStatus: Permission denied"):
        await link.ask_list("QueueStatus")


async def test_a_list_as_value_is_a_repeated_header(link: Link, asterisk: FakeAsterisk) -> None:
    await link.start()
    sent: list[bytes] = []
    write = link.protocol.transport.write
    link.protocol.transport.write = lambda data: (sent.append(data), write(data))
    await link.ask("Originate", Variable=["A=1", "B=2"])
    assert b"Variable: A=1\r\nVariable: B=2\r\n" in sent[0]


async def test_a_control_character_is_refused_and_the_link_lives_on(link: Link, asterisk: FakeAsterisk) -> None:
    await link.start()
    with pytest.raises(UnsafeValue):
        await link.ask("Originate", CallerID="Eve\r\nAction: Command")
    assert (await link.ask("Ping")).ok
    assert not asterisk.named("Originate")


async def test_an_action_under_way_when_the_link_is_lost_fails_and_is_not_sent_again(
    link: Link, asterisk: FakeAsterisk
) -> None:
    asterisk.mute.add("Originate")
    heard = Heard()
    link.on_up(lambda _: heard.note("up"))
    await link.start()
    asking = asyncio.ensure_future(link.ask("Originate", Channel="PJSIP/amina"))
    await asterisk.until(lambda: bool(asterisk.named("Originate")))
    asterisk.cut()
    with pytest.raises(LinkError, match="lost before Asterisk answered Originate; it may have been done"):
        await asking
    await heard.until("up", "up")
    assert (await link.ask("Ping")).ok
    assert len(asterisk.named("Originate")) == 1


async def test_a_link_that_is_down_refuses_actions_at_once(asterisk: FakeAsterisk) -> None:
    link = Link("127.0.0.1", asterisk.port, "telekit", "sesame", backoff=Backoff(first=timedelta(hours=1)))
    heard = Heard()
    link.on_down(heard.note)
    await link.start()
    asterisk.cut()
    await heard.until("Asterisk closed the connection")
    assert not link.up
    with pytest.raises(LinkError, match="Ping was not sent: the link to Asterisk is down"):
        await link.ask("Ping")
    await link.stop()


async def test_what_comes_too_late_is_no_news(asterisk: FakeAsterisk) -> None:
    link = Link("127.0.0.1", asterisk.port, "telekit", "sesame")
    asterisk.mute.add("DeviceStateList")
    heard = Heard()
    link.subscribe("*", lambda message: heard.note(message.event))
    await link.start()
    with pytest.raises(LinkError, match="did not answer DeviceStateList"):
        await link.ask_list("DeviceStateList", timeout=MOMENT)
    late = asterisk.named("DeviceStateList")[0]["ActionID"]
    asterisk.send(f"Response: Success\r\nActionID: {late}\r\nEventList: start\r\n\r\n".encode())
    asterisk.event("DeviceStateChange", ActionID=late, Device="PJSIP/amina")
    asterisk.event("DeviceStateListComplete", ActionID=late, EventList="Complete")
    asterisk.event("Newchannel")
    await heard.until("FullyBooted", "Newchannel")
    assert heard.things == ["FullyBooted", "Newchannel"]
    await link.stop()


async def test_an_id_that_still_waits_for_its_answer_is_not_used_again(link: Link, asterisk: FakeAsterisk) -> None:
    asterisk.mute.add("Status")
    await link.start()
    first = link.send_action({"Action": "Status", "ActionID": "mine"})
    with pytest.raises(LinkError, match="an action with ActionID 'mine' still waits"):
        await link.send_action({"Action": "Ping", "ActionID": "mine"})
    assert not first.done()
    first.cancel()


async def test_an_answer_that_never_comes_does_not_use_the_link_up(
    link: Link, asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_MOST_REQUESTS", 2)
    asterisk.mute.add("Status")
    await link.start()
    waiting = [asyncio.ensure_future(link.ask("Status", timeout=MOMENT)) for _ in range(2)]
    await asterisk.until(lambda: len(asterisk.named("Status")) == 2)
    with pytest.raises(LinkError, match="2 actions wait for Asterisk's answer already"):
        await link.ask("Ping")
    await asyncio.wait(waiting)
    assert all(isinstance(each.exception(), LinkError) for each in waiting)
    assert (await link.ask("Ping")).ok
