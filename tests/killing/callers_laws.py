"""What callers must not notice of a telekit that is killed: conversations go on, places in the line are kept."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tests.killing.breach import Breach
from tests.killing.record import NEVER, Life, Record, Ring, Visit

BACK_WITHIN = 5.0  # seconds after the start of the process
SILENT = 1.5  # seconds; what is said every fifth of a second was not heard for so long
TOGETHER = 1.5  # seconds between the ends that the two sides of a conversation see
CROSSED = 0.3  # seconds within which an agent's answer and the same agent's pause may cross
SETTLED = 0.5  # seconds after which a caller who has dialled stands in the line for certain
SAME_PLACE = 0.3  # seconds; telekit tells waits as of a moment within the observer's question and its answer
FROM_ENTRY = 1.0  # seconds between a caller's first INVITE and the beginning of the wait
BEFORE = 0.25  # seconds by which one caller must have come earlier to have a claim to be served earlier


def conversations(record: Record, slack: float = 0.0) -> Iterator[Breach]:
    """Give conversations that ended although neither side ended them, or in which sound stopped."""
    for ring in record.rings:
        if ring.answered_at == NEVER:
            continue
        if ring.over_at == NEVER:
            yield Breach("conversation", ring.answered_at, f"{ring.agent} and {ring.number} talk for ever")
        elif ring.by == "caller" and not _has_just_left(record, ring):
            visit = record.visit(ring.number)
            if visit.by != "caller" or abs(visit.ended_at - ring.over_at) > TOGETHER + slack:
                yield Breach("conversation", ring.over_at, f"{ring.agent} lost {ring.number}, who had not hung up")
        for silence in record.silences:
            if silence.number != ring.number or silence.who not in ("caller", ring.agent):
                continue
            since, until = max(silence.since, ring.answered_at), min(silence.until, ring.over_at, ring.passed_at)
            if until - since > SILENT + slack:
                yield Breach("sound", since, f"{silence.who} heard nothing of {ring.number} for {until - since:.1f} s")


def _has_just_left(record: Record, ring: Ring) -> bool:
    """Say whether an agent paused or logged out in the very instant of the answer, which withdraws the ring."""
    left = [absence.since for absence in record.absences if absence.agent == ring.agent]
    return ring.talked < CROSSED and any(abs(at - ring.over_at) < CROSSED for at in left)


@dataclass(frozen=True, slots=True)
class Return:
    """A caller who stood in the line when telekit was killed, and when telekit knew of them again."""

    number: str
    life: Life
    """The one that took them back."""
    since: float
    """The start, or the end of the ring that had outlived telekit."""
    back_at: float

    @property
    def took(self) -> float:
        return self.back_at - self.since


def returns(record: Record) -> Iterator[Return]:
    """Give all callers whom a new telekit had to take back, however long that took.

    Left out are those who gave up, or saw telekit killed again, before the time allowed was over.
    """
    calls = {number: call for call, number in record.numbers().items()}
    for before, life in _successions(record.lives):
        for visit in record.visits:
            if not (visit.dialed_at < life.started_at and visit.ended_at > before.killed_at):
                continue
            rings = record.rings_of(visit.number)
            alive = [ring for ring in rings if ring.rang_at < life.started_at < ring.over_at]
            if any(ring.answered_at < NEVER for ring in alive) or _talked(rings, life.started_at):
                continue
            since = max([life.started_at, *(ring.over_at for ring in alive)])
            back_at = _back_at(record, visit, calls.get(visit.number), since)
            in_vain = min(visit.ended_at, life.killed_at)
            if back_at < life.killed_at or in_vain > since + BACK_WITHIN:
                yield Return(visit.number, life, since, back_at)


def _successions(lives: list[Life]) -> Iterator[tuple[Life, Life]]:
    """Give each killed telekit with the next that took calls."""
    killed: Life | None = None
    for life in lives:
        if killed is not None and life.ready_at < NEVER:
            yield killed, life
            killed = None
        if killed is None and life.killed_at < NEVER:
            killed = life


def _talked(rings: list[Ring], until: float) -> bool:
    """Say whether the caller has had a conversation, after which the caller stands nowhere."""
    return any(ring.answered_at < until and ring.by != "passed on" for ring in rings)


def _back_at(record: Record, visit: Visit, call: str | None, since: float) -> float:
    seen = (g.at for g in record.glimpses if g.at >= since and any(w.call == call for w in g.calls))
    rung = (ring.rang_at for ring in record.rings_of(visit.number) if ring.rang_at >= since)
    back_at = min(next(seen, NEVER), next(rung, NEVER))
    if visit.by == "callee" and since < visit.ended_at < back_at:
        return visit.ended_at  # led to the end of the way: an exit, an overflow
    return back_at


def back_in_line(record: Record, slack: float = 0.0) -> Iterator[Breach]:
    """Give callers who were not taken back in time."""
    for each in returns(record):
        if each.took > BACK_WITHIN + slack:
            rang = each.since - each.life.started_at
            what = f"{each.number} is back after {each.took:.1f} s, besides {rang:.1f} s of a ring"
            yield Breach("back in line", each.since, what)


def waits(record: Record, slack: float = 0.0) -> Iterator[Breach]:
    """Give callers whose wait does not count from when they came, or changed; those passed on came twice."""
    numbers = record.numbers()
    entered: dict[str, float] = {}
    for glimpse in record.glimpses:
        for waiting in glimpse.calls:
            number = numbers.get(waiting.call)
            if number is None:
                continue
            visit = record.visit(number)
            if visit.passed_on or waiting.queue != visit.queue:
                continue
            before = entered.setdefault(number, waiting.entered_at)
            off = before - visit.dialed_at
            if before == waiting.entered_at and not -SAME_PLACE - slack < off < FROM_ENTRY + slack:
                yield Breach("wait", glimpse.at, f"the wait of {number} began {off:.2f} s after the call")
            elif abs(before - waiting.entered_at) > SAME_PLACE + slack:
                off = waiting.entered_at - before
                yield Breach("wait", glimpse.at, f"the wait of {number} began {off:+.2f} s later than was told")
                entered[number] = waiting.entered_at


def order(record: Record, slack: float = 0.0) -> Iterator[Breach]:
    """Give callers who were overtaken by a later one of the same queue, with an agent whom they could have had.

    An agent who has missed a call need not have it again; who was just being rung stands in no line. Two phones that
    are rung in one instant need not ring in it.
    """
    groups: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in record.visits:
        groups[visit.queue].append(visit)
    rings: defaultdict[str, list[Ring]] = defaultdict(list)
    for ring in record.rings:
        rings[ring.number].append(ring)
    for ring in record.rings:
        later = record.visit(ring.number)
        if later.passed_on:
            continue
        for visit in groups[later.queue]:
            if visit.dialed_at + BEFORE > later.dialed_at or visit.ended_at < ring.rang_at + 0.1 or visit.passed_on:
                continue
            own = rings[visit.number]
            busy = any(each.rang_at - 0.1 - slack < ring.rang_at < each.over_at + 0.3 for each in own)
            missed = any(each.agent == ring.agent and each.rang_at < ring.rang_at for each in own)
            if not (busy or missed or _talked(own, ring.rang_at) or visit.dialed_at + SETTLED > ring.rang_at):
                came = later.dialed_at - visit.dialed_at
                what = f"{ring.agent} rang for {ring.number}, though {visit.number} had come {came:.1f} s earlier"
                yield Breach("order", ring.rang_at, what)
                break
