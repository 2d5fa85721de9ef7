"""What became of calls, and how much each agent had to do: the same figures of what was and of what would have been."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from telekit.domain.names import AgentName
from telekit.history.past_call import Outcome, PastCall
from telekit.roster.roster import Roster

NOTHING = timedelta(0)
WITHIN = timedelta(seconds=20)


@dataclass(slots=True)
class QueueFigures:
    """What became of the calls of one queue, or of all."""

    calls: int = 0
    answered: int = 0
    abandoned: int = 0
    sent_on: int = 0
    """Closed, waited too long, nobody there, too many before them."""
    open_ended: int = 0
    """Of which nothing tells how it ended, as they still waited then."""
    in_time: int = 0
    """Answered within 20 s."""
    waited: timedelta = NOTHING
    """By those who were answered."""
    longest: timedelta = NOTHING

    def add(self, call: PastCall) -> None:
        """Count a call."""
        self.calls += 1
        match call.outcome:
            case Outcome.ANSWERED:
                self.answered += 1
                self.in_time += call.waited <= WITHIN
                self.waited += call.waited
            case Outcome.ABANDONED:
                self.abandoned += 1
            case Outcome.LEFT:
                self.sent_on += 1
            case Outcome.UNKNOWN:
                self.open_ended += 1
        self.longest = max(self.longest, call.waited)

    @property
    def mean_wait(self) -> timedelta | None:
        """Give that of those who were answered."""
        return self.waited / self.answered if self.answered else None


@dataclass(slots=True)
class AgentFigures:
    """How much one agent had to do."""

    calls: int = 0
    talked: timedelta = NOTHING
    offers: int = 0
    not_taken: int = 0
    outside: int = 0
    """Offers outside the shift that the rules give."""


@dataclass(slots=True)
class Figures:
    """All of it."""

    total: QueueFigures = field(default_factory=QueueFigures)
    queues: dict[str, QueueFigures] = field(default_factory=dict)
    agents: dict[str, AgentFigures] = field(default_factory=dict)

    @property
    def outside(self) -> int:
        """Count the offers outside shifts."""
        return sum(agent.outside for agent in self.agents.values())

    @property
    def offers(self) -> int:
        return sum(agent.offers for agent in self.agents.values())

    @property
    def not_taken(self) -> int:
        return sum(agent.not_taken for agent in self.agents.values())


def figures(calls: Iterable[PastCall], roster: Roster, agents: Iterable[AgentName]) -> Figures:
    """Count calls; an offer is held against the shifts of those whom the rules have."""
    found, known = Figures(), set(agents)
    for call in calls:
        found.total.add(call)
        found.queues.setdefault(call.queue, QueueFigures()).add(call)
        if call.agent is not None:
            taker = found.agents.setdefault(call.agent, AgentFigures())
            taker.calls += 1
            taker.talked += call.talked or NOTHING
        for offer in call.offers:
            agent = found.agents.setdefault(offer.agent, AgentFigures())
            agent.offers += 1
            agent.not_taken += not offer.taken and offer.cause is not None
            name = AgentName(offer.agent)
            agent.outside += name in known and roster.on_until(name, offer.at) is None
    return found
