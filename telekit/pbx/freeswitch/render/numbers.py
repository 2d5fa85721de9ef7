"""A test on a number, as regular expressions of a bounded length whose first group is the number."""

import re
from collections.abc import Iterator, Sequence

from telekit.domain.plan import Plan
from telekit.domain.route import Numbers
from telekit.pbx.render import word

AT_ONCE = 200
"""So many numbers stand in one expression."""


def expressions(plan: Plan, test: Numbers) -> Iterator[str]:
    """Write the numbers, and what numbers begin with; whether a withheld one passes is asked elsewhere."""
    listed = {number for name in test.lists for number in plan.lists[name]}
    yield from (f"^({each})$" for each in _either(sorted(test.exactly | listed)))
    yield from (f"^({each}[0-9]{{0,39}})$" for each in _either(test.prefixes))


def _either(numbers: Sequence[str]) -> Iterator[str]:
    for place in range(0, len(numbers), AT_ONCE):
        yield f"(?:{'|'.join(re.escape(word.number(each)) for each in numbers[place : place + AT_ONCE])})"
