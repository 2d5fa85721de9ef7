"""Which numbers the tests of routes tell apart."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from telekit.domain.names import ListName
from telekit.domain.route import Numbers

LONGEST = 15
_SIGNS = "0123456789"
_OUTSIDE = "+33199009999", "199", "+12025550143"


class Classes:
    """The classes of numbers that some tests tell apart, each with one number of it; a set of classes is an int's bits.

    Exact for numbers of up to 15 digits, with or without a plus, and, where they may be withheld, for none at all.
    """

    def __init__(
        self, tests: Sequence[Numbers | None], lists: Mapping[ListName, frozenset[str]], *, withheld: bool
    ) -> None:
        self._tests = list(dict.fromkeys(test for test in tests if test is not None))
        self._exact: defaultdict[str, int] = defaultdict(int)
        """By number, which tests name it."""
        self._starts: defaultdict[str, int] = defaultdict(int)
        """By prefix, likewise."""
        self._anonymous = 0
        for number, test in enumerate(self._tests):
            for name in test.exactly.union(*(lists[one] for one in test.lists)):
                self._exact[name] |= 1 << number
            for prefix in test.prefixes:
                self._starts[prefix] |= 1 << number
            self._anonymous |= test.anonymous << number
        self.named = frozenset(self._exact)
        marks: dict[int, str | None] = {}
        for sample in self._samples():
            marks.setdefault(self._mark(sample), sample)
        if withheld:
            marks.setdefault(self._anonymous, None)
        self.samples = list(marks.values())
        """One number of each class; None for callers without one."""
        self.all = (1 << len(marks)) - 1
        self._passing = [0] * len(self._tests)
        for each, mark in enumerate(marks):
            for number in numbers_in(mark):
                self._passing[number] |= 1 << each
        self._numbers = {test: number for number, test in enumerate(self._tests)}

    def passing(self, test: Numbers | None) -> int:
        """Give the classes that pass a test; all for none."""
        return self.all if test is None else self._passing[self._numbers[test]]

    def told(self, classes: int) -> str:
        """Say in words which callers these are."""
        samples = [self.samples[each] for each in numbers_in(classes)]
        named = [sample for sample in samples if sample is not None]
        if not named:
            return "a caller who hides their number"
        other = next((sample for sample in named if sample not in self.named), None)
        return "other callers" if other else f"a caller such as {named[0]}"

    def _mark(self, number: str) -> int:
        """Give the tests that a number passes."""
        mark = self._exact.get(number, 0)
        if self._starts:
            for end in range(len(number) + 1):
                mark |= self._starts.get(number[:end], 0)
        return mark

    def _samples(self) -> Iterator[str]:
        """Give numbers of all classes: those that are named, one below each prefix, and one below none."""
        yield from self._exact
        inner = {prefix[:end] for prefix in self._starts for end in range(len(prefix))}
        for prefix in self._starts:
            yield from self._below(prefix, inner)
        yield from (each for each in _OUTSIDE if self._mark(each) == 0)
        for sign in ("+", *_SIGNS):
            if sign not in self._starts:
                yield from self._below(sign, inner)

    def _below(self, start: str, inner: set[str]) -> Iterator[str]:
        """Give a number that starts so and neither is named nor starts in a longer way that is, if there is one."""
        if start not in inner and start != "+":
            width = LONGEST + start.startswith("+") - len(start)
            for filler in range(min(10**width, len(self._exact) + 1)):
                number = f"{start}{filler:0{width}}" if width else start
                if number not in self._exact:
                    yield number
                    return
            return
        for sign in _SIGNS[start == "+" :]:
            longer = start + sign
            if longer not in self._starts and len(longer) <= LONGEST:
                for found in self._below(longer, inner):
                    yield found
                    return


def numbers_in(bits: int) -> Iterator[int]:
    """Give the places of the bits that are set."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
