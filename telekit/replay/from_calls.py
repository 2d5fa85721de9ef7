"""A recording from calls that a queue_log tells of, in the names of the rules."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from telekit.acd.events import AgentPaused, AgentResumed, CallArrived, Event
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.domain.plan import Plan
from telekit.history.past_call import Outcome, PastCall
from telekit.history.queue_log import Entry
from telekit.replay.recording import Moment, RecordedCall, RecordedOffer, Recording, Talk, Visit

PAUSES = {"PAUSE": True, "PAUSEALL": True, "UNPAUSE": False, "UNPAUSEALL": False}


@dataclass(slots=True)
class Names:
    """Whom a queue_log means: by what was given, else by a queue's name, an agent's, or that of an agent's phone."""

    plan: Plan
    queues: Mapping[str, str] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    unknown_queues: Counter[str] = field(default_factory=Counter)
    unknown_agents: Counter[str] = field(default_factory=Counter)

    def queue(self, told: str) -> QueueName | None:
        """Give the queue of the rules; one that there is not is counted."""
        name = QueueName(self.queues.get(told, told))
        if name in self.plan.queues:
            return name
        self.unknown_queues[told] += 1
        return None

    def agent(self, told: str) -> AgentName:
        """Give the agent of the rules; whom they do not have keeps the name of the log, and is counted."""
        given = AgentName(self.agents.get(told, told))
        if given in self.plan.agents:
            return given
        address = told.partition("/")[2].partition("@")[0].removesuffix("/n")
        for agent in self.plan.agents.values():
            if told == agent.full_name or (address and any(phone.address == address for phone in agent.phones)):
                return agent.name
        self.unknown_agents[told] += 1
        return given


def in_the_rules(calls: Iterable[PastCall], names: Names) -> list[PastCall]:
    """Give the calls of queues that the rules have, with the names of the rules, in the order in which they came."""
    found = []
    for call in calls:
        if (queue := names.queue(call.queue)) is not None:
            offers = tuple(replace(offer, agent=names.agent(offer.agent)) for offer in call.offers)
            agent = names.agent(call.agent) if call.agent is not None else None
            found.append(replace(call, queue=queue, agent=agent, offers=offers))
    return sorted(found, key=lambda call: call.entered_at)


def from_calls(calls: Iterable[PastCall], pauses: Iterable[Entry], names: Names) -> Recording | None:
    """Sort calls that stand in the order in which they came; None when there are none.

    Of a call whose end nothing tells it is not known how long it would wait: it is left out.
    """
    recording: Recording | None = None
    seen: Counter[str] = Counter()
    for order, call in enumerate(calls):
        if recording is None:
            recording = Recording(call.entered_at, call.entered_at)
        if call.outcome is Outcome.UNKNOWN:
            continue
        seen[call.call] += 1
        name = CallId(call.call if seen[call.call] == 1 else f"{call.call}/{seen[call.call]}")
        visit = _visit(name, call, order)
        recording.calls[name] = RecordedCall(name, visit.at, None, call.caller, visits=[visit])
        ended_at = call.left_at + (call.talked or timedelta(0))
        recording.ended_at = max(recording.ended_at, ended_at)
    if recording is not None:
        recording.told = [(at, event) for at, event in _said(pauses, names) if at.at >= recording.began_at]
    return recording


def _visit(name: CallId, call: PastCall, order: int) -> Visit:
    visit = Visit(Moment(call.entered_at, order), CallArrived(name, QueueName(call.queue)))
    left = Moment(call.left_at, order)
    for number, offer in enumerate(call.offers, 1):
        over = Moment(offer.at + offer.rang, order)
        taken_back = not offer.taken and offer.cause is None
        visit.offers[OfferId(f"{name}.{number}")] = RecordedOffer(
            AgentName(offer.agent), offer.at, over, offer.taken, offer.cause, taken_back=taken_back
        )
    if call.outcome is Outcome.ABANDONED:
        visit.gone = left
    elif call.outcome is Outcome.ANSWERED and call.agent is not None:
        end = Moment(call.left_at + call.talked, order) if call.talked is not None else None
        visit.talk = Talk(AgentName(call.agent), left, call.talked, end=end)
    else:
        visit.sent = call.why, call.left_at
    return visit


def _said(entries: Iterable[Entry], names: Names) -> Iterable[tuple[Moment, Event]]:
    """Give the pauses: whoever is paused in one queue is, until no queue is left in which they are."""
    paused: dict[AgentName, set[str]] = {}
    for entry in entries:
        pauses = PAUSES.get(entry.event)
        if pauses is None or not entry.agent:
            continue
        agent = names.agent(entry.agent)
        queues = paused.setdefault(agent, set())
        was = bool(queues)
        if pauses:
            queues.add(entry.queue)
        elif entry.event == "UNPAUSEALL":
            queues.clear()
        else:
            queues.discard(entry.queue)
        if bool(queues) is not was:
            reason = entry.data[0] if entry.data else ""
            yield Moment(entry.at, entry.number), AgentPaused(agent, reason) if queues else AgentResumed(agent)
