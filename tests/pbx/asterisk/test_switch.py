"""Asterisk beside its calls: surveys, and what comes between asking and answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.errors import LinkError, SwitchError
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.switch import AsteriskSwitch
from telekit.pbx.backoff import Backoff
from telekit.pbx.losses import LinkDown
from telekit.pbx.port import LegAlive, LegEnded, LinkUp, OfferJoined, PhoneState, Survey, SwitchEvent
from tests.pbx.asterisk.ami.fake import FakeAsterisk

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AMINA, LUC = Phone(PhoneKind.SIP, "amina"), Phone(PhoneKind.SIP, "luc")
CALL, OFFER = CallId("1795395024.41"), OfferId("1795395024.41.1")
CALLERS, AGENTS = LegId("PJSIP/carrier-00000027"), LegId("PJSIP/amina-00000028")
REFUSED = "Response: Error\r\nActionID: {id}\r\nMessage: Permission denied\r\n\r\n"


def listing(event: str, *items: str, id_: str = "{id}") -> str:
    """Write an answer that is a list of events."""
    head = f"Response: Success\r\nActionID: {id_}\r\nEventList: start\r\nMessage: will follow\r\n\r\n"
    body = "".join(f"Event: {event}\r\nActionID: {id_}\r\n{item}\r\n" for item in items)
    return f"{head}{body}Event: {event}Complete\r\nActionID: {id_}\r\nEventList: Complete\r\nListItems: 0\r\n\r\n"


def device(name: str, state: str) -> str:
    return f"Device: {name}\r\nState: {state}\r\n"


def channel(
    leg: str, unique: str, *variables: str, bridge: str = "", duration: str = "00:00:30", state: str = "Up"
) -> str:
    told = "".join(f"ChanVariable: {variable}\r\n" for variable in variables)
    head = f"Channel: {leg}\r\nUniqueid: {unique}\r\nChannelStateDesc: {state}\r\n"
    return f"{head}Duration: {duration}\r\nBridgeId: {bridge}\r\n{told}"


DEVICES = listing("DeviceStateChange", device("PJSIP/amina", "NOT_INUSE"), device("PJSIP/luc", "UNAVAILABLE"))
CHANNELS = (
    channel(CALLERS, CALL, "TELEKIT_PLACE=1795395020.000:0:help", f"TELEKIT_OFFER={OFFER}", bridge="b-1"),
    channel(AGENTS, "1795395024.42", "TELEKIT_PLACE=", f"TELEKIT_OFFER={OFFER}", bridge="b-1", duration="01:00:20"),
    channel("PJSIP/lobby-00000029", "1795395024.43", "TELEKIT_PLACE=", "TELEKIT_OFFER="),
)
TALKS = LegAlive(AGENTS, CALL, OFFER, Phone(PhoneKind.SIP, "amina"), True, None, NOON - timedelta(hours=1, seconds=20))
WAITS = LegAlive(CALLERS, CALL, None, Phone(PhoneKind.SIP, "carrier"), True, "help", NOON - timedelta(seconds=30))  # type: ignore[arg-type]


class Told:
    """What the switch tells, for a test to wait for."""

    def __init__(self) -> None:
        self.events: list[SwitchEvent] = []
        self._came = asyncio.Event()

    def __call__(self, event: SwitchEvent) -> None:
        self.events.append(event)
        self._came.set()

    async def until(self, kind: type[SwitchEvent], count: int = 1) -> SwitchEvent:
        """Wait for so many of a kind; give the last."""
        async with asyncio.timeout(40):
            while len(found := [event for event in self.events if isinstance(event, kind)]) < count:
                self._came.clear()
                await self._came.wait()
        return found[-1]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    async with FakeAsterisk() as asterisk:
        asterisk.replies["DeviceStateList"] = DEVICES
        asterisk.replies["CoreShowChannels"] = listing("CoreShowChannel", *CHANNELS)
        yield asterisk


@pytest.fixture
async def switch(asterisk: FakeAsterisk) -> AsyncIterator[AsteriskSwitch]:
    link = Link("127.0.0.1", asterisk.port, "telekit", "sesame", backoff=Backoff(first=timedelta(0)))
    switch = AsteriskSwitch(link, lambda: NOON, surveyed_again_after=timedelta(milliseconds=10))
    yield switch
    await switch.stop()


async def test_what_is_alive_is_told_before_the_start_returns(switch: AsteriskSwitch, told: Told) -> None:
    await switch.start(told)
    phones = [PhoneState(AMINA, True, False), PhoneState(LUC, False, False)]
    assert told.events == [LinkUp(Survey((), (WAITS, TALKS)), "Asterisk 22.10.1"), *phones]


async def test_events_are_told_as_what_they_mean(switch: AsteriskSwitch, told: Told, asterisk: FakeAsterisk) -> None:
    await switch.start(told)
    asterisk.event("DeviceStateChange", Device="PJSIP/amina", State="INUSE")
    asterisk.event("DeviceStateChange", Device="Queue:support", State="INUSE")
    asterisk.event("Hangup", Channel=AGENTS, Uniqueid="1795395024.42", ChanVariable=f"TELEKIT_OFFER={OFFER}")
    await told.until(LegEnded)
    assert told.events[3:] == [PhoneState(AMINA, True, True), LegEnded(OFFER, AGENTS)]


async def test_a_phone_that_first_rings_and_then_talks_is_told_once_until_it_is_free_or_asked_for_anew(
    switch: AsteriskSwitch, told: Told, asterisk: FakeAsterisk
) -> None:
    await switch.start(told)
    for state in ("RINGING", "INUSE", "NOT_INUSE", "RINGING"):
        asterisk.event("DeviceStateChange", Device="PJSIP/amina", State=state)
    await told.until(PhoneState, 5)
    await switch.survey()
    asterisk.event("DeviceStateChange", Device="PJSIP/amina", State="INUSE")
    await told.until(PhoneState, 6)
    assert told.events[3:] == [PhoneState(AMINA, True, engaged) for engaged in (True, False, True, True)]


async def test_a_lost_link_is_told_and_so_is_what_is_alive_when_it_is_back(
    switch: AsteriskSwitch, told: Told, asterisk: FakeAsterisk
) -> None:
    await switch.start(told)
    asterisk.replies["CoreShowChannels"] = listing("CoreShowChannel")
    asterisk.cut()
    up = await told.until(LinkUp, 2)
    assert isinstance(up, LinkUp)
    assert up.survey.legs == ()
    assert [type(event) for event in told.events if not isinstance(event, PhoneState)] == [LinkUp, LinkDown, LinkUp]


async def asked(asterisk: FakeAsterisk, action: str, count: int = 1) -> str:
    """Wait until Asterisk was asked; give the id of the question."""
    await asterisk.until(lambda: len(asterisk.named(action)) >= count)
    return asterisk.named(action)[count - 1]["ActionID"]


async def test_what_happens_during_a_survey_is_newer_than_what_it_says(
    switch: AsteriskSwitch, told: Told, asterisk: FakeAsterisk
) -> None:
    asterisk.mute = {"CoreShowChannels"}
    starting = asyncio.ensure_future(switch.start(told))
    id_ = await asked(asterisk, "CoreShowChannels")
    rings, gone = "PJSIP/luc-00000031", "PJSIP/nora-00000033"
    joined = {"Uniqueid": "1795395024.51", "ChanVariable": "TELEKIT_OFFER=1795395024.50.1"}
    ended = {"Uniqueid": "1795395024.61", "ChanVariable": "TELEKIT_OFFER=1795395024.60.1"}
    asterisk.event("DeviceStateChange", Device="PJSIP/luc", State="INUSE")
    asterisk.event("BridgeEnter", Channel=rings, **joined)
    asterisk.event("Hangup", Channel=gone, **ended)
    stale = (
        channel(rings, joined["Uniqueid"], joined["ChanVariable"]),
        channel(gone, ended["Uniqueid"], ended["ChanVariable"], bridge="b-2"),
    )
    asterisk.send(listing("CoreShowChannel", *stale, id_=id_).encode())
    await starting
    up = await told.until(LinkUp)
    assert isinstance(up, LinkUp)
    assert [(leg.leg, leg.joined) for leg in up.survey.legs] == [(rings, True)]
    assert [type(event) for event in told.events] == [PhoneState, OfferJoined, LegEnded, LinkUp, PhoneState]
    assert told.events[-1] == PhoneState(AMINA, True, False), "of luc's phone it is known better"


class Interrupts(Told):
    """Do something when the first phone of a survey is told, while others are still to come."""

    def __init__(self, do: Callable[[], None]) -> None:
        super().__init__()
        self._do = do

    def __call__(self, event: SwitchEvent) -> None:
        super().__call__(event)
        if event == PhoneState(AMINA, True, False):
            self._do()


@pytest.fixture
def hasteless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everybody have a turn after each phone of a survey."""
    monkeypatch.setattr("telekit.pbx.unhurried.AT_A_TIME", -1.0)


