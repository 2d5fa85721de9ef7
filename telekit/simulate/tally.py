"""What became of the calls of one queue."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import timedelta

NOTHING = timedelta(0)


@dataclass(slots=True)
class Tally:
    """Counts and sums; shares are of all calls that came while the queue was open."""

    came: int = 0
    """Also those that another queue sent on."""
    answered: int = 0
    in_time: int = 0
    """Answered within the wait that the service level counts."""
    at_once: int = 0
    gave_up: int = 0
    diverted: int = 0
    """Sent elsewhere by the rules: overflow, an exit, nobody there."""
    unfinished: int = 0
    """Still waiting when the run ended."""
    waited: timedelta = NOTHING
    """By those who were answered, together."""
    talked: timedelta = NOTHING
    longest: timedelta = NOTHING
    """The longest wait of all, whatever came of it."""
    closed: int = 0
    """Came while the queue was closed; counted nowhere else."""
    cut_off: int = 0
    """Conversations that the agent's lost line ended."""
    passed_on: int = 0
    """Of those that were sent elsewhere, those that went to another queue."""
    passed_in: int = 0
    """Of those that came, those that another queue sent."""
    late_after_all: int = 0
    """Of those that were answered in time here, those that had waited longer together with earlier queues."""
    waited_before: timedelta = NOTHING
    """In earlier queues, by those who were answered here."""

    def answer(self, waited: timedelta, within: timedelta, before: timedelta = NOTHING) -> None:
        """Count a call that was answered after so long, and so long in other queues before."""
        self.answered += 1
        self.waited += waited
        if waited > self.longest:
            self.longest = waited
        if waited <= within:
            self.in_time += 1
            self.at_once += waited <= NOTHING
        if before:
            self.waited_before += before
            self.late_after_all += waited <= within < waited + before

    def leave(self, waited: timedelta) -> None:
        """Note how long a call waited that was not answered."""
        if waited > self.longest:
            self.longest = waited

    def add(self, other: "Tally") -> None:
        """Add what another one counted."""
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.longest = max(self.longest, other.longest)

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


NAMES = tuple(field.name for field in fields(Tally) if field.name != "longest")


def together(tallies: Iterable[Tally]) -> Tally:
    """Add up what queues count each for itself."""
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def as_calls(total: Tally) -> Tally:
    """Make a sum over all queues one of calls: one that went through several came once, and waited in all of them."""
    total.came -= total.passed_in
    total.diverted -= total.passed_on
    total.in_time -= total.late_after_all
    total.waited += total.waited_before
    return total
