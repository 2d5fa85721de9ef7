"""Calls that telekit makes by itself, where news is late or lost: nothing is sent twice, nobody waits for ever."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from telekit.domain.names import CallId, LegId, OfferId, own_leg
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError, UnsafeValue
from telekit.pbx import outgoing as module
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.calling_account import CallingAccount
from telekit.pbx.asterisk.outgoing import Outgoing
from telekit.pbx.backoff import Backoff
from tests.pbx.asterisk.ami.fake import FakeAsterisk

AMINA = Phone(PhoneKind.SIP, "amina")
LUC = Phone(PhoneKind.TEL, "+33199005512")
LEG = own_leg("7.1")
OFFER = OfferId("1795395024.41.1")
LONG, MOMENT = timedelta(seconds=30), timedelta(milliseconds=1)
SOON = Backoff(first=timedelta(seconds=60))
GONE = "Response: Error\r\nActionID: {id}\r\nMessage: No such channel\r\n\r\n"
REFUSED = "Response: Error\r\nActionID: {id}\r\nMessage: %s\r\n\r\n"


class Stage:
    """Two manager interfaces, one for each link, so that each can be cut by itself."""

    def __init__(self) -> None:
        self.news, self.calls = FakeAsterisk(), FakeAsterisk()

    async def start(self) -> None:
        self.link = Link("127.0.0.1", self.news.port, "telekit", "sesame", backoff=SOON)
        calls = Link("127.0.0.1", self.calls.port, "telekit-callbacks", "sesame", events="off", backoff=SOON)
        self.account = CallingAccount(calls)
        up = asyncio.Event()
        calls.on_up(lambda _: up.set())
        self.outgoing = Outgoing(self.link, self.account, trunk="carrier", number="+33199001234")
        self.outgoing.start()
        await self.link.start()
        self.account.start()
        await up.wait()

    async def stop(self) -> None:
        self.outgoing.stop()
        await self.account.stop()
        await self.link.stop()

    def call(
        self, phone: Phone = AMINA, *, ring: timedelta = LONG, offer: OfferId | None = OFFER, leg: LegId = LEG
    ) -> "asyncio.Future[MissCause | None]":
        out = self.outgoing.call_out(phone, "callback", arguments={"of": "7"}, leg=leg, ring=ring, offer=offer)
        return asyncio.ensure_future(out)

    async def asked(self) -> dict[str, str]:
        await self.calls.until(lambda: bool(self.calls.named("Originate")))
        return self.calls.named("Originate")[0]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    async with stage.news, stage.calls:
        await stage.start()
        yield stage
        await stage.stop()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it look after a moment where it else waits for seconds."""
    monkeypatch.setattr(module, "LOOKS_AFTER", 0.05)
    monkeypatch.setattr(module, "LOOKS_SOON", 0.05)


async def test_one_request_says_all(stage: Stage) -> None:
    outcome = stage.call(LUC, offer=None)
    asked = await stage.asked()
    assert {name: asked[name] for name in ("Channel", "Context", "Exten", "Timeout", "CallerID", "ChannelId")} == {
        "Channel": "PJSIP/+33199005512@carrier",
        "Context": "telekit-called",
        "Exten": "s",
        "Timeout": "30000",
        "CallerID": "<+33199001234>",
        "ChannelId": "telekit-7.1",
    }
    stage.outgoing.leads(CallId(LEG))
    assert await outcome is None
    assert len(stage.calls.named("Originate")) == 1


@pytest.mark.parametrize(
    ("why", "mend"),
    [
        ("Extension does not exist.", "run `telekit render asterisk`, then `core reload`"),
        ("Permission denied", "needs `write = originate`"),
        ("Originate failed", "its log says more"),
    ],
)
async def test_a_refusal_says_what_to_do(stage: Stage, why: str, mend: str) -> None:
    stage.calls.replies["Originate"] = REFUSED % why
    with pytest.raises(SwitchError) as refused:
        await stage.call()
    assert f"Asterisk did not call sip:amina ({why})" in str(refused.value)
    assert mend in str(refused.value)


