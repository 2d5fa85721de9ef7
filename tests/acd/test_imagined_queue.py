"""The first instant at which the answer changes is the one at which the distributor says so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telekit.acd.actions import Action, Divert, Offer
from telekit.acd.distributor import Distributor
from telekit.acd.events import AgentLoggedIn, CallArrived, PhoneSeen, TimePassed
from telekit.acd.imagined_queue import imagine_queue
from telekit.domain.agent import Agent, Login
from telekit.domain.exception import AgentException, QueueException
from telekit.domain.hours import Span
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from tests.acd.day import agent, hours, plan, queue, seconds, sip, step

HELP, CALL = QueueName("help"), CallId("c")
GRAIN = timedelta(minutes=15)
SPAN = timedelta(hours=54)
DAYS = (date(2026, 11, 23), date(2026, 10, 24), date(2026, 3, 28))
"""A Monday, and two eves of days on which the clocks of Paris change."""

laws = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
spans = st.builds(Span, quarters, quarters)
weeks = st.lists(spans, max_size=2).map(lambda some: ",".join(map(str, some)))
levels = st.dictionaries(st.sampled_from(["french", "billing"]), st.integers(1, 4), max_size=2)
zones = st.sampled_from([ZoneInfo("Europe/Paris"), ZoneInfo("Indian/Reunion")])


@st.composite
def agents(draw: st.DrawFn) -> list[Agent]:
    """Draw some people; two may share a phone."""
    made = []
    for name in ("amina", "luc", "chloe", "sam")[: draw(st.integers(1, 4))]:
        phones = (sip(draw(st.sampled_from([name, "shared"]))),)
        login = draw(st.sampled_from(Login))
        made.append(
            replace(agent(name, draw(weeks), phones=phones, login=login, **draw(levels)), zone=draw(zones)),
        )
    return made


@st.composite
def queues(draw: st.DrawFn, name: str) -> Queue:
    first, second = step(0, **draw(levels)), step(1800, replace=draw(st.booleans()), **draw(levels))
    last_offer = draw(st.sampled_from([seconds(0), GRAIN]))
    return queue(name, *[first, second][: draw(st.integers(1, 2))], opening=hours(draw(weeks)), last_offer=last_offer)


@st.composite
def plans(draw: st.DrawFn, day: date) -> Plan:
    made = plan(draw(agents()), draw(queues("help")), draw(queues("other")))
    names = st.sampled_from([*made.agents])
    near = st.sampled_from([day, day + timedelta(days=1)])
    some_spans = st.lists(spans, min_size=1, max_size=2).map(tuple)
    works = st.builds(AgentException, names, near, some_spans, instead_of=st.none() | names)
    off = st.builds(AgentException, names, near, off=st.just("leave"))
    opens = st.builds(QueueException, st.just(HELP), near, some_spans)
    return replace(
        made,
        agent_exceptions=tuple(draw(st.lists(works | off, max_size=2))),
        queue_exceptions=tuple(draw(st.lists(opens, max_size=1))),
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[Plan, datetime]:
    day = draw(st.sampled_from(DAYS))
    return draw(plans(day)), datetime.combine(day, draw(quarters), UTC)


class Everybody:
    """A distributor with the whole plan, in which everybody is logged in, free and reachable."""

    def __init__(self, plan: Plan, at: datetime) -> None:
        self.distributor, self.now = Distributor(plan, at), at
        for each in plan.agents.values():
            for phone in each.phones:
                self.distributor.handle(PhoneSeen(phone, reachable=True), at)
        self.until(at)

    def until(self, at: datetime) -> list[Action]:
        """Let time pass; whoever has to log in by code has done so when the shift begins."""
        self.now = at
        actions = self.distributor.drain(at)
        for each in self.distributor.plan.agents.values():
            if each.login is Login.CODE:
                actions += self.distributor.handle(AgentLoggedIn(each.name), at)
        return actions + self.distributor.drain(at)

    def eligible(self) -> tuple[bool, tuple[AgentName, ...]]:
        """Tell whether the queue is open, and who may be offered a call of it at some step."""
        steps = range(len(self.distributor.plan.queues[HELP].steps))
        cases = zip(*(self.distributor.explain(HELP, step) for step in steps), strict=True)
        able = (each[0].agent for each in cases if any(case.eligible for case in each))
        return self.distributor.roster.why_closed(HELP, self.now) is None, tuple(able)


def later(everybody: Everybody) -> Iterator[tuple[datetime, bool, tuple[AgentName, ...]]]:
    """Ask again each quarter of an hour, on which everything in these plans happens."""
    end = everybody.now + SPAN
    while everybody.now + GRAIN <= end:
        everybody.until(everybody.now + GRAIN)
        is_open, able = everybody.eligible()
        yield everybody.now, is_open, able if is_open else ()


@laws
@given(questions())
def test_the_answer_holds_until_the_instant_that_is_told_and_is_another_then(question: tuple[Plan, datetime]) -> None:
    made, at = question
    change = imagine_queue(made, CallArrived(CALL, HELP), at).change
    everybody = Everybody(made, at)
    is_open, able = everybody.eligible()
    now = (is_open, able if is_open else ())
    found = next(((m, *then) for m, *then in later(everybody) if (then[1] if not now[1] else tuple(then) != now)), None)
    told = (change.at, change.open, change.then) if change and change.at <= at + SPAN else None
    assert told == found


@laws
@given(questions())
def test_the_call_is_offered_to_whom_and_when_it_would_be_if_it_came(question: tuple[Plan, datetime]) -> None:
    made, at = question
    fares = imagine_queue(made, CallArrived(CALL, HELP), at)
    everybody = Everybody(made, at)
    actions = everybody.distributor.handle(CallArrived(CALL, HELP), at)
    while not (fate := [action for action in actions if isinstance(action, Offer | Divert)]):
        woken = everybody.distributor.wakes_at()
        assert woken is not None
        actions = everybody.distributor.handle(TimePassed(), max(woken, everybody.now))
        everybody.now = max(woken, everybody.now)
        actions += everybody.until(everybody.now)
    first = fate[0]
    assert fares.waits == first.waited
    if isinstance(first, Offer):
        assert (fares.rings[0], fares.diverted) == (first.agent, None)
    else:
        assert (fares.rings, fares.diverted, fares.treatment) == ((), first.reason, first.treatment)


@laws
@given(questions())
def test_each_agents_case_is_the_one_that_the_whole_distributor_tells(question: tuple[Plan, datetime]) -> None:
    made, at = question
    fares = imagine_queue(made, CallArrived(CALL, HELP), at)
    everybody = Everybody(made, at).distributor
    steps = [everybody.explain(HELP, step) for step in range(len(made.queues[HELP].steps))]
    for told, *cases in zip(fares.verdicts, *steps, strict=True):
        assert told in cases
        assert told.eligible or not any(case.eligible for case in cases)
