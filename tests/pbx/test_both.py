"""Two switches as one: what is told of phones and legs, and to which of them a command goes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError
from telekit.pbx.both import BothSwitches
from telekit.pbx.half import Half
from telekit.pbx.losses import LinkDown, PhoneLost
from telekit.pbx.port import (
    LegAlive,
    LegEnded,
    LinkUp,
    OfferJoined,
    OfferRings,
    PhoneRegisters,
    PhoneState,
    Survey,
    SwitchEvent,
)
from telekit.pbx.whereabouts import Whereabouts

AMINA, LUC, TRUNK = (Phone(PhoneKind.SIP, name) for name in ("amina", "luc", "to-b"))
NUMBER = Phone(PhoneKind.TEL, "+33199005512")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def leg(name: str, phone: Phone | None = None) -> LegAlive:
    return LegAlive(LegId(name), CallId("call"), OfferId("call.1"), phone, True, None, NOON)


class One:
    """A switch that writes down what it is asked, and has the legs that a test gives it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.alive: Sequence[LegAlive] = ()
        self.is_down = False
        self.is_broken = False
        self.is_cut_off = False
        self.meanwhile: Callable[[], Awaitable[object]] = lambda: asyncio.sleep(0)
        self.while_asked: Callable[[], object] = lambda: None

    async def start(self, tell: object) -> None: ...
    async def stop(self) -> None: ...

    async def survey(self) -> Survey:
        return Survey((), tuple(self.alive))

    async def legs(self) -> Sequence[LegAlive]:
        if self.is_broken:
            raise SwitchError("no JSON")
        told = self.alive
        self.while_asked()
        return told

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
        if self.is_cut_off:
            await self.meanwhile()
            raise LinkError("it was lost before it told what becomes of the leg")
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
        self.both = BothSwitches(halves, self.whereabouts, lambda: NOON)
        self.told: list[SwitchEvent] = []

    async def comes_up(self) -> None:
        await self.both.start(self.told.append)
        for name in "AB":
            self.up(name)
        self.both.begin()

    def up(self, name: str, *legs: LegAlive, phones: tuple[PhoneState, ...] = ()) -> None:
        """Have the link of one come up."""
        self.both.hear(name, LinkUp(Survey(phones, legs), f"{name} 1.0"))

    def down(self, name: str) -> None:
        """Have the link of one break."""
        (self.a if name == "A" else self.b).is_down = True
        self.both.hear(name, LinkDown("it was cut"))

    async def reads(self) -> list[SwitchEvent]:
        """Give what was told since the last time, when all of it was told."""
        before: list[SwitchEvent] = []
        while self.told != before:
            before = list(self.told)
            await asyncio.sleep(0)
        self.told.clear()
        return before

    async def calls(self, phone: Phone) -> None:
        """Call somebody out."""
        await self.both.call_out(phone, "x", arguments={}, leg=LegId("l"), ring=timedelta(seconds=9))

    async def legs(self) -> list[tuple[str, bool]]:
        """Give the names of what is alive, and whether it is lost."""
        return [(each.leg, each.lost) for each in await self.both.legs()]


@pytest.fixture
async def world() -> World:
    world = World()
    await world.comes_up()
    return world


async def test_what_is_alive_is_told_once_for_both() -> None:
    world = World()
    await world.both.start(world.told.append)
    world.up("A", leg("a-1"), phones=(PhoneState(AMINA, True, False),))
    assert world.told == [PhoneState(AMINA, True, False)]
    world.up("B", leg("b-1"))
    world.both.begin()
    up = world.told[-1]
    assert isinstance(up, LinkUp)
    assert ([each.leg for each in up.survey.legs], up.version, up.away) == (["a-1", "b-1"], "A 1.0 and B 1.0", "")
    assert up.survey.whole


async def test_who_begins_while_one_is_away_is_told_of_the_other_and_later_of_both() -> None:
    world = World()
    await world.both.start(world.told.append)
    world.up("A", leg("a-1"))
    world.both.begin()
    (first,) = await world.reads()
    assert isinstance(first, LinkUp)
    assert (first.version, first.away, first.survey.whole) == ("A 1.0", "B", False)
    world.up("B", leg("b-1"), phones=(PhoneState(AMINA, True, False),))
    (second,) = await world.reads()
    assert isinstance(second, LinkUp)
    assert [each.leg for each in second.survey.legs] == ["a-1", "b-1"]
    assert (second.survey.phones, second.away, second.survey.whole) == ((PhoneState(AMINA, True, False),), "", True)


async def test_who_begins_without_any_is_told_when_the_first_comes() -> None:
    world = World()
    await world.both.start(world.told.append)
    world.both.begin()
    assert world.told == []
    world.up("B")
    assert [type(event) for event in world.told] == [LinkUp]


async def test_the_loss_of_one_is_told_with_who_is_left(world: World) -> None:
    world.told.clear()
    world.down("B")
    world.down("A")
    assert await world.reads() == [LinkDown("B: it was cut", "A 1.0"), LinkDown("A: it was cut")]
    world.up("A")
    (up,) = await world.reads()
    assert isinstance(up, LinkUp)
    assert (up.version, up.away, up.survey.whole) == ("A 1.0", "B", True)


async def test_what_one_that_is_away_has_said_of_phones_counts_no_more(world: World) -> None:
    for phone in (AMINA, LUC):
        world.both.hear("B", PhoneState(phone, True, True))
    world.both.hear("A", PhoneState(LUC, True, False))
    world.both.hear("A", PhoneState(AMINA, False, False))  # it knows her, but she is not registered there
    world.told.clear()
    world.down("B")
    assert await world.reads() == [LinkDown("B: it was cut", "A 1.0"), PhoneLost(AMINA), PhoneState(LUC, True, False)]
    assert world.whereabouts.trunk("A", AMINA) is None
    world.up("B", phones=(PhoneState(AMINA, True, False),))
    assert world.whereabouts.trunk("A", AMINA) == "to-b"


