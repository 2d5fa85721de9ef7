"""What one run comes to, in plain values that can be kept and added up."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.killing.agents_laws import contradictions
from tests.killing.callers_laws import returns
from tests.killing.judge import judge
from tests.killing.record import NEVER, Life, Record
from tests.killing.totals_laws import Totals, outcome, uncounted


def figures(record: Record, seed: str) -> Mapping[str, Any]:
    """Judge a run and count what was looked at."""
    totals = Totals(record)
    talks = [ring for ring in record.rings if ring.answered_at < NEVER]
    lengths = totals.lengths()
    watched = [told - ring.talked for ring, told in lengths if not totals.unseen(ring)]
    breaches = judge(record)
    return {
        "seed": seed,
        "kills": [_kill(record, life) for life in record.lives if life.killed_at < NEVER],
        "ready": [round(life.ready_at - life.started_at, 3) for life in record.lives if life.ready_at < NEVER],
        "back": sorted(round(each.took, 3) for each in returns(record) if each.took < NEVER),
        "contradicted": sorted(round(until - since, 3) for _, since, until, _ in contradictions(record)),
        "callers": len(record.visits),
        "outcomes": dict(Counter(outcome(visit, record.rings_of(visit.number)) for visit in record.visits)),
        "rings": len(record.rings),
        "conversations": len(talks),
        "absences": len(record.absences),
        "facts": len(record.facts),
        "talk_off": round(max(map(abs, watched), default=0.0), 3),
        "talked_seen": round(sum(ring.talked for ring, _ in lengths), 1),
        "talked_told": round(sum(told for _, told in lengths), 1),
        "talked_unseen": round(sum(told - ring.talked for ring, told in lengths if totals.unseen(ring)), 1),
        "unheard": sum(map(totals.unheard, talks)),
        "uncounted": len(uncounted(record)),
        "late": round(record.late, 3),
        "breaches": [str(breach) for breach in breaches],
        "broken": dict(Counter(breach.law for breach in breaches)),
    }


def _kill(record: Record, life: Life) -> Mapping[str, Any]:
    """Tell what was going on as telekit was killed."""
    at = life.killed_at
    talking = [ring.number for ring in record.rings if ring.answered_at < at < ring.over_at]
    ringing = [ring.number for ring in record.rings if ring.rang_at < at < ring.quiet_at]
    here = [visit.number for visit in record.visits if visit.dialed_at < at < visit.ended_at]
    return {
        "aim": life.aim,
        "talking": len(talking),
        "ringing": len(ringing),
        "waiting": len(set(here) - set(talking) - set(ringing)),
        "absent": sum(absence.since < at < absence.until for absence in record.absences),
    }
