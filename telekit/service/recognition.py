"""Whose leg is this? Asked of legs and calls that an earlier telekit led, and that outlived it."""

import logging
from collections.abc import Iterable, Sequence

from telekit.domain.agent import Agent
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, OfferId, QueueName, call_of
from telekit.domain.phone import Phone, PhoneKind
from telekit.errors import StoreError
from telekit.pbx.port import LegAlive
from telekit.service.legs import Leg
from telekit.store.port import Journal

log = logging.getLogger(__name__)


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
        leg = leg_of(offer, self._journal, alive.phone)
        if leg is None and agent is not None:
            return Leg(offer, alive.call, agent, None)
        return leg


def leg_of(offer: OfferId, journal: Journal, phone: Phone | None = None) -> Leg | None:
    """Recognise a leg by its offer alone; this reads the disk, so it is for the few that nobody here leads.

    None for a leg on another `phone` than the one that was rung: an agent has passed the caller on.
    """
    call = call_of(offer)
    for fact in _offered(call, journal):
        if fact.offer == offer and fact.agent is not None:
            rung = str(fact.details.get("phone"))
            passed_on = phone is not None and rung.startswith(PhoneKind.SIP) and rung != str(phone)
            return None if passed_on else Leg(offer, call, fact.agent, fact.queue)
    return None


def offers_of(call: CallId, journal: Journal) -> int:
    """Give the number of the last offer that the journal knows of a call; it may not have come as far as the leg."""
    numbers = ((fact.offer or "").rpartition(".")[2] for fact in _offered(call, journal))
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _offered(call: CallId, journal: Journal) -> Sequence[Fact]:
    """Read the offers of a call; none where the journal cannot be read, for calls go on without it."""
    try:
        return tuple(journal.facts(call=call, kind=FactKind.OFFERED))
    except StoreError as error:
        log.error("call %s: what was before is not known. %s", call, error)
        return ()
