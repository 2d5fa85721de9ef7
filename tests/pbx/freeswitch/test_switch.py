"""What FreeSWITCH answers that cannot be read, or is past when it comes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from telekit.cli.health import ANSWERS_WITHIN
from telekit.domain.names import LegId, OfferId
from telekit.errors import SwitchError
from telekit.pbx.freeswitch import switch as module
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.frame import Frame
from telekit.pbx.freeswitch.kept import KEPT_FOR
from telekit.pbx.freeswitch.switch import FreeSwitchSwitch
from telekit.pbx.port import SwitchEvent

CHANNELS = '{"row_count": 1, "rows": [{"uuid": "a-leg"}]}'
LEG = {"Unique-ID": "a-leg", "Channel-Presence-ID": "amina@home.example"}


class ScriptedLink:
    """Answers each command with what a test gives it, and does before what it says."""

    def __init__(self, **answers: str) -> None:
        self.up = True
        self.within: dict[str, timedelta | None] = {}
        """How long each command may take."""
        self.answers = answers
        self.before: Callable[[str], object] = lambda line: None
        self.asked: list[str] = []

    async def api(self, line: str, *, within: timedelta | None = None) -> str:
        self.before(line)
        self.asked.append(line)
        self.within[line] = within
        return self.answers[line]


def event(name: str, **more: str) -> Event:
    told = {"Event-Name": name, "Event-Date-Timestamp": "1795435200000000", **LEG, **more}
    return Event(Frame("Content-Type: text/event-json", json.dumps(told).encode()))


def beside(link: ScriptedLink) -> FreeSwitchSwitch:
    return FreeSwitchSwitch(link, "home.example", lambda: datetime.now(UTC))  # type: ignore[arg-type]


@pytest.mark.parametrize("answers", [("{", ""), (CHANNELS, '{"Event-Name": "CH')], ids=["a list", "a channel"])
async def test_an_answer_that_was_cut_short_is_told(answers: tuple[str, str]) -> None:
    listed, channel = answers
    link = ScriptedLink(**{"show channels as json": listed, "uuid_dump a-leg json": channel})
    with pytest.raises(SwitchError, match="where JSON was to come"):
        await beside(link).legs()


async def test_a_call_that_ends_while_it_is_asked_about_keeps_no_phone_engaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LATE", timedelta(0))
    link = ScriptedLink(
        **{
            "show registrations as json": '{"row_count": 0}',
            "show channels as json": CHANNELS,
            "uuid_dump a-leg json": json.dumps(LEG),
        }
    )
    switch = beside(link)
    told: list[SwitchEvent] = []
    switch._tell = told.append

    def end(line: str) -> None:
        if line.startswith("uuid_dump"):
            switch._receive(event("CHANNEL_HANGUP_COMPLETE"))

    link.before = end
    await switch._look_again(0)
    assert told == []
    assert "a-leg" not in switch._channels


async def test_a_phone_that_unregisters_while_it_is_looked_again_stays_out_of_reach(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LATE", timedelta(0))
    registered = {"row_count": 1, "rows": [{"reg_user": "amina", "realm": "home.example"}]}
    answers = {"show registrations as json": json.dumps(registered), "show channels as json": '{"row_count": 0}'}
    link = ScriptedLink(**answers)
    switch = beside(link)
    switch._receive(event("CUSTOM", **{"Event-Subclass": "sofia::register", "from-user": "amina"}))

    def unregister(line: str) -> None:
        if line.startswith("show channels"):
            switch._receive(event("CUSTOM", **{"Event-Subclass": "sofia::unregister", "from-user": "amina"}))

    link.before = unregister
    await switch._look_again(0)
    assert [phone.reachable for phone in switch._channels.phones()] == [False]


async def test_the_fallback_is_asked_for_no_longer_than_health_is_waited_for() -> None:
    link = ScriptedLink(**{"global_getvar telekit_rendered": ""})
    assert await beside(link).fallback() is None
    assert (link.within["global_getvar telekit_rendered"] or timedelta.max).total_seconds() < ANSWERS_WITHIN


DUMP = "uuid_dump a-leg json"
TALKS = {**LEG, "Answer-State": "answered", "Other-Leg-Unique-ID": "b-leg", "variable_TELEKIT_OFFER": "7.1"}


class Looks:
    """A switch beside one leg, which is looked at again and again."""

    def __init__(self, leg: dict[str, str]) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.talks = leg == TALKS
        answers = {"show channels as json": CHANNELS, DUMP: json.dumps(leg), "uuid_setvar a-leg TELEKIT_OFFER 7.2": ""}
        self.link = ScriptedLink(**answers)
        self.switch = FreeSwitchSwitch(self.link, "home.example", lambda: self.now)  # type: ignore[arg-type]
        self.switch._receive(event("CHANNEL_CREATE"))

    async def asks(self) -> bool:
        """Look, and say whether the leg was asked about."""
        self.link.asked.clear()
        legs = await self.switch.legs()
        assert [(leg.leg, leg.offer, leg.joined) for leg in legs] == [("a-leg", "7.1", self.talks)]
        return DUMP in self.link.asked

    async def change(self, how: str) -> None:
        match how:
            case "it executes something else":
                self.link.answers["show channels as json"] = CHANNELS.replace("}]", ', "application": "park"}]')
            case "it was marked":
                await self.switch.mark(LegId("a-leg"), OfferId("7.2"))
            case "it was told to have ended":
                self.switch._receive(event("CHANNEL_HANGUP_COMPLETE"))
            case "a minute has passed":
                self.now += KEPT_FOR


async def test_of_who_talks_on_is_asked_no_more_than_that_they_are_there() -> None:
    looks = Looks(TALKS)
    assert [await looks.asks() for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize(
    "how", ["it executes something else", "it was marked", "it was told to have ended", "a minute has passed"]
)
async def test_a_leg_that_may_have_changed_is_asked_about_again(how: str) -> None:
    looks = Looks(TALKS)
    assert [await looks.asks() for _ in range(2)] == [True, False]
    await looks.change(how)
    assert await looks.asks()


@pytest.mark.parametrize(
    "how", [{"Answer-State": "ringing", "Other-Leg-Unique-ID": ""}, {"variable_group_confirm_key": "1"}]
)
async def test_a_leg_that_rings_or_is_asked_for_the_key_is_asked_about_at_each_look(how: dict[str, str]) -> None:
    looks = Looks({**TALKS, **how})
    assert [await looks.asks() for _ in range(2)] == [True, True]