async def test_what_happens_while_a_survey_is_told_is_newer_than_what_is_still_to_be_told(
    switch: AsteriskSwitch, asterisk: FakeAsterisk, hasteless: None
) -> None:
    luc_registers = Message("Event: DeviceStateChange\r\nDevice: PJSIP/luc\r\nState: NOT_INUSE")
    told = Interrupts(lambda: switch._receive(luc_registers))
    await switch.start(told)
    assert [event for event in told.events if isinstance(event, PhoneState)] == [
        PhoneState(AMINA, True, False),
        PhoneState(LUC, True, False),
    ]


async def test_others_have_their_turn_while_a_survey_is_told(
    switch: AsteriskSwitch, asterisk: FakeAsterisk, hasteless: None
) -> None:
    turns: list[int] = []
    told: Interrupts
    told = Interrupts(lambda: asyncio.get_running_loop().call_soon(lambda: turns.append(len(told.events))) and None)
    await switch.start(told)
    assert turns == [2], "after the link and the first phone, before the second"


async def test_what_a_lost_link_has_told_is_not_told_to_its_end(
    switch: AsteriskSwitch, asterisk: FakeAsterisk, hasteless: None
) -> None:
    lost = Interrupts(lambda: switch._link._session.drop(LinkError("cut")))  # type: ignore[union-attr]
    starting = asyncio.ensure_future(switch.start(lost))
    await lost.until(LinkDown)
    assert [type(event) for event in lost.events] == [LinkUp, PhoneState, LinkDown]
    starting.cancel()


