"""Who is reminded before a shift: those off shift none of whose phones is registered, once of each shift."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from telekit.acd.actions import Action, Remind
from telekit.acd.events import AgentReminded, PhoneRegistered, PhoneSeen, PlanChanged, SwitchHeard
from telekit.acd.reminding import PATIENCE
from telekit.domain.agent import Agent
from telekit.domain.names import AgentName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.roster.roster import Roster
from tests.acd.day import ZONE, Day, agent, clock, plan, sip

QUARTER = timedelta(minutes=15)
TEL = Phone(PhoneKind.TEL, "+33199005512")
AMINA = AgentName("amina")


def reminding(*agents: Agent, before: timedelta | None = QUARTER) -> Plan:
    return replace(plan(agents), reminder=before)


def morning(*agents: Agent, at: str = "07:00") -> Day:
    """Begin a day on which the switch tells that every phone is away."""
    day = Day(reminding(*agents), at, reachable=False)
    day.tell(SwitchHeard(tells=True))
    for each in agents:
        for phone in each.phones:
            day.phone(phone, reachable=False)
    return day


def reminded(day: Day) -> list[tuple[str, datetime]]:
    return [(action.agent, action.begins_at) for action in day.actions if isinstance(action, Remind)]


def test_an_agent_whose_phone_is_away_is_reminded_so_long_before_the_shift_and_once() -> None:
    day = morning(agent("amina"))
    day.until("07:44:59")
    assert reminded(day) == []
    day.until("07:45:00")
    assert reminded(day) == [("amina", clock("08:00"))]
    day.until("09:00")
    assert len(reminded(day)) == 1


def test_who_is_registered_is_not_reminded() -> None:
    day = morning(agent("amina"))
    day.phone("amina")
    day.until("09:00")
    assert reminded(day) == []


def test_a_phone_that_registers_in_time_spares_the_reminder() -> None:
    day = morning(agent("amina"))
    day.until("07:44")
    day.tell(PhoneRegistered(sip("amina")))
    day.until("09:00")
    assert reminded(day) == []


def test_a_phone_that_is_lost_meanwhile_is_reminded_of_once_it_has_been_away_for_a_moment() -> None:
    day = morning(agent("amina"))
    day.phone("amina")
    day.until("07:50")
    day.phone("amina", reachable=False)
    day.after(PATIENCE.total_seconds() - 1)
    assert reminded(day) == []
    day.after(1)
    assert len(reminded(day)) == 1
    day.phone("amina")
    day.phone("amina", reachable=False)
    day.until("09:00")
    assert len(reminded(day)) == 1


def test_a_phone_that_only_starts_anew_reminds_nobody() -> None:
    day = morning(agent("amina"))
    day.phone("amina")
    day.until("07:50")
    day.phone("amina", reachable=False)
    day.after(PATIENCE.total_seconds() - 1)
    day.phone("amina")
    day.until("09:00")
    assert reminded(day) == []


@pytest.mark.parametrize("phones", [(TEL,), (sip("amina"), TEL)])
def test_who_can_be_rung_at_a_number_is_not_reminded(phones: tuple[Phone, ...]) -> None:
    day = morning(agent("amina", phones=phones))
    day.until("09:00")
    assert reminded(day) == []


def test_one_of_two_phones_is_enough() -> None:
    day = morning(agent("amina", phones=(sip("desk"), sip("laptop"))))
    day.phone("laptop")
    day.until("09:00")
    assert reminded(day) == []


def test_nobody_is_reminded_unless_the_rules_say_so_and_from_the_moment_they_do() -> None:
    day = morning(agent("amina"), at="07:30")
    day.tell(PlanChanged(reminding(agent("amina"), before=None)))
    day.until("07:50")
    assert reminded(day) == []
    day.tell(PlanChanged(reminding(agent("amina"))))
    assert len(reminded(day)) == 1


def test_who_is_on_shift_is_not_reminded() -> None:
    day = morning(agent("amina"), at="08:30")
    day.until("17:59")
    assert reminded(day) == []


def test_nobody_is_reminded_as_long_as_nothing_is_known_of_phones() -> None:
    day = Day(reminding(agent("amina")), "07:50", reachable=False)
    day.after(30)
    assert reminded(day) == []
    day.tell(SwitchHeard(tells=True))
    day.after(PATIENCE.total_seconds() - 1)
    day.tell(SwitchHeard(tells=False))
    day.after(120)
    assert reminded(day) == []
    day.tell(SwitchHeard(tells=True))
    day.after(2 * PATIENCE.total_seconds())
    assert len(reminded(day)) == 1


def test_a_reload_that_cancels_the_shift_cancels_the_reminder() -> None:
    day = morning(agent("amina"))
    day.tell(PlanChanged(reminding(agent("amina", "14:00-18:00"))))
    day.until("13:44:59")
    assert reminded(day) == []
    day.until("18:00")
    assert reminded(day) == [("amina", clock("14:00"))]


def test_a_reload_reminds_nobody_again() -> None:
    day = morning(agent("amina"))
    day.until("07:50")
    day.tell(PlanChanged(reminding(agent("amina"), before=timedelta(hours=1))))
    day.until("08:00")
    assert len(reminded(day)) == 1


def test_whom_an_earlier_telekit_has_reminded_is_not_reminded_of_the_same_shift() -> None:
    day = morning(agent("amina"))
    day.tell(AgentReminded(AMINA, clock("08:00")))
    day.until("08:30")
    assert reminded(day) == []
    day.until(clock("08:00") + timedelta(days=1))
    assert reminded(day) == [("amina", clock("08:00") + timedelta(days=1))]


def test_the_second_shift_of_a_day_is_a_shift_of_its_own() -> None:
    day = morning(agent("amina", "08:00-12:00,12:05-18:00"))
    day.until("12:04")
    assert reminded(day) == [("amina", clock("08:00")), ("amina", clock("12:05"))]
    assert day.now == clock("12:04")


SHIFTS = (
    "22:00-06:00",
    "02:30-10:00",
    "01:00-02:30,02:45-03:30",
    "00:00-06:00",
    "23:50-00:10,00:15-04:00",
    "08:00-12:00",
)
EVENINGS = (datetime(2027, 3, 27, 12, tzinfo=ZONE), datetime(2027, 10, 30, 12, tzinfo=ZONE))
"""Before the nights in which clocks go forward, and back."""
NAMES = tuple(map(AgentName, ("amina", "luc", "nora")))


class Night:
    """Two days at random: phones that come and go, rules and links that change; beside it what is true of them."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        now = EVENINGS[seed % 2].astimezone(UTC)
        self.rules = self.some_rules()
        self.day = Day(self.rules, reachable=False)
        self.day.now = now
        self.end_at = now + timedelta(hours=44)
        self.away = dict.fromkeys(NAMES, now)
        self.known_since = dict.fromkeys(NAMES, now)
        """Since when nothing has changed but the time, for an agent whose phone is away."""
        self.told: set[tuple[AgentName, datetime]] = set()
        self.day.tell(SwitchHeard(tells=True))
        self.changed()

    def some_rules(self) -> Plan:
        before = timedelta(minutes=self.chance.choice((1, 5, 30, 180)))
        return reminding(*(agent(name, self.chance.choice(SHIFTS)) for name in NAMES), before=before)

    def changed(self) -> None:
        self.roster = Roster(self.rules)
        self.known_since = dict.fromkeys(NAMES, self.day.now)

    def pass_until(self, end_at: datetime, *, unheard: bool = False) -> None:
        """Let time pass, look at each reminder, then at whom it should have reminded; nobody while all is `unheard`."""
        began_at, day = self.day.now, self.day
        while (woken_at := day.distributor.wakes_at()) is not None and woken_at <= end_at:
            day.now = max(day.now, woken_at)
            day.tell()
            self.look(day.last)
            assert not unheard or not any(isinstance(action, Remind) for action in day.last)
        day.now = end_at
        for name in () if unheard else self.away:
            starts_at = self.roster.next_start(name, began_at)
            while starts_at is not None and starts_at <= end_at:
                asked_at = max(self.known_since[name], starts_at - (self.rules.reminder or QUARTER))
                assert (name, starts_at) in self.told or starts_at - asked_at <= 2 * PATIENCE
                starts_at = self.roster.next_start(name, starts_at)

    def look(self, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, Remind):
                name, now = action.agent, self.day.now
                assert (name, action.begins_at) not in self.told
                self.told.add((name, action.begins_at))
                assert now - self.away[name] >= PATIENCE
                assert self.roster.on_until(name, now) is None
                assert self.roster.next_start(name, now) == action.begins_at
                assert action.begins_at - now <= (self.rules.reminder or QUARTER)

    def happen(self) -> None:
        """Let something happen."""
        name, day = self.chance.choice(NAMES), self.day
        match self.chance.randrange(8):
            case 0:
                self.rules = self.some_rules()
                day.tell(PlanChanged(self.rules))
                self.changed()
            case 1:
                day.tell(SwitchHeard(tells=False))
                self.look(day.last)
                self.pass_until(day.now + timedelta(hours=self.chance.choice((0.1, 1, 3))), unheard=True)
                day.tell(SwitchHeard(tells=True))
                self.changed()
            case _ if name in self.away:
                del self.away[name]
                day.tell(PhoneSeen(sip(name), reachable=True))
            case _:
                self.away[name] = self.known_since[name] = day.now
                day.tell(PhoneSeen(sip(name), reachable=False))
        self.look(day.last)


@pytest.mark.parametrize("clocks_go", [0, 1], ids=["forward", "back"])
def test_law_over_nights_in_which_clocks_change_whatever_phones_and_rules_do(clocks_go: int) -> None:
    """Who is reminded is off shift, cannot be rung and comes on shift within the time told; once; nobody is missed."""
    reminded = 0
    for seed in range(15):
        night = Night(2 * seed + clocks_go)
        while night.day.now < night.end_at:
            night.pass_until(night.day.now + timedelta(seconds=night.chance.expovariate(1 / 1500)))
            night.happen()
        reminded += len(night.told)
    assert reminded > 30
