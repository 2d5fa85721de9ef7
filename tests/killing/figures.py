"""What one run comes to, in plain values that can be kept."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.killing.agents_laws import contradictions
from tests.killing.callers_laws import returns
from tests.killing.judge import judge
from tests.killing.record import NEVER, Record
from tests.killing.totals_laws import Totals, outcome, uncounted


def figures(record: Record, seed: str) -> Mapping[str, Any]:
    """Judge a run and count what was looked at."""
    totals = Totals(record)
    talks = [ring for ring in record.rings if ring.answered_at < NEVER]
    killed = [life.killed_at for life in record.lives if life.killed_at < NEVER]
    told = {(number, line.agent): line.details["talked"] for number, line in totals.of("finished")}
    off = [
        told[ring.number, ring.agent] - ring.talked
        for ring in talks
        if (ring.number, ring.agent) in told and not totals.unseen(ring)
    ]
    return {
        "seed": seed,
        "moments": dict(Counter(life.aim for life in record.lives if life.aim)),
        "ready": [round(life.ready_at - life.started_at, 3) for life in record.lives if life.ready_at < NEVER],
        "back": sorted(round(each.took, 3) for each in returns(record) if each.took < NEVER),
        "contradicted": sorted(round(until - since, 3) for _, since, until, _ in contradictions(record)),
        "callers": len(record.visits),
        "outcomes": dict(Counter(outcome(visit, record.rings_of(visit.number)) for visit in record.visits)),
        "rings": len(record.rings),
        "conversations": len(talks),
        "outlived": sum(ring.answered_at < at < ring.over_at for ring in talks for at in killed),
        "rang_through": sum(ring.rang_at < at < ring.quiet_at for ring in record.rings for at in killed),
        "facts": len(record.facts),
        "talk_off": max(map(abs, off), default=0.0),
        "talked_seen": sum(ring.talked for ring in talks if (ring.number, ring.agent) in told),
        "talked_told": sum(told.get((ring.number, ring.agent), 0.0) for ring in talks),
        "unheard": sum(map(totals.unheard, talks)),
        "uncounted": len(uncounted(record)),
        "late": record.late,
        "breaches": [str(breach) for breach in judge(record)],
        "broken": dict(Counter(breach.law for breach in judge(record))),
    }
