"""What a real FreeSWITCH told, recorded, means to telekit; and what it would mean with an offer on the legs."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.pbx.freeswitch.channels import EVENTS, Channels
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.frame import Frame
from telekit.pbx.freeswitch.esl.reader import Reader
from telekit.pbx.port import (
    CallerLeft,
    HoldChanged,
    LegEnded,
    OfferJoined,
    OfferRings,
    PhoneRegisters,
    PhoneState,
    SwitchEvent,
    Transferred,
)
from tests.pbx.freeswitch.esl.captures import recorded

HOME = "127.0.0.1"
CALLED, CALLS = (Phone(PhoneKind.SIP, name) for name in ("1001", "1002"))
AMINA = Phone(PhoneKind.SIP, "amina")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def told(name: str) -> list[SwitchEvent]:
    """Give what a recording means from its first event to its last."""
    channels = Channels(HOME)
    events = (Event(frame) for frame in Reader().feed(recorded(name)) if frame.kind.startswith("text/event"))
    return [meaning for event in events if event.name in EVENTS for meaning in channels.take(event)]


@pytest.mark.parametrize("form", ["json", "plain"])
def test_both_phones_of_a_call_are_engaged_until_they_are_put_down(form: str) -> None:
    states = [each for each in told(f"inbound-{form}-all-sip-two-leg-bridge") if isinstance(each, PhoneState)]
    assert [(each.phone, each.engaged) for each in states] == [
        (CALLS, True),
        (CALLED, True),
        (CALLED, False),
        (CALLS, False),
    ]


@pytest.mark.parametrize("form", ["json", "plain"])
def test_a_phone_registers_and_its_registration_ends(form: str) -> None:
    meanings = told(f"inbound-{form}-all-sip-register")
    assert PhoneRegisters(CALLED) in meanings
    reachable = [each.reachable for each in meanings if isinstance(each, PhoneState)]
    assert reachable == [False, True]


@dataclass
class Story:
    """Channels, and what is told of them one after the other."""

    channels: Channels = field(default_factory=lambda: Channels(HOME))

    def tell(self, name: str, leg: str, **headers: Any) -> list[SwitchEvent]:
        names = {key.replace("__", "-"): value for key, value in headers.items()}
        body = json.dumps({"Event-Name": name, "Unique-ID": leg, **names})
        return self.channels.take(Event(Frame("Content-Type: text/event-json", body.encode())))

    def amina_rings(self) -> list[SwitchEvent]:
        self.tell("CHANNEL_CREATE", "caller")
        offer = {"variable_TELEKIT_OFFER": "caller.1"}
        return self.tell("CHANNEL_CREATE", "agent", Channel__Presence__ID=f"amina@{HOME}", **offer)

    def amina_talks(self) -> list[SwitchEvent]:
        self.amina_rings()
        on_the_caller = {"variable_TELEKIT_OFFER": "caller.1"}
        return self.tell("CHANNEL_BRIDGE", "caller", Other__Leg__Unique__ID="agent", **on_the_caller)


OFFER, AGENT = OfferId("caller.1"), LegId("agent")


def test_a_leg_that_was_made_for_an_offer_rings_for_it() -> None:
    assert Story().amina_rings() == [PhoneState(AMINA, False, True), OfferRings(OFFER, AGENT)]


def test_an_agent_is_joined_when_sound_flows() -> None:
    story = Story()
    assert story.amina_talks() == [OfferJoined(OFFER, AGENT, AMINA)]
    legs = {leg.leg: leg for leg in story.channels.legs()}
    assert legs[AGENT].joined
    assert (legs[AGENT].call, legs[AGENT].offer) == (CallId("caller"), OFFER)
    assert legs[LegId("caller")].offer is None


def test_hold_is_told_of_the_agents_leg_and_not_of_the_callers() -> None:
    story = Story()
    story.amina_talks()
    assert story.tell("CHANNEL_HOLD", "agent") == [HoldChanged(OFFER, AGENT, True)]
    assert story.tell("CHANNEL_UNHOLD", "agent") == [HoldChanged(OFFER, AGENT, False)]
    assert story.tell("CHANNEL_HOLD", "caller") == []


@pytest.mark.parametrize(
    ("cause", "answered", "refused"),
    [
        ("CALL_REJECTED", "0", MissCause.REJECTED),
        ("USER_BUSY", "0", MissCause.BUSY),
        ("ORIGINATOR_CANCEL", "0", None),
        ("CALL_REJECTED", "1795394775542146", None),
    ],
)
def test_the_end_of_an_agents_leg_tells_whether_its_phone_refused(
    cause: str, answered: str, refused: MissCause | None
) -> None:
    story = Story()
    story.amina_rings()
    headers = {"Hangup__Cause": cause, "Caller__Channel__Answered__Time": answered}
    ended, free = story.tell("CHANNEL_HANGUP_COMPLETE", "agent", **headers)
    assert ended == LegEnded(OFFER, AGENT, refused)
    assert free == PhoneState(AMINA, False, False)


@pytest.mark.parametrize(("cause", "dropped"), [("MEDIA_TIMEOUT", True), ("NORMAL_CLEARING", False)])
def test_the_end_of_a_leg_that_is_silent_for_too_long_is_told_as_its_lines(cause: str, dropped: bool) -> None:
    story = Story()
    story.amina_talks()
    told = story.tell("CHANNEL_HANGUP_COMPLETE", "agent", Hangup__Cause=cause, Caller__Channel__Answered__Time="1")
    assert told[0] == LegEnded(OFFER, AGENT, dropped=dropped)


def test_the_end_of_a_callers_leg_is_told_once_offers_were_made() -> None:
    story = Story()
    story.tell("CHANNEL_CREATE", "early")
    assert story.tell("CHANNEL_HANGUP_COMPLETE", "early") == []
    story.amina_talks()
    assert story.tell("CHANNEL_HANGUP_COMPLETE", "caller") == [CallerLeft(CallId("caller"))]
    assert not any(leg.joined for leg in story.channels.legs())


@pytest.mark.parametrize(
    ("way", "met"),
    [("2002/telekit-colleagues/XML", [OfferJoined(OFFER, LegId("other"), None)]), ("ask/telekit-call/XML", [])],
    ids=["whom the agent has passed them on to", "telekit itself, which has led them on"],
)
def test_a_caller_who_was_passed_on_meets_whom_they_talk_with_next_unless_telekit_leads_them_there(
    way: str, met: list[SwitchEvent]
) -> None:
    story = Story()
    story.amina_talks()
    passed = {"variable_transfer_to": "blind:", "variable_transfer_destination": "blind:2002"}
    told = story.tell("CHANNEL_HANGUP_COMPLETE", "agent", Caller__Channel__Answered__Time="1", **passed)
    assert isinstance(told[0], Transferred)
    story.tell("CHANNEL_CREATE", "other")
    source = f"1795464137:1407109e:bl_xfer:{way}"
    told = story.tell("CHANNEL_BRIDGE", "caller", Other__Leg__Unique__ID="other", variable_transfer_source=source)
    assert told == met


def test_a_leg_ends_once() -> None:
    story = Story()
    story.amina_rings()
    story.tell("CHANNEL_HANGUP_COMPLETE", "agent")
    assert story.tell("CHANNEL_HANGUP_COMPLETE", "agent") == []


def test_phones_of_another_domain_are_no_agents() -> None:
    story = Story()
    assert story.tell("CHANNEL_CREATE", "x", Channel__Presence__ID="amina@elsewhere.example") == []


def test_what_is_alive_is_known_anew_from_what_freeswitch_shows() -> None:
    story = Story()
    story.amina_talks()
    dump = {
        "Unique-ID": "agent",
        "Channel-Presence-ID": f"amina@{HOME}",
        "variable_TELEKIT_OFFER": "caller.1",
        "Answer-State": "answered",
        "Other-Leg-Unique-ID": "caller",
    }
    story.channels.know([dump], ["luc"], NOW)
    (leg,) = story.channels.legs()
    assert (leg.leg, leg.joined, leg.since_at) == (AGENT, True, NOW)
    assert set(story.channels.phones()) == {
        PhoneState(Phone(PhoneKind.SIP, "luc"), True, False),
        PhoneState(AMINA, False, True),
    }


def test_who_is_asked_for_the_key_when_it_is_asked_what_is_alive_talks_only_once_they_were_joined() -> None:
    asked = {
        "Unique-ID": "agent",
        "variable_TELEKIT_OFFER": "caller.1",
        "variable_group_confirm_key": "1",
        "Answer-State": "answered",
        "Other-Leg-Unique-ID": "caller",
    }
    for more, talks in (({}, False), ({"variable_last_bridge_to": "caller"}, True)):
        story = Story()
        story.channels.know([asked | more], [], NOW)
        assert [leg.joined for leg in story.channels.legs()] == [talks]


def test_who_is_not_registered_any_more_is_told_of_when_it_is_asked_anew() -> None:
    before = Channels(HOME)
    before.know([], ["amina", "1001"], NOW)
    channels = Channels(HOME, before.known)
    channels.know([], ["1001"], NOW)
    assert set(channels.phones()) == {PhoneState(AMINA, False, False), PhoneState(CALLED, True, False)}


def test_a_second_look_tells_what_the_first_had_from_a_table_that_was_behind_and_no_more() -> None:
    story = Story()
    story.channels.know([], ["amina", "1001"], NOW)
    user = {"from__user": "1002", "from__host": HOME}
    story.tell("sofia::register", "", **user)
    assert story.channels.learn([], ["1001"], NOW) == [PhoneState(AMINA, False, False)]
    story.tell("sofia::unregister", "", **user)
    assert story.channels.learn([], ["1001", "1002"], NOW) == []
