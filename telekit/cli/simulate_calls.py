"""The calls that `telekit simulate` leads: as they are given, told in a file, or as they came before."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click

from telekit.cli.reading import sentence
from telekit.domain.names import QueueName
from telekit.domain.plan import Plan
from telekit.errors import PlanningError, StoreError, in_words
from telekit.history.log_file import lines_of
from telekit.history.logged_calls import logged_calls
from telekit.history.past_call import PastCall
from telekit.history.queue_log import Entry, read_queue_log
from telekit.history.told_calls import told_calls
from telekit.roster.roster import Roster
from telekit.rules.mistake import Mistake
from telekit.simulate.arrivals import Callers, Stretch, by_interval, while_open
from telekit.simulate.arrivals_file import known_queue, parse_calls, read_arrivals
from telekit.simulate.observed import Observed, observe
from telekit.simulate.traffic import Traffic
from telekit.store.reading import is_journal, read_journal

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the calls come from; one of the three is given."""

    calls: tuple[str, ...]
    """`QUEUE=NUMBER` each."""
    arrivals: Path | None
    like: Path | None
    names: tuple[str, ...]
    """`NAME=QUEUE` each: what queues are called in the file of `like`."""

    def __post_init__(self) -> None:
        if [bool(self.calls), self.arrivals is not None, self.like is not None].count(True) != 1:
            raise click.UsageError(
                "Say how many calls come, in one way: by --calls QUEUE=NUMBER, --arrivals FILE or --like FILE."
            )

    def traffic(
        self, plan: Plan, stretch: Stretch, per: timedelta, usual: Callers
    ) -> tuple[Sequence[Traffic], Observed | None]:
        """Give what callers do, and what was seen where that was learnt from calls of before."""
        if self.like is not None:
            seen = self._observed(self.like, plan, per)
            return by_interval(seen.rates, stretch, per, usual), seen
        if self.arrivals is not None:
            rates = read_arrivals(_lines(self.arrivals), str(self.arrivals), plan.queues)
            return by_interval(rates, stretch, per, usual), None
        calls = {queue: parse_calls(number) for queue, number in _pairs(self.calls, plan, "--calls", "billing=20")}
        return while_open(calls, Roster(plan), stretch, per, usual), None

    def _observed(self, file: Path, plan: Plan, per: timedelta) -> Observed:
        queues: dict[str, QueueName] = {name: name for name in plan.queues}
        queues |= {name: queue for queue, name in _pairs(_turned(self.names), plan, "--queue", "support=billing")}
        seen = observe(_past_calls(file), queues, plan.zone, per)
        if seen is None:
            raise PlanningError(_unlearnt(file, plan))
        return seen


def _unlearnt(file: Path, plan: Plan) -> str:
    """Say why nothing is learnt from a file."""
    found = Counter(call.queue for call in _past_calls(file))
    if not found:
        return f"{file} tells of no call: name a journal of telekit's, or Asterisk's queue_log."
    queues = ", ".join(f"{queue} ({count:,})" for queue, count in found.most_common(MOST_NAMED))
    example = f"--queue {next(iter(found))}={next(iter(plan.queues), 'billing')}"
    return f"{file} has no call of a queue that the rules have: it has {queues}. Say which is meant, as in {example}."


def _past_calls(file: Path) -> Iterator[PastCall]:
    """Give the calls of a journal or a queue_log, whichever the file is."""
    try:
        journal = is_journal(file)
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {in_words(error)}.") from error
    if journal:
        return told_calls(read_journal(file))
    return logged_calls(line for line in read_queue_log(lines_of(file)) if isinstance(line, Entry))


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PlanningError(f"{file} cannot be read as text in UTF-8: {error}") from error


def _turned(pairs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("=".join(reversed(pair.partition("=")[::2])) if "=" in pair else pair for pair in pairs)


def _pairs(given: tuple[str, ...], plan: Plan, option: str, example: str) -> Iterator[tuple[QueueName, str]]:
    """Read what is told of queues of the rules, as in `billing=20`."""
    for each in given:
        name, equals, value = each.rpartition("=")
        try:
            if not equals:
                raise Mistake(f"'{each}' has no '='", f"write it as {example}")
            queue = known_queue(name, plan.queues)
            if option == "--calls":
                parse_calls(value)
        except Mistake as mistake:
            raise click.BadParameter(sentence(mistake), param_hint=option) from mistake
        yield queue, value


def told_of(seen: Observed) -> Iterator[str]:
    """Tell what was learnt from calls of before."""
    days = f"{seen.first_day:%d %b %Y}" + (f" to {seen.last_day:%d %b %Y}" if seen.last_day > seen.first_day else "")
    yield f"as {seen.calls:,} calls of {days} came; {seen.missed:.1%} of offers missed, {seen.rejected:.1%} rejected"
    if seen.unknown:
        names = ", ".join(f"{name or 'no queue'} ({calls:,})" for name, calls in sorted(seen.unknown.items()))
        yield f"left out, since the rules have no such queue: {names}"
