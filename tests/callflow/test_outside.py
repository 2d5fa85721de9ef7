"""A caller who is sent to a number outside."""

from datetime import timedelta
from pathlib import Path

import pytest

from telekit.domain.destination import HangUp, ToNumber, ToVoicemail, Treatment
from telekit.domain.fact import FactKind
from telekit.domain.place import VARIABLE
from telekit.errors import SwitchError
from telekit.pbx.loopback import Answers, Refuses
from telekit.pbx.port import OFFER_VARIABLE, OfferOutcome
from tests.acd.day import agent, plan, queue, seconds
from tests.service.world import Caller, World, passes, routed

NUMBER = "+33199005500"
TALK = Answers(after=timedelta(seconds=5), talks=timedelta(minutes=2), confirms=False)
"""Nobody there knows of any key."""


def rules(otherwise: ToVoicemail | HangUp) -> ToNumber:
    return ToNumber(NUMBER, seconds(30), otherwise)


async def test_whoever_answers_there_is_joined_without_a_key(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")]), rules(HangUp())), tmp_path)
    world.switch.phone(f"tel:{NUMBER}", TALK)
    async with world:
        caller = await world.serve()
        assert caller.story == [f"connected {NUMBER}: talked 0:02:00", "hung up"]
        assert world.told(FactKind.SENT_OUT, "number") == [NUMBER]
        assert world.told(FactKind.BACK_FROM_OUTSIDE, "talked") == [120.0]
        assert world.told(FactKind.BACK_FROM_OUTSIDE, "cause") == [None]


@pytest.mark.parametrize(
    ("otherwise", "hears"), [(HangUp(), "played telekit/no-agent"), (ToVoicemail(), "played telekit/leave-message")]
)
async def test_who_is_not_answered_there_hears_what_follows(
    tmp_path: Path, otherwise: ToVoicemail | HangUp, hears: str
) -> None:
    world = World(routed(plan([agent("amina")]), rules(otherwise)), tmp_path)
    world.switch.phone(f"tel:{NUMBER}", Refuses())
    async with world:
        caller = await world.serve()
        assert hears in caller.story
        assert caller.story[-1] == "hung up"
        assert world.told(FactKind.BACK_FROM_OUTSIDE, "cause") == ["rejected"]


async def test_a_call_that_goes_outside_leaves_neither_place_nor_offer_behind(tmp_path: Path) -> None:
    no_agent = Treatment(("no-agent",), rules(HangUp()))
    world = World(routed(plan([agent("amina", "08:00-13:01")], queue(no_agent=no_agent))), tmp_path)
    world.phone("amina", Refuses())
    world.switch.phone(f"tel:{NUMBER}", TALK)
    async with world:
        led = world.lead(caller := world.caller())
        await passes(70)
        assert world.facts(FactKind.SENT_OUT)
        assert caller.variables.get(VARIABLE, "") == ""
        assert OFFER_VARIABLE not in caller.variables
        await led
        assert world.told(FactKind.JOINED, "waited") == []


class Refused(Caller):
    async def connect(self, number: str, *, ring: timedelta, music: str | None = None) -> OfferOutcome:
        raise SwitchError("tel:+33199005500 cannot be rung: name the trunk as asterisk.trunk in telekit.yaml.")


async def test_a_number_that_the_switch_cannot_ring_counts_as_one_that_nobody_answers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with World(routed(plan([agent("amina")]), rules(ToVoicemail())), tmp_path) as world:
        caller = Refused(world)
        await world.lead(caller)
        assert "played telekit/leave-message" in caller.story
        assert "name the trunk" in caplog.text
        assert world.told(FactKind.BACK_FROM_OUTSIDE, "cause") == ["unreachable"]
