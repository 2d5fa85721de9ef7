"""A waiting call's end of the line: where its script hears what was decided."""

import asyncio
from collections import deque

from telekit.acd.actions import CallbackOffered, CallbackPromised, Divert, Offer, Queued
from telekit.domain.names import CallId, OfferId
from telekit.errors import CallerGone

Decision = Offer | Divert | Queued | CallbackOffered | CallbackPromised

News = Queued | CallbackOffered
"""What only matters as long as nothing else has been decided."""


class Ticket:
    """Hold decisions for one call until its script takes them; those that were overtaken are dropped."""

    def __init__(self, call: CallId) -> None:
        self.call = call
        self.offers: set[OfferId] = set()
        """Those that the script has not come back from, whether it has begun them or not."""
        self._decisions: deque[Decision] = deque()
        self._ready = asyncio.Event()
        self._ended = False

    @property
    def is_decided(self) -> bool:
        """Whether something was decided that the script has not taken yet, more than news."""
        return any(not isinstance(decision, News) for decision in self._decisions)

    def put(self, decision: Decision) -> None:
        """Add a decision; it overtakes the news that the call waits, and that it may be called back."""
        while self._decisions and isinstance(self._decisions[-1], News) and not isinstance(decision, News):
            self._decisions.pop()
        if isinstance(decision, Offer):
            self.offers.add(decision.offer)
        self._decisions.append(decision)
        self._ready.set()

    def drop(self, offer: OfferId) -> bool:
        """Take back an offer that the script has not begun to carry out; False when it has."""
        for decision in self._decisions:
            if isinstance(decision, Offer) and decision.offer == offer:
                self._decisions.remove(decision)
                self.offers.discard(offer)
                return True
        return False

    def beside(self) -> tuple[Offer, ...]:
        """Take the offers that were made together with the one just taken: they are to ring at once with it."""
        taken = []
        while self._decisions and isinstance(self._decisions[0], Offer):
            taken.append(self._decisions.popleft())
        return tuple(decision for decision in taken if isinstance(decision, Offer))

    def end(self) -> None:
        """Let the script go: its caller is known to be gone."""
        self._decisions.clear()
        self._ended = True
        self._ready.set()

    async def next(self) -> Decision:
        """Wait for the next decision; safe to cancel. Raises `CallerGone` when no other can come."""
        while not self._decisions:
            if self._ended:
                raise CallerGone(f"The caller of {self.call} is no longer there.")
            self._ready.clear()
            await self._ready.wait()
        return self._decisions.popleft()
