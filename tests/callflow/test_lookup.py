"""Routes that ask what was looked up, as callers go through them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from telekit.domain.call import Arrival
from telekit.domain.call import Caller as Number
from telekit.domain.destination import ToQueue
from telekit.domain.fact import FactKind
from telekit.domain.lookup import Lookup
from telekit.domain.names import AgentName, LookupName, QueueName, VariableName
from telekit.domain.plan import Plan
from telekit.domain.preference import GivenAgent, Preference
from telekit.domain.route import Inquiry, Route
from telekit.pbx.loopback import Answers
from telekit.service.lookups import LookedUp, Lookups, Outcome
from tests.acd.day import agent, plan, queue, seconds
from tests.service.world import HELP, World

TALK = Answers(after=timedelta(seconds=5), talks=timedelta(minutes=2))
CRM, SEGMENT, AGENT = LookupName("crm"), VariableName("segment"), VariableName("agent")
GOLD = ToQueue(QueueName("gold"))


class Answering(Lookups):
    """A service that answers at once, and remembers what it was asked."""

    def __init__(self, known: Mapping[str, str], outcome: Outcome = Outcome.ANSWERED) -> None:
        super().__init__()
        self._answer = LookedUp({VariableName(name): text for name, text in known.items()}, outcome, 0.012)
        self.asked: list[str | None] = []

    async def look_up(self, lookup: Lookup, arrival: Arrival) -> LookedUp:
        self.asked.append(arrival.caller.number)
        return self._answer


def looking_up() -> Plan:
    """Give rules that send gold callers to Luc's queue, and all others to Amina's, or to whom the service names."""
    crm = Lookup(CRM, "http://localhost/{caller}", seconds(1), seconds(0), (SEGMENT, AGENT))
    gold = Route(GOLD, given=((SEGMENT, frozenset({"gold"})),), inquiries=(Inquiry(CRM),))
    others = Route(HELP, prefer=Preference(GivenAgent(AGENT), seconds(20)))
    rules = plan([agent("amina"), agent("luc"), agent("nora")], queue(), queue("gold"))
    return replace(rules, lookups={CRM: crm}, routes=(gold, others))


async def served(folder: Path, lookups: Lookups, **how: object) -> World:
    world = World(looking_up(), folder, lookups=lookups)
    for name in ("amina", "luc", "nora"):
        world.phone(name, TALK)
    async with world:
        await world.serve(**how)
    return world


async def test_what_a_lookup_gives_decides_the_route_and_the_journal_tells_it(tmp_path: Path) -> None:
    crm = Answering({"segment": "gold"})
    world = await served(tmp_path, crm, caller=Number("+33199007788"))
    assert crm.asked == ["+33199007788"]
    assert [fact.queue for fact in world.facts(FactKind.OFFERED)] == ["gold"]
    (looked,) = world.facts(FactKind.LOOKED_UP)
    assert looked.details == {"lookup": "crm", "outcome": "answered", "given": "segment=gold", "took": 0.012, "why": ""}


async def test_the_agent_whom_a_lookup_names_is_preferred(tmp_path: Path) -> None:
    world = await served(tmp_path, Answering({"agent": "nora", "segment": "iron"}))
    assert [(fact.queue, fact.agent) for fact in world.facts(FactKind.OFFERED)] == [("help", "nora")]


async def test_a_lookup_that_fails_leaves_the_call_to_the_other_routes(tmp_path: Path) -> None:
    world = await served(tmp_path, Answering({}, Outcome.FAILED))
    assert [(fact.queue, fact.agent) for fact in world.facts(FactKind.OFFERED)] == [("help", "amina")]


async def test_a_name_that_is_no_agents_costs_the_caller_no_time(tmp_path: Path) -> None:
    world = await served(tmp_path, Answering({"agent": "'; drop table agents"}))
    assert world.told(FactKind.RELEASED, "reason") == ["unknown agent"]
    assert world.told(FactKind.JOINED, "waited") == [5.0]
    assert world.facts(FactKind.OFFERED)[0].agent == AgentName("amina")
