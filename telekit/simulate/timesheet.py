"""How agents spend their time, slot by slot."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from telekit.domain.names import AgentName
from telekit.domain.presence import Presence
from telekit.simulate.slots import Slots

KINDS = {
    Presence.ON_CALL: "handling",
    Presence.WRAP_UP: "handling",
    Presence.AVAILABLE: "available",
    Presence.OFFERED: "rung",
    Presence.PAUSED: "paused",
    Presence.UNREACHABLE: "paused",
}


@dataclass(slots=True)
class Hours:
    """The seconds of one agent, or of several, in one slot."""

    handling: float = 0.0
    """On call and in wrap-up."""
    available: float = 0.0
    rung: float = 0.0
    paused: float = 0.0
    """On a break, kept from calls, or unreachable."""

    def add(self, other: "Hours") -> None:
        self.handling += other.handling
        self.available += other.available
        self.rung += other.rung
        self.paused += other.paused

    @property
    def occupancy(self) -> float | None:
        """Give handle time / (handle + available); None of nobody."""
        worked = self.handling + self.available
        return self.handling / worked if worked else None


@dataclass(slots=True)
class Timesheet:
    """All agents of one run."""

    slots: Slots
    hours: dict[AgentName, dict[int, Hours]] = field(default_factory=dict)

    def note(self, agent: AgentName, presence: Presence, from_at: datetime, to_at: datetime) -> None:
        """Note what an agent did for a while; time off is not noted."""
        if presence is Presence.LOGGED_OUT or from_at >= to_at:
            return
        kind = KINDS[presence]
        of_agent = self.hours.setdefault(agent, {})
        for place, seconds in self.slots.parts(from_at, to_at):
            hours = of_agent.get(place)
            if hours is None:
                hours = of_agent[place] = Hours()
            setattr(hours, kind, getattr(hours, kind) + seconds)

    def of(self, agents: Iterable[AgentName], place: int | None = None) -> Hours:
        """Add up the hours of some agents, in one slot or in all."""
        total = Hours()
        for agent in agents:
            by_place = self.hours.get(agent, {})
            for hours in by_place.values() if place is None else filter(None, [by_place.get(place)]):
                total.add(hours)
        return total
