"""With ageing no call starves: whoever may serve it comes to it within a time that can be reckoned beforehand.

Let a point of priority be worth the wait A in every queue. Then a call that came at t with priority p stands before all
that come later than t + (P - p) * A, with P the highest priority there is: those can never catch up. So N, the calls
that any agent could ever take before it, is finite, and known: those that came earlier than that, less those behind it.
An agent who may serve the call and stays on duty is taken up for H at most by each call, H being the longest ring,
conversation and wrap-up together. After N + 1 such spans at the latest the agent has come to it. Source: the argument
is that of a busy period under a fixed order, as in the response-time analysis of Joseph and Pandya (1986).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from telekit.acd.actions import Offer
from telekit.acd.distributor import Distributor
from telekit.acd.events import CallArrived, ConversationEnded, OfferAnswered, PhoneSeen, TimePassed
from telekit.domain.names import CallId, OfferId, QueueName
from tests.acd.day import agent, clock, plan, queue, seconds, sip, step

RING, TALK, WRAP_UP = seconds(5), seconds(60), seconds(10)
LONGEST = RING + TALK + WRAP_UP
AGES = seconds(10)
HIGHEST = 9
SKILLS = ("french", "english", "billing")


@dataclass(frozen=True)
class Comes:
    """One call to come."""

    call: CallId
    queue: QueueName
    priority: int
    at: datetime

    @property
    def rank(self) -> datetime:
        """By which the line is ordered, whatever the moment: the earlier comes first."""
        return self.at - self.priority * AGES


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[set[str]], list[tuple[int, int, int, int]]]:
    """Draw agents by their skills, and calls: after which second, of which queue, how urgent, how long the talk is."""
    agents = draw(st.lists(st.sets(st.sampled_from(SKILLS), min_size=1), min_size=1, max_size=4))
    calls = st.tuples(st.integers(0, 20), st.integers(0, len(SKILLS) - 1), st.integers(0, HIGHEST), st.integers(1, 60))
    return agents, draw(st.lists(calls, min_size=1, max_size=40))


@settings(deadline=None)
@given(worlds())
def test_every_call_that_somebody_on_duty_may_serve_is_offered_in_time(
    world: tuple[list[set[str]], list[tuple[int, int, int, int]]],
) -> None:
    """Pain 12: elsewhere some queues, or some callers, wait without end while others are served."""
    skilled, drawn = world
    agents = [agent(f"a{n}", "00:00-23:59", **dict.fromkeys(sorted(skills), 5)) for n, skills in enumerate(skilled)]
    queues = [queue(skill, step(**{skill: 1}), ages=AGES, wrap_up=WRAP_UP) for skill in SKILLS]
    now = clock("09:00")
    distributor = Distributor(plan(agents, *queues), now)
    for each in agents:
        distributor.handle(PhoneSeen(sip(each.name), reachable=True), now)
    distributor.drain(now)
    comes: list[Comes] = []
    talks: dict[CallId, timedelta] = {}
    for number, (after, kind, priority, talk) in enumerate(drawn):
        now += seconds(after)
        comes.append(Comes(CallId(f"c{number}"), QueueName(SKILLS[kind]), priority, now))
        talks[comes[-1].call] = seconds(talk)
    offered_at = _offers(distributor, comes, talks)
    for call in comes:
        able = [skills for skills in skilled if call.queue in skills]
        if not able:
            assert call.call not in offered_at
            continue
        # Whoever of the able has the fewest rivals for the call bounds it; each is right, so the least is.
        before = min(
            sum(other.rank <= call.rank and other.queue in skills for other in comes if other is not call)
            for skills in able
        )
        assert offered_at[call.call] <= call.at + (before + 1) * LONGEST, (call, before)


def _offers(distributor: Distributor, comes: list[Comes], talks: dict[CallId, timedelta]) -> dict[CallId, datetime]:
    """Let the calls come, each be answered after five seconds and end after its talk; give when each was offered."""
    offered_at: dict[CallId, datetime] = {}
    due: list[tuple[datetime, int, object]] = [
        (one.at, number, CallArrived(one.call, one.queue, one.priority)) for number, one in enumerate(comes)
    ]
    serial = len(due)
    while True:
        woken = distributor.wakes_at()
        at = min((moment for moment, _, _ in due), default=None)
        if at is None and not any(each.calls for each in distributor.queues()):
            return offered_at
        if at is None or (woken is not None and woken < at):
            assert woken is not None
            now, event = woken, TimePassed()
        else:
            entry = min(due, key=lambda each: each[:2])
            due.remove(entry)
            now, event = entry[0], entry[2]  # type: ignore[assignment]
        for action in distributor.handle(event, now):
            if isinstance(action, Offer):
                offered_at.setdefault(action.call, now)
                due.append((now + RING, serial, OfferAnswered(OfferId(action.offer))))
                due.append((now + RING + talks[action.call], serial + 1, ConversationEnded(action.call)))
                serial += 2