async def test_of_phones_nothing_is_lost_while_neither_is_there_and_then_what_is_not_told_anew(world: World) -> None:
    world.both.hear("A", PhoneState(LUC, True, False))
    world.both.hear("B", PhoneState(AMINA, True, False))
    world.down("A")
    await world.reads()
    world.down("B")
    assert await world.reads() == [LinkDown("B: it was cut")]
    world.up("A")
    assert [type(event) for event in await world.reads()] == [LinkUp, PhoneLost]


async def test_of_the_first_that_comes_back_nothing_is_lost_as_it_tells_all_anew(world: World) -> None:
    world.both.hear("B", PhoneState(AMINA, True, False))
    world.down("A")
    world.down("B")
    await world.reads()
    world.up("B")
    assert [type(event) for event in await world.reads()] == [LinkUp]


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


async def test_one_that_is_away_has_the_legs_that_it_had(world: World) -> None:
    world.a.alive, world.b.alive = [leg("a-1")], [leg("b-1"), leg("b-2")]
    await world.both.legs()
    world.both.hear("B", LegEnded(OfferId("call.1"), LegId("b-2")))
    world.both.hear("B", OfferRings(OfferId("call.2"), LegId("b-3")))
    world.both.hear("B", OfferJoined(OfferId("call.3"), LegId("b-4"), AMINA))
    world.down("B")
    world.b.alive = []
    alive = await world.both.legs()
    assert [(each.leg, each.lost) for each in alive] == [("a-1", False), ("b-1", True), ("b-3", True), ("b-4", True)]
    assert [(each.call, each.phone, each.joined) for each in alive[2:]] == [
        ("call", None, False),
        ("call", AMINA, True),
    ]
    world.down("A")
    with pytest.raises(LinkError, match="neither"):
        await world.both.legs()


async def test_what_is_told_while_it_is_asked_what_is_alive_is_newer(world: World) -> None:
    """Or an agent would be taken for one who talks, or for one who does not, when the other comes back."""

    def meanwhile() -> None:
        world.both.hear("A", LegEnded(OfferId("call.1"), LegId("old")))
        world.both.hear("A", OfferRings(OfferId("call.2"), LegId("new")))

    world.up("A", leg("old"), leg("same"))
    world.a.alive, world.a.while_asked = (leg("old"), leg("same")), meanwhile
    assert await world.legs() == [("same", False), ("new", False)]
    world.told.clear()
    world.up("B")
    (up,) = await world.reads()
    assert isinstance(up, LinkUp)
    assert [each.leg for each in up.survey.legs] == ["same", "new"]


async def test_one_that_cannot_be_understood_keeps_nothing_of_the_other_back(world: World) -> None:
    world.a.alive, world.b.alive = [leg("a-1")], [leg("b-1")]
    await world.both.legs()
    world.b.is_broken, world.a.alive = True, [leg("a-2")]
    assert await world.legs() == [("a-2", False), ("b-1", False)]
    world.a.is_broken = True
    with pytest.raises(SwitchError):
        await world.both.legs()


async def test_a_leg_of_one_that_is_away_is_not_ended_by_the_other(world: World) -> None:
    world.a.alive, world.b.alive = [leg("a-1")], [leg("b-1")]
    await world.both.legs()
    world.down("B")
    await world.both.hang_up(LegId("a-1"))
    assert world.a.asked == ["hang up a-1"]
    for elsewhere in ("b-1", "nobody knows"):
        with pytest.raises(LinkError):
            await world.both.hang_up(LegId(elsewhere))
        with pytest.raises(LinkError):
            await world.both.mark(LegId(elsewhere), OfferId("call.1"))
    assert "hang up b-1" not in world.a.asked


async def test_a_leg_of_which_nothing_is_known_is_ended_where_it_is(world: World) -> None:
    await world.both.hang_up(LegId("new"))
    assert world.a.asked == world.b.asked == ["hang up new"]


async def test_who_is_called_is_called_from_where_the_phone_is_and_a_number_from_where_it_leads_outside(
    world: World,
) -> None:
    world.both.hear("B", PhoneRegisters(AMINA))
    for phone in (AMINA, NUMBER):
        await world.calls(phone)
    world.both.hear("B", PhoneState(AMINA, False, False))
    world.both.hear("A", PhoneRegisters(AMINA))
    await world.calls(AMINA)
    assert (world.a.asked, world.b.asked) == (["call sip:amina"], ["call sip:amina", "call tel:+33199005512"])


async def test_nobody_is_called_by_one_that_is_away_if_the_other_can_and_else_nothing_rings(world: World) -> None:
    world.both.hear("B", PhoneRegisters(AMINA))
    world.down("B")
    with pytest.raises(SwitchError, match="is not called: the link to B is down"):
        await world.calls(NUMBER)
    world.up("B")
    world.b.is_down = False
    await world.calls(NUMBER)
    world.both._halves["A"].calls_out = True
    world.down("A")
    await world.calls(NUMBER)
    assert (world.a.asked, world.b.asked) == ([], ["call tel:+33199005512"] * 2)


async def test_a_leg_that_was_being_made_when_its_switch_was_lost_may_be_alive_until_that_is_back(world: World) -> None:
    world.b.is_cut_off = True
    world.b.meanwhile = world.both.legs
    with pytest.raises(LinkError, match="before it told"):
        await world.calls(NUMBER)
    world.down("B")
    assert await world.legs() == [("l", True)]
    world.b.is_down = False
    world.up("B")
    assert await world.legs() == []
