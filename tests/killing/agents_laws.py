"""What agents must not notice: a state that their phone contradicts, a second ring."""

from collections.abc import Collection, Iterator
from itertools import combinations

from tests.killing.breach import Breach
from tests.killing.record import NEVER, Glimpse, Record, Ring

CONTRADICTED = 5.0  # seconds
CROSSING = 0.1  # seconds: what is cancelled and what rings next may cross on the wire

STAYS = 4.5  # seconds; missed offers pause for four

TOLD_OF = 0.25  # seconds; telekit tells of a moment within the observer's question and its answer, or the kill

BUSY = {"offered", "on-call"}
ENGAGED = {"on-call", "wrap-up"}
"""What may go on though an agent has paused or logged out."""


def states(record: Record, slack: float = 0.0) -> Iterator[Breach]:
    """Give agents in a state that their phone contradicted for too long."""
    for agent, since, until, told in contradictions(record):
        if until - since > CONTRADICTED + slack:
            yield Breach("agent", since, f"{agent} is {told} for {until - since:.1f} s, and the phone says otherwise")


def contradictions(record: Record) -> Iterator[tuple[str, float, float, str]]:
    """Give each stretch in which an agent's phone contradicted what telekit said; from when telekit was started.

    It ends as the phone changes, or telekit is killed, which then says nothing more.

    A phone that rings or talks contradicts everything but `offered` and `on-call`; one that does not, these two. All
    phones are registered all the time, so `unreachable` is contradicted too.
    """
    rings: dict[str, list[Ring]] = {}
    for ring in record.rings:
        rings.setdefault(ring.agent, []).append(ring)
    for agent, own in rings.items():
        since = told = None
        right_at = wrong_at = 0.0
        changes = [at for ring in own for at in (ring.rang_at, ring.over_at)]
        kills = [life.killed_at for life in record.lives]
        for glimpse in record.glimpses:
            presence = glimpse.agents[agent]
            busy = any(ring.rang_at <= glimpse.at < ring.over_at for ring in own)
            if presence == "unreachable" or busy != (presence in BUSY):
                if since is None:
                    since, told = max(right_at, _began(record, own, glimpse)), presence
                wrong_at = glimpse.at
                continue
            right_at = glimpse.at
            if since is not None and told is not None:
                ends = [at for at in changes if at > wrong_at]
                ends += [at for at in kills if at > max(since, wrong_at - TOLD_OF)]
                yield agent, since, min([glimpse.at, *ends]), told
                since = None
        if since is not None and told is not None:
            yield agent, since, record.glimpses[-1].at, told


def _began(record: Record, rings: list[Ring], glimpse: Glimpse) -> float:
    """Give when a contradiction that is seen began: the phone changed, or telekit was started."""
    changes = [at for ring in rings for at in (ring.rang_at, ring.over_at) if at <= glimpse.at]
    starts = [life.started_at for life in record.lives if life.started_at <= glimpse.at]
    before = [other.at for other in record.glimpses if other.at < glimpse.at]
    return max([*changes[-2:], *starts[-1:]] or before[-1:])


def absences(record: Record) -> Iterator[Breach]:
    """Give agents who took no calls by their own word, and were rung, or shown as if they had not said so.

    What a telekit shows that takes no calls yet does not count: it has only begun to read what was before.
    """
    starts = [(life.started_at, life.ready_at) for life in record.lives]
    glimpses = [g for g in record.glimpses if not any(since <= g.at <= ready for since, ready in starts)]
    for absence in record.absences:
        for ring in record.rings:
            if ring.agent == absence.agent and absence.since + CROSSING < ring.rang_at < absence.until:
                what = f"{absence.agent}, who was {absence.presence}, was rung for {ring.number}"
                yield Breach("absence", ring.rang_at, what)
        for glimpse in glimpses:
            presence = glimpse.agents[absence.agent]
            if absence.since + CROSSING < glimpse.at < absence.until and presence not in (absence.presence, *ENGAGED):
                yield Breach("absence", glimpse.at, f"{absence.agent} is {presence}, though {absence.presence}")
                break


def come_back(record: Record) -> Iterator[Breach]:
    """Give agents who said that they were back, and were shown as away all the same, until they left again."""
    for number, absence in enumerate(record.absences):
        leaves = [later.since for later in record.absences[number + 1 :] if later.agent == absence.agent]
        until = min([absence.back_at + STAYS + 2.0, *leaves])
        shown = [glimpse for glimpse in record.glimpses if absence.back_at + CROSSING < glimpse.at < until]
        away = shown and all(glimpse.agents[absence.agent] == absence.presence for glimpse in shown)
        if away and shown[-1].at - shown[0].at > STAYS:
            yield Breach("absence", shown[0].at, f"{absence.agent} is back, but stays {absence.presence}")


def rung_twice(record: Record, ring_all: Collection[str]) -> Iterator[Breach]:
    """Give phones that rang twice at once, and callers for whom two phones did; queues that ring all may."""
    by_agent: dict[str, list[Ring]] = {}
    for ring in record.rings:
        by_agent.setdefault(ring.agent, []).append(ring)
    for agent, own in by_agent.items():
        for one, other in _at_once(own):
            what = f"{agent} had {one.number} ({_state(one)}) and {other.number} at once"
            yield Breach("rung twice", other.rang_at, what)
    for visit in record.visits:
        both = () if visit.queue in ring_all else _at_once(record.rings_of(visit.number))
        for one, other in both:
            what = f"{one.agent} ({_state(one)}) and {other.agent} had {visit.number} at once"
            yield Breach("rung twice", other.rang_at, what)
        for one, other in combinations(record.rings_of(visit.number), 2):
            talks = one.answered_at + CROSSING < other.rang_at < one.over_at - CROSSING
            if visit.queue in ring_all and talks:
                yield Breach("rung twice", other.rang_at, f"{other.agent} rang for {visit.number}, who talked")


def _at_once(rings: list[Ring]) -> Iterator[tuple[Ring, Ring]]:
    for one, other in combinations(sorted(rings, key=lambda ring: ring.rang_at), 2):
        if other.rang_at < one.over_at - CROSSING:
            yield one, other


def _state(ring: Ring) -> str:
    return "talking" if ring.answered_at < NEVER else "ringing"
