"""Why nobody answered a leg that telekit has made by itself on Asterisk.

Source: causes and the order of events observed on Asterisk 22.
"""

from dataclasses import dataclass

from telekit.domain.queue import MissCause
from telekit.pbx import attempt
from telekit.pbx.asterisk.events import REFUSALS

REDIRECTED = "23"
NOBODY_ANSWERED = "19"
ENDED_BY_SOMEBODY = frozenset({"", "0", "16"})
"""Q.850 causes: the phone wants the call elsewhere; it rang in vain, or said at once that it shall not be disturbed;
it was ended here while it rang, or no news of its end has come."""


@dataclass(slots=True, eq=False)
class Attempt(attempt.Attempt):
    """What is known of it; the cause is a Q.850 number."""

    def _missed(self) -> MissCause:
        if self.cause in ENDED_BY_SOMEBODY:
            return MissCause.NO_ANSWER if self.seen else MissCause.UNREACHABLE
        if self.cause == NOBODY_ANSWERED:
            took = (self.ended_at or self.began_at) - self.began_at
            return MissCause.NO_ANSWER if took >= self.ring.total_seconds() * 0.98 else MissCause.REJECTED
        if self.cause == REDIRECTED:
            return MissCause.REJECTED
        return REFUSALS.get(self.cause, MissCause.UNREACHABLE)
