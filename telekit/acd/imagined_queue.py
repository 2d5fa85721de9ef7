"""How a call would fare in a queue: asked of distributors made for the question, so never of a copy.

Everybody whose shift runs counts as logged in, free and reachable. Only the queue and those who have the skills for one
of its steps are imagined, so that a question about a large plan costs no more than one about a small one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from telekit.acd.actions import CallbackOffered, Divert, DivertReason, InviteReason, Offer, Released
from telekit.acd.crowd import NOBODY
from telekit.acd.distributor import Distributor
from telekit.acd.events import CallArrived, CallbackDeclined, PhoneSeen, PlanChanged, TimePassed
from telekit.acd.hall import Hall
from telekit.acd.holding import UNKNOWN_AGENT
from telekit.acd.pool import Pools
from telekit.acd.seat import Seat
from telekit.acd.verdict import Verdict, judge
from telekit.domain.agent import Login
from telekit.domain.destination import Treatment
from telekit.domain.names import AgentName, QueueName
from telekit.domain.plan import Plan
from telekit.roster.reason import ClosedReason
from telekit.roster.roster import Roster

HORIZON = timedelta(days=400)
"""How far ahead is looked for another answer; as far as the roster looks for holidays."""

MOST_LOOKS = 1_000
"""How many later moments are asked about at most."""


@dataclass(frozen=True, slots=True)
class Change:
    """The first later moment at which the answer is another."""

    at: datetime
    then: tuple[AgentName, ...]
    """Who may be offered the call from then on."""
    open: bool


@dataclass(frozen=True, slots=True)
class ImaginedQueue:
    """How a call would fare in a queue."""

    queue: QueueName
    at: datetime
    """When it enters."""
    closed: ClosedReason | None
    verdicts: tuple[Verdict, ...]
    """Of every agent, at the first step that makes the agent eligible, or nearest to it."""
    rings: tuple[AgentName, ...]
    """Whom it would be offered to first: one, or several at once."""
    waits: timedelta
    """For how long, until that offer or until it leaves."""
    diverted: DivertReason | None
    """Why it would leave without an agent."""
    treatment: Treatment | None
    """What happens to it then."""
    asked: bool
    """Whether its caller is asked first whether to be called back; `treatment` is for who does not want it."""
    refused: str | None
    """Why it would not be held for the agent whom its route prefers."""
    change: Change | None
    """When others may be offered the call or the queue closes; while nobody may, when somebody may. Looked for within
    `HORIZON`."""


def imagine_queue(plan: Plan, event: CallArrived, at: datetime) -> ImaginedQueue:
    """Tell how a call that enters a queue now would fare."""
    world = _World(plan, event.queue)
    asked = world.staffed(at)
    closed = world.roster.why_closed(event.queue, at)
    verdicts = asked.explain_newcomer(event.queue)[0]
    eligible = _eligible(verdicts)
    change = world.first_chance(at) if closed or not eligible else world.first_change(at, eligible, asked.wakes_at())
    fate = _fate(asked, event, at)
    refused, diverted = fate.refused, fate.diverted
    verdicts = world.with_the_others(verdicts, at)
    if refused == UNKNOWN_AGENT:  # or rather not in this world, for lack of a skill
        whys = (verdict.obstacle for verdict in verdicts if event.preferred and verdict.agent == event.preferred.agent)
        refused = next((why.value for why in whys if why is not None), refused)
    return ImaginedQueue(
        queue=event.queue,
        at=at,
        closed=closed,
        verdicts=verdicts,
        rings=tuple(offer.agent for offer in fate.offers),
        waits=fate.at - at,
        diverted=diverted.reason if diverted else None,
        treatment=diverted.treatment if diverted else None,
        asked=diverted is not None and fate.asked,
        refused=refused,
        change=change,
    )


class _World:
    """One queue, and everybody who could ever be offered one of its calls."""

    def __init__(self, plan: Plan, name: QueueName) -> None:
        self._agents = tuple(plan.agents.values())
        self._queue = plan.queues[name]
        self._hall = Hall(self._queue, Pools(self._agents).pool)
        able = NOBODY
        for pool in self._hall.stages[0].reach:
            able |= pool.able
        agents = {a.name: replace(a, login=Login.ROSTER) for n, a in enumerate(self._agents) if able >> n & 1}
        days = tuple(d for d in plan.agent_exceptions if d.agent in agents or d.instead_of in agents)
        self.plan = replace(plan, agents=agents, agent_exceptions=days, queues={name: self._queue})
        self.roster = Roster(self.plan)
        dated = {who for day in days for who in (day.agent, day.instead_of)}
        alike = {(a.zone, a.shifts, a.name if a.name in dated else None): a.name for a in agents.values()}
        self._patterns = tuple(alike.values())
        """One agent of all who work the same hours."""

    def staffed(self, at: datetime) -> Distributor:
        """Make a distributor in which everybody who may be there is there."""
        nobody = replace(self.plan, agents={}, agent_exceptions=())
        distributor = Distributor(nobody, at, batch=len(self.plan.agents) + 1)
        for agent in self.plan.agents.values():
            for phone in agent.phones:
                distributor.handle(PhoneSeen(phone, reachable=True), at)
        distributor.handle(PlanChanged(self.plan), at)
        distributor.drain(at)
        return distributor

    def with_the_others(self, verdicts: Iterable[Verdict], at: datetime) -> tuple[Verdict, ...]:
        """Put in the cases of those who lack a skill at each step, all in the order of the rules."""
        known = {verdict.agent: verdict for verdict in verdicts}
        stage, last_offer = self._hall.stages[0], self._queue.last_offer
        return tuple(
            known.get(agent.name) or judge(Seat(agent, number, at), stage, last_offer, self.roster, at)
            for number, agent in enumerate(self._agents)
        )

    def first_change(self, at: datetime, now: tuple[AgentName, ...], wakes_at: datetime | None) -> Change | None:
        """Find when others than now may be offered a call, or the queue closes; it is open."""
        moment = at
        for _ in range(MOST_LOOKS):
            coming = _earliest(wakes_at, self.roster.next_opening_change(self._queue.name, moment))
            if coming is None or coming > at + HORIZON:
                return None
            moment = coming
            if not self._is_open(moment):
                return Change(moment, (), open=False)
            then, wakes_at = self._ask(moment)
            if then != now:
                return Change(moment, then, open=True)
        return None

    def first_chance(self, at: datetime) -> Change | None:
        """Find when somebody may be offered a call; now nobody may."""
        moment: datetime | None = at
        for _ in range(MOST_LOOKS):
            if moment is not None and not self._is_open(moment):
                moment = self.roster.next_opening(self._queue.name, moment)
            if moment is None or moment > at + HORIZON:
                return None
            closes_at = self.roster.open_until(self._queue.name, moment)
            coming = self._somebody_comes_at(moment)
            if closes_at is not None and (coming is None or coming >= closes_at):
                moment = closes_at
                continue
            if coming is None or coming > at + HORIZON:
                return None
            then, moment = self._ask(coming)
            if then:
                return Change(coming, then, open=True)
        return None

    def _ask(self, moment: datetime) -> tuple[tuple[AgentName, ...], datetime | None]:
        """Give who may be offered a call at a moment, and up to when nothing changes."""
        distributor = self.staffed(moment)
        return _eligible(distributor.explain_newcomer(self._queue.name)[0]), distributor.wakes_at()

    def _is_open(self, moment: datetime) -> bool:
        return self.roster.open_until(self._queue.name, moment) is not None

    def _somebody_comes_at(self, moment: datetime) -> datetime | None:
        """Give the first moment, now or later, at which anybody is on shift."""
        coming = None
        for name in self._patterns:
            if self.roster.on_until(name, moment) is not None:
                return moment
            coming = _earliest(coming, self.roster.next_start(name, moment))
        return coming


@dataclass(slots=True)
class _Fate:
    """What becomes of a call: it is offered, leaves, or waits on."""

    at: datetime
    offers: tuple[Offer, ...] = ()
    diverted: Divert | None = None
    asked: bool = False
    refused: str | None = None
    """Why it is not held, if so at once."""


def _fate(asked: Distributor, event: CallArrived, at: datetime) -> _Fate:
    """Let the call in and wait with it until it is offered or leaves; its caller wants no callback."""
    actions, fate = asked.handle(event, at), _Fate(at)
    fate.refused = next((action.reason for action in actions if isinstance(action, Released)), None)
    while True:
        if any(isinstance(each, CallbackOffered) and each.reason is InviteReason.NO_AGENT for each in actions):
            fate.asked = True
            actions += asked.handle(CallbackDeclined(event.call), fate.at)
        fate.offers = tuple(action for action in actions if isinstance(action, Offer))
        fate.diverted = next((action for action in actions if isinstance(action, Divert)), None)
        wakes_at = asked.wakes_at()
        if fate.offers or fate.diverted or wakes_at is None or wakes_at > at + HORIZON:
            return fate
        fate.at = max(fate.at, wakes_at)
        actions = asked.handle(TimePassed(), fate.at)


def _eligible(verdicts: Sequence[Verdict]) -> tuple[AgentName, ...]:
    return tuple(verdict.agent for verdict in verdicts if verdict.eligible)


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