async def test_an_account_that_may_not_ask_what_is_alive_is_told_to_who_can_mend_it(
    switch: AsteriskSwitch, told: Told, asterisk: FakeAsterisk
) -> None:
    asterisk.replies["CoreShowChannels"] = REFUSED
    with pytest.raises(SwitchError, match=r"refused CoreShowChannels: Permission denied.*`write = call,reporting`"):
        await switch.start(told)


async def test_a_survey_that_was_refused_is_asked_again(
    switch: AsteriskSwitch, told: Told, asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    await switch.start(told)
    asterisk.replies["CoreShowChannels"] = REFUSED
    asterisk.cut()
    await asked(asterisk, "CoreShowChannels", 4)
    assert [type(event) for event in told.events] == [LinkUp, PhoneState, PhoneState, LinkDown]
    asterisk.replies["CoreShowChannels"] = listing("CoreShowChannel")
    await told.until(LinkUp, 2)
    assert "write = call,reporting" in caplog.text


async def test_a_survey_that_is_not_answered_is_asked_again(
    asterisk: FakeAsterisk, switch: AsteriskSwitch, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telekit.pbx.asterisk.switch.SURVEY_TAKES", timedelta(milliseconds=20))
    asterisk.mute = {"DeviceStateList"}
    starting = asyncio.ensure_future(switch.start(told))
    await asked(asterisk, "DeviceStateList", 2)
    asterisk.mute = set()
    await starting
    assert [type(event) for event in told.events] == [LinkUp, PhoneState, PhoneState]


async def test_calls_are_taken_at_last_although_what_is_alive_is_not_told(
    asterisk: FakeAsterisk,
    switch: AsteriskSwitch,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("telekit.pbx.asterisk.switch.FIRST_SURVEY_WITHIN", timedelta(milliseconds=20))
    asterisk.mute = {"DeviceStateList"}
    await switch.start(told)
    assert told.events == []
    assert "has not told what is alive" in caplog.text


async def test_a_survey_of_a_link_that_is_lost_meanwhile_is_told_once_by_the_next(
    switch: AsteriskSwitch, told: Told, asterisk: FakeAsterisk
) -> None:
    asterisk.mute = {"CoreShowChannels"}
    starting = asyncio.ensure_future(switch.start(told))
    await asked(asterisk, "CoreShowChannels")
    asterisk.mute = set()
    asterisk.cut()
    await starting
    await switch.survey()
    assert [type(event) for event in told.events] == [LinkDown, LinkUp, PhoneState, PhoneState]


async def test_a_leg_is_hung_up_by_its_name(switch: AsteriskSwitch, told: Told, asterisk: FakeAsterisk) -> None:
    await switch.start(told)
    await switch.hang_up(AGENTS)
    assert [action["Channel"] for action in asterisk.named("Hangup")] == [AGENTS]


async def test_a_leg_that_is_gone_already_is_fine_and_what_else_is_refused_is_not(
    switch: AsteriskSwitch, told: Told, asterisk: FakeAsterisk
) -> None:
    await switch.start(told)
    asterisk.replies["Hangup"] = REFUSED.replace("Permission denied", "No such channel")
    await switch.hang_up(AGENTS)
    asterisk.replies["Hangup"] = REFUSED
    with pytest.raises(SwitchError, match="did not hang up"):
        await switch.hang_up(AGENTS)


async def test_without_a_link_nothing_is_told_and_that_is_said(switch: AsteriskSwitch, told: Told) -> None:
    with pytest.raises(LinkError):
        await switch.survey()
    with pytest.raises(LinkError):
        await switch.hang_up(AGENTS)


@pytest.mark.parametrize(
    ("duration", "seconds"), [("00:00:00", 0), ("26:00:01", 93601), ("", 0), ("soon", 0), ("1:2", 0)]
)
async def test_the_age_of_a_leg_is_read_where_it_is_one(
    switch: AsteriskSwitch, told: Told, asterisk: FakeAsterisk, duration: str, seconds: int
) -> None:
    leg = channel(AGENTS, "1795395024.42", f"TELEKIT_OFFER={OFFER}", duration=duration)
    asterisk.replies["CoreShowChannels"] = listing("CoreShowChannel", leg)
    await switch.start(told)
    (alive,) = (await switch.survey()).legs
    assert alive.since_at == NOON - timedelta(seconds=seconds)
    assert alive.joined is False


@pytest.mark.parametrize(("state", "answered"), [("Up", True), ("Ringing", False), ("Down", False)])
async def test_whether_a_leg_is_answered_is_told(
    switch: AsteriskSwitch, told: Told, asterisk: FakeAsterisk, state: str, answered: bool
) -> None:
    await switch.start(told)
    leg = channel("PJSIP/amina-00000030", "telekit-1.2.1", f"TELEKIT_OFFER={OFFER}", state=state)
    asterisk.replies["CoreShowChannels"] = listing("CoreShowChannel", leg)
    (alive,) = await switch.legs()
    assert (alive.leg, alive.answered) == ("telekit-1.2.1", answered)
