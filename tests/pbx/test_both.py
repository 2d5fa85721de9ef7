"""Two switches as one: what is told of phones and legs, and to which of them a command goes."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import LinkError
from telekit.pbx.both import BothSwitches, Half
from telekit.pbx.port import (
    LegAlive,
    LinkDown,
    LinkUp,
    OfferJoined,
    PhoneRegisters,
    PhoneState,
    Survey,
    SwitchEvent,
)
from telekit.pbx.whereabouts import Whereabouts

AMINA, TRUNK = Phone(PhoneKind.SIP, "amina"), Phone(PhoneKind.SIP, "to-b")
NUMBER = Phone(PhoneKind.TEL, "+33199005512")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def leg(name: str, phone: Phone | None = None) -> LegAlive:
    return LegAlive(LegId(name), CallId("call"), OfferId("call.1"), phone, True, None, NOON)


class One:
    """A switch that writes down what it is asked, and has the legs that a test gives it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.alive: Sequence[LegAlive] = ()
        self.answers = asyncio.Event()
        self.answers.set()
        self.is_down = False

    async def start(self, tell: object) -> None: ...
    async def stop(self) -> None: ...

    async def survey(self) -> Survey:
        return Survey((), tuple(self.alive))

    async def legs(self) -> Sequence[LegAlive]:
        await self.answers.wait()
        return self.alive

    async def hang_up(self, leg: LegId) -> None:
        self._ask(f"hang up {leg}")

    async def mark(self, leg: LegId, offer: OfferId) -> None:
        self._ask(f"mark {leg}")

    async def call_out(
        self,
        phone: Phone,
        script: str,
        *,
        arguments: Mapping[str, str],
        leg: LegId,
        ring: timedelta,
        offer: OfferId | None = None,
        shown: str | None = None,
    ) -> MissCause | None:
        self._ask(f"call {phone}")
        return None

    def _ask(self, what: str) -> None:
        if self.is_down:
            raise LinkError("it is down")
        self.asked.append(what)


class World:
    """Switches A and B as one; the trunk to B is `to-b` at A, that to A is `to-a` at B."""

    def __init__(self) -> None:
        self.a, self.b = One(), One()
        self.whereabouts = Whereabouts({"A": "to-b", "B": "to-a"})
        halves = [Half("A", self.a, calls_out=False), Half("B", self.b, calls_out=True)]
        self.both = BothSwitches(halves, self.whereabouts)
        self.told: list[SwitchEvent] = []

    async def comes_up(self) -> None:
        await self.both.start(self.told.append)
        for name in "AB":
            self.both.hear(name, LinkUp(Survey((), ()), f"{name} 1.0"))
        await self.both.settled()


@pytest.fixture
async def world() -> World:
    world = World()
    await world.comes_up()
    return world


async def test_what_is_alive_is_told_once_it_is_known_of_both() -> None:
    world = World()
    await world.both.start(world.told.append)
    world.a.alive = [leg("a-1")]
    world.both.hear("A", LinkUp(Survey((PhoneState(AMINA, True, False),), (leg("a-1"),)), "A 1.0"))
    assert world.told == [PhoneState(AMINA, True, False)]
    world.both.hear("B", LinkUp(Survey((), (leg("b-1"),)), "B 1.0"))
    await world.both.settled()
    up = world.told[-1]
    assert isinstance(up, LinkUp)
    assert ([each.leg for each in up.survey.legs], up.version) == (["a-1", "b-1"], "A 1.0 and B 1.0")


async def test_what_happens_while_the_other_is_asked_is_told_after(world: World) -> None:
    world.told.clear()
    world.b.answers.clear()
    world.both.hear("A", LinkUp(Survey((), ()), "A 1.0"))
    world.both.hear("B", PhoneState(AMINA, True, False))
    await asyncio.sleep(0)
    assert world.told == []
    world.b.answers.set()
    await world.both.settled()
    assert [type(event) for event in world.told] == [LinkUp, PhoneState]


async def test_a_phone_is_reachable_where_it_is_at_either_and_in_use_where_it_is_so_at_either(world: World) -> None:
    world.told.clear()
    world.both.hear("A", PhoneState(AMINA, False, False))
    world.both.hear("B", PhoneState(AMINA, True, True))
    world.both.hear("A", PhoneState(AMINA, False, False))
    world.both.hear("B", PhoneState(AMINA, False, False))
    assert [(event.reachable, event.engaged) for event in world.told if isinstance(event, PhoneState)] == [
        (False, False),
        (True, True),
        (True, True),
        (False, False),
    ]


async def test_a_phone_is_rung_by_the_trunk_only_where_it_is_at_the_other_alone(world: World) -> None:
    assert world.whereabouts.trunk("A", AMINA) is None  # it is nowhere
    world.both.hear("B", PhoneRegisters(AMINA))
    assert world.whereabouts.trunk("A", AMINA) == "to-b"
    assert world.whereabouts.trunk("B", AMINA) is None
    world.both.hear("A", PhoneRegisters(AMINA))
    assert world.whereabouts.trunk("A", AMINA) is None


async def test_a_leg_on_the_trunk_is_nobodys_phone(world: World) -> None:
    world.told.clear()
    world.both.hear("A", OfferJoined(OfferId("call.1"), LegId("PJSIP/to-b-1"), TRUNK))
    assert world.told == [OfferJoined(OfferId("call.1"), LegId("PJSIP/to-b-1"), None)]
    world.a.alive = [leg("PJSIP/to-b-1", TRUNK), leg("PJSIP/amina-1", AMINA)]
    assert [each.phone for each in await world.both.legs()] == [None, AMINA]


async def test_one_that_is_away_has_the_legs_that_it_had_and_keeps_nothing_from_the_other(world: World) -> None:
    world.a.alive, world.b.alive = [leg("a-1")], [leg("b-1")]
    await world.both.legs()
    world.both.hear("B", LinkDown("it was cut"))
    assert world.told[-1] == LinkDown("B: it was cut")
    world.b.alive, world.b.is_down = [], True
    assert [each.leg for each in await world.both.legs()] == ["a-1", "b-1"]
    await world.both.hang_up(LegId("a-1"))
    assert world.a.asked == ["hang up a-1"]
    world.a.is_down = True
    with pytest.raises(LinkError):
        await world.both.hang_up(LegId("a-1"))


async def test_who_is_called_is_called_from_where_the_phone_is_and_a_number_from_where_it_leads_outside(
    world: World,
) -> None:
    world.both.hear("B", PhoneRegisters(AMINA))
    for phone in (AMINA, NUMBER):
        await world.both.call_out(phone, "x", arguments={}, leg=LegId("l"), ring=timedelta(seconds=9))
    world.both.hear("B", PhoneState(AMINA, False, False))
    world.both.hear("A", PhoneRegisters(AMINA))
    await world.both.call_out(AMINA, "x", arguments={}, leg=LegId("l"), ring=timedelta(seconds=9))
    assert (world.a.asked, world.b.asked) == (["call sip:amina"], ["call sip:amina", "call tel:+33199005512"])


async def test_a_switch_that_cannot_be_understood_keeps_back_no_news(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Sequence[LegAlive]:
        raise ValueError("no JSON")

    world.told.clear()
    world.b.legs = broken  # type: ignore[method-assign,assignment]
    world.both.hear("A", LinkUp(Survey((), ()), "A 1.0"))
    world.both.hear("B", PhoneState(AMINA, True, False))
    await world.both.settled()
    assert [type(event) for event in world.told] == [LinkUp, PhoneState]
    assert "B did not tell what is alive" in caplog.text
