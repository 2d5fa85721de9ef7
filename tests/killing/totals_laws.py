"""What the journal must tell in the end: what phones and callers saw, every call with one outcome."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence

from tests.killing.breach import Breach
from tests.killing.hour import EXIT
from tests.killing.record import NEVER, Record, Ring, Visit
from tests.lab.journal import JournalLine

LINGER = 0.1  # seconds for which telekit gathers facts before it writes them
TALK = 0.6  # seconds by which a conversation may be off that telekit heard begin and end
INSTANT = 0.3  # seconds; a conversation shorter than that may have been over before anybody knew
ASKS_AGAIN = 1.3  # seconds between two tries of the dialplan, and for what comes of one


def readable(record: Record) -> Iterator[Breach]:
    """Give what SQLite found wrong with the journal."""
    for told in record.unreadable:
        yield Breach("readable", 0.0, told)
    for before, after in zip(record.facts, record.facts[1:], strict=False):
        if after.at < before.at - 1.0:
            yield Breach("readable", after.at, f"a fact was written {before.at - after.at:.1f} s too late: {after}")


class Totals:
    """What the journal says, by the callers' numbers."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.numbers: dict[str | None, str] = {
            line.call: line.details["caller"] for line in record.facts if line.kind == "call-arrived"
        }
        self.away = record.away()

    def of(self, *kinds: str) -> list[tuple[str, JournalLine]]:
        return [(self.numbers.get(line.call, "?"), line) for line in self.record.facts if line.kind in kinds]

    def answered(self) -> Iterator[Breach]:
        """Compare who talked with whom, and for how long."""
        seen = Counter((ring.number, ring.agent) for ring in self._conversations())
        doubtful = {(ring.number, ring.agent) for ring in self.record.rings if ring.talked < INSTANT and ring.talked}
        for kinds in (("joined", "taken-over"), ("finished",)):
            told = Counter((number, line.agent or "") for number, line in self.of(*kinds))
            for pair in sorted({*seen, *told} - doubtful):
                if seen[pair] != told[pair] and not any(map(self.unheard, self.record.rings_of(pair[0]))):
                    at = next((visit.dialed_at for visit in self.record.visits if visit.number == pair[0]), 0.0)
                    what = f"{pair[0]} and {pair[1]} talked {seen[pair]} times, the journal has {told[pair]}"
                    yield Breach(f"totals: {kinds[0]}", at, what)

    def talk_time(self, slack: float = 0.0) -> Iterator[Breach]:
        """Compare how long each conversation was; where no telekit saw its end, it may be off by so long."""
        for ring, told in self.lengths():
            if abs(told - ring.talked) > TALK + slack + self.unseen(ring):
                what = f"{ring.number} and {ring.agent} talked {ring.talked:.2f} s, the journal says {told:.2f} s"
                yield Breach("totals: talk", ring.over_at, what)

    def lengths(self) -> list[tuple[Ring, float]]:
        """Give each conversation with its length as the journal has it, those of the same two in their order."""
        told: defaultdict[tuple[str, str | None], deque[float]] = defaultdict(deque)
        for number, line in self.of("finished"):
            told[number, line.agent].append(line.details["talked"])
        found = []
        for ring in self._conversations():
            lengths = told[ring.number, ring.agent]
            if lengths:
                found.append((ring, lengths.popleft()))
        return found

    def unseen(self, ring: Ring) -> float:
        """Say for how long no telekit was there while a conversation began, and while it ended.

        What was not written yet when telekit was killed, no telekit knows either.
        """
        return sum(
            until - since
            for since, until in self.away
            for at in (ring.answered_at, ring.answered_at + ring.talked)
            if since - LINGER <= at <= until
        )

    def unheard(self, ring: Ring) -> bool:
        """Say whether a whole conversation passed while no telekit was there: only the switch knows of it."""
        return any(since <= ring.answered_at + LINGER and ring.over_at <= until for since, until in self.away)

    def outcomes(self) -> Iterator[Breach]:
        """Compare every caller's outcome, and see that each has one, and one end."""
        calls: dict[str, list[JournalLine]] = {}
        for number, line in self.of("joined", "taken-over", "finished", "abandoned", "diverted", "call-ended"):
            calls.setdefault(number, []).append(line)
        for visit in self.record.visits:
            lines = calls.get(visit.number, [])
            expected, told = outcome(visit, self.record.rings_of(visit.number)), outcome_told(lines)
            if visit.number not in self.numbers.values():
                if not self._in_vain(visit.dialed_at, visit.ended_at):
                    yield Breach("totals: outcome", visit.dialed_at, f"{visit.number} ({expected}) is in no journal")
                continue
            rings = self.record.rings_of(visit.number)
            if any(map(self.unheard, rings)):
                continue
            passed_at = max((ring.passed_at for ring in rings if ring.passed_at < NEVER), default=NEVER)
            if told == ["answered"] and passed_at < NEVER and self._in_vain(passed_at, visit.ended_at):
                continue  # the caller was passed on, and no telekit heard of them again
            if expected not in told and not (expected == "an instant" and len(told) == 1):
                what = f"{visit.number} was {expected}, the journal says {', '.join(told) or 'nothing'}"
                yield Breach("totals: outcome", visit.ended_at, what)
            elif len(told) > 1:
                yield Breach("totals: outcome", visit.ended_at, f"{visit.number} ended {' and '.join(told)}")
            if not lines or lines[-1].kind != "call-ended":
                yield Breach("totals: end", visit.ended_at, f"the journal does not end {visit.number} ({expected})")

    def _in_vain(self, came_at: float, ended_at: float) -> bool:
        """Say whether no telekit was there for long enough to be asked for a caller, and to write down that it was."""
        for life in self.record.lives:
            since, until = max(life.ready_at, came_at), min(life.killed_at, ended_at)
            if until - since > (INSTANT if came_at > life.ready_at else ASKS_AGAIN):
                return False
        return True

    def _conversations(self) -> list[Ring]:
        return [ring for ring in self.record.rings if ring.answered_at < NEVER and ring.talked >= INSTANT]


def uncounted(record: Record) -> list[Visit]:
    """Give the callers of whom no telekit ever heard, as none was there."""
    known = {line.details["caller"] for line in record.facts if line.kind == "call-arrived"}
    return [visit for visit in record.visits if visit.number not in known]


def outcome(visit: Visit, rings: Sequence[Ring]) -> str:
    """Say how a call ended for its caller."""
    talks = [ring for ring in rings if ring.answered_at < NEVER]
    if talks and talks[-1].talked < INSTANT:
        return "an instant"
    if talks and talks[-1].by != "passed on":
        return "answered"
    if visit.by == "caller":
        return "abandoned"
    came_at = talks[-1].passed_at if talks else visit.dialed_at
    return "exit" if visit.ended_at - came_at > EXIT - 1 else "overflow"


def outcome_told(lines: Sequence[JournalLine]) -> list[str]:
    """Give a call's last outcomes in the journal: one, if all is well."""
    told: list[str] = []
    for line in lines:
        match line.kind:
            case "joined" | "taken-over":
                told.append("answered")
            case "abandoned":
                told.append("abandoned")
            case "diverted":
                told.append(str(line.details["reason"]))
    passed_on = sum(line.kind in ("joined", "taken-over") for line in lines) - 1
    # One who was passed on has been answered before; only the last outcome counts.
    return told if "answered" not in told[:-1] else told[max(passed_on, told.index("answered") + 1) :]
