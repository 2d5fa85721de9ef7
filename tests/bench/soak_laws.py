"""What must be true after a soak: no caller lost, nobody stuck, no memory that grows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.soak_callers import GAVE_UP, SERVED, STUCK_ONE, Heard

WARM_UP, WARM_UP_LEAST = 0.2, 40
"""Of the time, and at least so many seconds: what memory is taken then is not compared. Source of the latter: RFC 3261
§17, by which Asterisk keeps what it knows of a call for 32 s after its end."""
FLAT = 0.05
"""So much may resident memory grow after the warm-up."""
WINDOW = 10
"""Samples, one a second, whose median is compared: a single one may catch a batch of facts on their way."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What the journal and Asterisk tell of all calls."""

    facts: Counter[str]
    """How often each kind of fact is in the journal."""
    ended_by: Counter[str]
    ended_twice: int
    """Calls that the journal has more than one end of."""
    processed: int
    """Calls, as Asterisk counts them."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left when everybody has hung up."""

    channels: int
    waiting: int
    not_free: Sequence[str]
    """Agents, with what they are instead."""
    troubles: Sequence[str]
    """Lines of telekit's log that tell of a fault."""


@dataclass(frozen=True, slots=True)
class Law:
    """One thing that must be so, and how it was."""

    what: str
    holds: bool
    found: str


def laws(heard: Heard, totals: Totals, left: Left) -> Sequence[Law]:
    """Judge the calls: each of the three counts alone, and all of them agree."""
    facts, told = totals.facts, heard.told
    ended = Counter({who: count for who, count in totals.ended_by.items() if count})
    return [
        Law("every caller is served, or gives up first", not heard.failed and not told[STUCK_ONE], _callers(heard)),
        _same(
            "callers, calls in the journal, calls of Asterisk", heard.offered, facts["call-arrived"], totals.processed
        ),
        Law(
            "every call has one end in the journal",
            facts["call-ended"] == facts["call-arrived"] and not totals.ended_twice and not ended - _usual(ended),
            ", ".join(f"{count:,} by {who}" for who, count in sorted(ended.items())),
        ),
        Law(
            "who gives up before an agent answers has abandoned the call in the journal",
            facts["abandoned"] <= totals.ended_by["caller"] <= told[GAVE_UP],
            f"{facts['abandoned']:,} of {told[GAVE_UP]:,} who gave up, the others while they talked",
        ),
        _same(
            "calls, and those joined or given up before", facts["call-arrived"], facts["joined"] + facts["abandoned"]
        ),
        _same("conversations that began and that ended", facts["joined"], facts["finished"]),
        Law("no channel is left", not left.channels, str(left.channels)),
        Law("no call is left waiting", not left.waiting, str(left.waiting)),
        Law("every agent is free again", not left.not_free, "; ".join(left.not_free) or "all"),
        Law("nothing had to be repaired", not facts["repaired"], str(facts["repaired"])),
        Law("no fault in telekit's log", not left.troubles, "; ".join(left.troubles[:3]) or "none"),
    ]


def growth(resident: Sequence[float]) -> float:
    """Give by which share memory has grown from the end of the warm-up to the end of a run."""
    samples = resident[warm_up(len(resident)) :]
    window = min(WINDOW, max(1, len(samples) // 2))
    return median(samples[-window:]) / median(samples[:window]) - 1


def warm_up(samples: int) -> int:
    """Give the end of the warm-up; a run that is hardly longer has less of it."""
    return max(int(WARM_UP * samples), min(WARM_UP_LEAST, samples // 2))


def flat(resident: Sequence[float]) -> Sequence[Law]:
    """Judge telekit's memory."""
    grown = growth(resident)
    what = f"telekit's resident memory grows by {FLAT:.0%} at most after the warm-up"
    return [Law(what, grown <= FLAT, in_words(resident))]


def in_words(resident: Sequence[float]) -> str:
    """Tell how memory grew."""
    return f"{growth(resident):+.1%}, to {resident[-1]:.0f} MB"


def _same(what: str, *counts: int) -> Law:
    return Law(what, len(set(counts)) == 1, " = ".join(f"{count:,}" for count in dict.fromkeys(counts)))


def _usual(ended: Counter[str]) -> Counter[str]:
    return Counter({who: ended[who] for who in ("caller", "telekit")})


def _callers(heard: Heard) -> str:
    told = heard.told
    return f"{told[SERVED]:,} served, {told[GAVE_UP]:,} gave up, {heard.failed + told[STUCK_ONE]:,} lost"
