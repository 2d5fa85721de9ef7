"""All laws at once."""

from collections.abc import Iterator

from tests.killing.agents_laws import rung_twice, states
from tests.killing.breach import Breach
from tests.killing.callers_laws import back_in_line, conversations, order, waits
from tests.killing.record import Record
from tests.killing.totals_laws import Totals, readable


def judge(record: Record) -> list[Breach]:
    """Give every breach of every law."""
    return sorted(_all(record), key=lambda breach: breach.at)


def _all(record: Record) -> Iterator[Breach]:
    yield from conversations(record)
    yield from back_in_line(record)
    yield from waits(record)
    yield from order(record)
    yield from states(record)
    yield from rung_twice(record, ring_all=("crew",))
    yield from readable(record)
    totals = Totals(record)
    yield from totals.answered()
    yield from totals.talk_time()
    yield from totals.outcomes()
