"""All laws at once."""

from collections.abc import Iterator

from tests.killing.agents_laws import absences, come_back, rung_twice, states
from tests.killing.breach import Breach
from tests.killing.callers_laws import back_in_line, conversations, order, waits
from tests.killing.record import Record
from tests.killing.totals_laws import Totals, readable


def judge(record: Record, slack: float = 0.0) -> list[Breach]:
    """Give every breach of every law; `slack` is by how many seconds more a span may be off."""
    return sorted(_all(record, slack), key=lambda breach: breach.at)


def _all(record: Record, slack: float) -> Iterator[Breach]:
    yield from conversations(record, slack)
    yield from back_in_line(record, slack)
    yield from waits(record, slack)
    yield from order(record, slack)
    yield from states(record, slack)
    yield from absences(record)
    yield from come_back(record)
    yield from rung_twice(record, ring_all=("crew",))
    yield from readable(record)
    totals = Totals(record)
    yield from totals.answered()
    yield from totals.talk_time(slack)
    yield from totals.outcomes()
