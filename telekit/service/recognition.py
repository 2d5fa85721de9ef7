"""Whose leg is this? Asked of legs that an earlier telekit's offers made, and that outlived it."""

from collections.abc import Iterable

from telekit.domain.agent import Agent
from telekit.domain.fact import FactKind
from telekit.domain.names import AgentName, OfferId, QueueName, call_of
from telekit.domain.phone import Phone
from telekit.pbx.port import LegAlive
from telekit.service.legs import Leg
from telekit.store.port import Journal


class Recognition:
    """Know agents by their phones; where a phone says too little, by what the journal says of the offer."""

    def __init__(self, agents: Iterable[Agent], journal: Journal) -> None:
        self._journal = journal
        self._owners: dict[Phone, AgentName | None] = {}
        for agent in agents:
            for phone in agent.phones:
                self._owners[phone] = None if phone in self._owners else agent.name

    def whose(self, alive: LegAlive, offer: OfferId, queue: QueueName | None) -> Leg | None:
        """Recognise a leg of a survey; `queue` is where its caller last waited, as far as the survey says."""
        agent = self._owners.get(alive.phone) if alive.phone is not None else None
        if agent is not None and queue is not None:
            return Leg(offer, alive.call, agent, queue)
        leg = leg_of(offer, self._journal)
        if leg is None and agent is not None:
            return Leg(offer, alive.call, agent, None)
        return leg


def leg_of(offer: OfferId, journal: Journal) -> Leg | None:
    """Recognise a leg by its offer alone; this reads the disk, so it is for the few that nobody here leads."""
    call = call_of(offer)
    for fact in journal.facts(call=call, kind=FactKind.OFFERED):
        if fact.offer == offer and fact.agent is not None:
            return Leg(offer, call, fact.agent, fact.queue)
    return None