async def test_no_log_tells_whose_number_was_called(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.calls.replies["Originate"] = REFUSED % "Originate failed"
    with pytest.raises(SwitchError) as refused:
        await stage.call(LUC)
    assert str(refused.value) == "Asterisk did not call a number (Originate failed): its log says more."
    stage.calls.replies.clear()
    stage.calls.mute.add("Originate")
    outcome = stage.call(LUC, leg=own_leg(OfferId("8.1")))
    await stage.asked()
    await stage.account.stop()
    await stage.link.stop()
    with pytest.raises(LinkError):
        await outcome
    with pytest.raises(LinkError) as down:
        await stage.call(LUC)
    assert str(down.value) == "a number is not called: the link to Asterisk is down"
    assert "a number may be called, or not" in caplog.text
    assert LUC.address not in caplog.text


async def test_a_script_that_leads_needs_no_answer_to_the_request(stage: Stage) -> None:
    stage.calls.mute.add("Originate")
    outcome = stage.call()
    await stage.asked()
    stage.outgoing.leads(CallId(LEG))
    assert await outcome is None


@pytest.mark.usefixtures("hasty")
async def test_a_request_that_was_cut_off_but_came_through_is_seen_through(stage: Stage) -> None:
    stage.calls.mute.add("Originate")
    outcome = stage.call()
    await stage.asked()
    stage.news.event("DialBegin", DestUniqueid=LEG)
    stage.news.replies["Getvar"] = "Value: Ringing\r\n"
    stage.calls.cut()
    await stage.news.until(lambda: bool(stage.news.named("Getvar")))
    stage.outgoing.leads(CallId(LEG))
    assert await outcome is None
    assert len(stage.calls.named("Originate")) == 1


@pytest.mark.usefixtures("hasty")
async def test_a_request_that_was_cut_off_is_never_sent_again_and_its_late_leg_is_ended(stage: Stage) -> None:
    stage.calls.mute.add("Originate")
    stage.news.replies["Getvar"] = stage.news.replies["Hangup"] = GONE
    outcome = stage.call()
    await stage.asked()
    stage.calls.cut()
    with pytest.raises(LinkError, match="it is not known whether Asterisk was asked for the leg telekit-"):
        await outcome
    hung_up = len(stage.news.named("Hangup"))
    stage.news.event("DialBegin", DestUniqueid=LEG)
    await stage.news.until(lambda: len(stage.news.named("Hangup")) > hung_up)
    assert stage.news.named("Hangup")[-1]["Channel"] == LEG
    assert len(stage.calls.named("Originate")) == 1


async def test_when_the_link_that_tells_is_lost_nobody_knows(stage: Stage) -> None:
    outcome = stage.call()
    await stage.asked()
    stage.news.cut()
    with pytest.raises(LinkError, match="lost before it told what becomes of the leg telekit-"):
        await outcome
    with pytest.raises(LinkError, match="the link to Asterisk is down"):
        await stage.call()
    assert len(stage.calls.named("Originate")) == 1


async def test_without_the_account_nothing_is_sent(stage: Stage) -> None:
    down = asyncio.Event()
    stage.account.require().on_down(lambda _: down.set())
    await stage.calls.shut()
    await down.wait()
    with pytest.raises(SwitchError, match="telekit can call nobody"):
        await stage.call()


@pytest.mark.usefixtures("hasty")
async def test_news_that_never_comes_is_asked_for(stage: Stage) -> None:
    stage.news.replies["Getvar"] = GONE
    assert await stage.call(ring=MOMENT) is MissCause.UNREACHABLE
    outcome = stage.call(ring=MOMENT, leg=own_leg("7.2"))
    stage.news.event("DialBegin", DestUniqueid="telekit-7.2")
    assert await outcome is MissCause.NO_ANSWER


@pytest.mark.usefixtures("hasty")
async def test_a_leg_that_rings_on_beyond_its_time_is_ended(stage: Stage) -> None:
    stage.news.replies["Getvar"] = "Value: Ringing\r\n"
    outcome = stage.call(ring=MOMENT)
    await stage.news.until(lambda: bool(stage.news.named("Hangup")))
    stage.news.event("Hangup", Uniqueid=LEG, Cause="16")
    assert await outcome is MissCause.NO_ANSWER


@pytest.mark.usefixtures("hasty")
async def test_an_agent_who_is_asked_for_the_key_has_the_time_for_it(stage: Stage) -> None:
    stage.news.replies["Getvar"] = "Value: Up\r\n"
    outcome = stage.call(LUC, ring=MOMENT)
    await stage.news.until(lambda: len(stage.news.named("Getvar")) >= 3)
    assert not stage.news.named("Hangup")
    stage.news.event("Hangup", Uniqueid=LEG, Cause="16")
    assert await outcome is MissCause.VOICEMAIL


@pytest.mark.parametrize("first", ["OriginateResponse", "Hangup"])
async def test_the_end_of_the_leg_and_of_the_call_may_come_in_either_order(stage: Stage, first: str) -> None:
    outcome = stage.call()
    await stage.asked()
    told = {"OriginateResponse": {"Response": "Failure", "Reason": "0"}, "Hangup": {"Cause": "17"}}
    for name in sorted(told, key=lambda name: name != first):
        stage.news.event(name, Uniqueid=LEG, **told[name])
    assert await outcome is MissCause.BUSY


async def test_whoever_hangs_up_in_the_instant_of_answering_has_rejected_it(stage: Stage) -> None:
    outcome = stage.call()
    await stage.asked()
    stage.news.event("OriginateResponse", Uniqueid=LEG, Response="Success", Reason="4")
    stage.news.event("Hangup", Uniqueid=LEG, Cause="0")
    assert await outcome is MissCause.REJECTED


async def test_a_call_that_was_given_up_ends_its_leg_however_late_it_comes(stage: Stage) -> None:
    stage.news.replies["Hangup"] = GONE
    outcome = stage.call()
    await stage.asked()
    outcome.cancel()
    await stage.news.until(lambda: len(stage.news.named("Hangup")) == 1)
    stage.news.event("DialBegin", DestUniqueid=LEG)
    await stage.news.until(lambda: len(stage.news.named("Hangup")) == 2)
    stage.outgoing.leads(CallId(LEG))
    await stage.news.until(lambda: len(stage.news.named("Hangup")) == 3)


async def test_a_name_that_is_in_use_is_refused(stage: Stage) -> None:
    stage.call()
    await stage.asked()
    with pytest.raises(SwitchError, match="each has a name of its own"):
        await stage.call()


async def test_arguments_that_do_not_fit_are_refused_and_nothing_is_sent(stage: Stage) -> None:
    call_out = stage.outgoing.call_out
    with pytest.raises(SwitchError, match="too long"):
        await call_out(AMINA, "callback", arguments={"a": "é" * 400}, leg=LEG, ring=LONG)
    for bad in ({"a": "\udcff"}, {"a": "\n"}):
        with pytest.raises(UnsafeValue):
            await call_out(AMINA, "callback", arguments=bad, leg=LEG, ring=LONG)
    for script in ("../callback", "a,b", "a?b", ""):
        with pytest.raises(UnsafeValue):
            await call_out(AMINA, script, arguments={}, leg=LEG, ring=LONG)
    with pytest.raises(UnsafeValue):
        await call_out(AMINA, "callback", arguments={}, leg=LEG, ring=LONG, offer=OfferId("a,b=c"))
    with pytest.raises(UnsafeValue):
        await call_out(AMINA, "callback", arguments={}, leg=LEG, ring=LONG, shown="1> <2")
    assert not stage.calls.named("Originate")
