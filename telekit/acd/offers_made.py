"""How many offers were made of calls that have left the line: should one come back, no name is given twice."""

from telekit.domain.names import CallId

MOST = 20_000
"""Calls; of those whose end is never told, say while the link to the switch is down, the oldest are forgotten."""


class OffersMade:
    """Remember calls for as long as they may come back."""

    def __init__(self) -> None:
        self._of: dict[CallId, int] = {}

    def __len__(self) -> int:
        return len(self._of)

    def of(self, call: CallId) -> int:
        """Give how many were made of a call."""
        return self._of.get(call, 0)

    def note(self, call: CallId, count: int) -> None:
        """Take in how many were made of a call that leaves the line."""
        self._of.pop(call, None)
        self._of[call] = count
        if len(self._of) > MOST:
            del self._of[next(iter(self._of))]

    def forget(self, call: CallId) -> None:
        """Let go of a call whose caller is gone: it cannot come back."""
        self._of.pop(call, None)
