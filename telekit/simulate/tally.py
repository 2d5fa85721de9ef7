"""What became of the calls of one queue."""

from dataclasses import dataclass
from datetime import timedelta

NOTHING = timedelta(0)


@dataclass(slots=True)
class Tally:
    """Counts and sums; shares are of all calls that came."""

    within: timedelta
    """The wait that the service level counts."""
    came: int = 0
    answered: int = 0
    in_time: int = 0
    at_once: int = 0
    gave_up: int = 0
    diverted: int = 0
    """Sent elsewhere by the rules: closed, overflow, an exit, nobody there."""
    waited: timedelta = NOTHING
    """By those who were answered, together."""
    talked: timedelta = NOTHING

    def answer(self, waited: timedelta) -> None:
        """Count a call that was answered after so long."""
        self.answered += 1
        self.waited += waited
        self.in_time += waited <= self.within
        self.at_once += waited <= NOTHING

    @property
    def service_level(self) -> float:
        return self.in_time / self.came if self.came else 1.0

    @property
    def abandoning(self) -> float:
        return self.gave_up / self.came if self.came else 0.0

    @property
    def waiting(self) -> float:
        """Give the share that was not answered at once."""
        return 1.0 - self.at_once / self.came if self.came else 0.0

    @property
    def speed_of_answer(self) -> timedelta | None:
        return self.waited / self.answered if self.answered else None
