"""How long to wait before connecting again."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Backoff:
    """Doubling waits up to a cap, each shortened by chance so that many clients do not come back together."""

    first: timedelta = timedelta(seconds=0.5)
    longest: timedelta = timedelta(seconds=30)
    refused: timedelta = timedelta(minutes=1)
    """The wait after a refusal that only a person can mend."""
    chance: Callable[[], float] = random.random
    """Gives a number in [0, 1)."""

    def after(self, failures: int) -> timedelta:
        """Return the wait after so many failures in a row (1 is the first): between half and all of the step."""
        # The exponent is capped: a link that is away for a month must not compute 2 ** 100000.
        step = min(self.first * 2.0 ** min(failures - 1, 30), self.longest)
        return step * (0.5 + 0.5 * self.chance())
