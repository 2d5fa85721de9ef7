"""What any phone of the lab saw of its calls, and waiting for more."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.lab.watch import PATIENCE, Watch


@dataclass(slots=True)
class PhoneCall:
    """What one phone saw of one call."""

    id: str
    caller: str  # the user part of the caller's address, as it came
    caller_name: str
    rang_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    why: str = ""  # the phone's words for the end
    encrypted: bool = False
    digits: list[str] = field(default_factory=list)  # keys pressed at the other side


class Handset:
    """The calls of one phone: `rings`, `talks` and `ended` wait for what it sees.

    They raise TooLate if it does not come; `calls` holds all that came.
    """

    def __init__(self, account: str, address: str) -> None:
        self.account = account
        self.address = address
        self.calls: list[PhoneCall] = []
        self.registration = "not registered"
        self._shown = 0  # how many calls `rings` has returned
        self._watch = Watch()

    async def rings(self, within: float = PATIENCE) -> PhoneCall:
        """Wait for the next call and return it: each call is returned once, in the order of arrival."""

        def look() -> PhoneCall | None:
            return self.calls[self._shown] if self._shown < len(self.calls) else None

        call = await self._watch.until(look, within, lambda: f"{self._story()}, not another call")
        self._shown += 1
        return call

    async def talks(self, call: PhoneCall | None = None, within: float = PATIENCE) -> PhoneCall:
        """Wait until a call, the latest unless told, is answered and joined."""
        found = call or self._latest()
        return await self._watch.until(
            lambda: found if found.answered_at else None, within, lambda: f"{self._story()}, not a conversation"
        )

    async def ended(self, call: PhoneCall | None = None, within: float = PATIENCE) -> PhoneCall:
        """Wait until a call, the latest unless told, has ended."""
        found = call or self._latest()
        return await self._watch.until(
            lambda: found if found.ended_at else None, within, lambda: f"{self._story()}, not the call's end"
        )

    def forget(self) -> None:
        """Take the calls that came so far for seen: `rings` waits for the next."""
        self._shown = len(self.calls)

    def _call(self, identity: object) -> PhoneCall | None:
        return next((call for call in self.calls if call.id == identity), None)

    def _latest(self) -> PhoneCall:
        assert self.calls, f"{self._story()}: there is no call to speak of"
        return self.calls[max(self._shown, 1) - 1]

    def _ringing(self, call: PhoneCall | None) -> PhoneCall:
        found = call or self._latest()
        assert found.answered_at is None, f"{self._story()}: the call is answered"
        return found

    def _talking(self, call: PhoneCall | None) -> PhoneCall:
        found = call or self._latest()
        assert found.answered_at, f"{self._story()}: the call is not answered"
        return found

    def _story(self) -> str:
        calls = ", ".join(
            f"{call.caller} at {call.rang_at:%H:%M:%S.%f}"
            + (" answered" if call.answered_at else "")
            + (f" ended ({call.why})" if call.ended_at else "")
            for call in self.calls
        )
        return f"{self.account} at {self.address} ({self.registration}) saw {calls or 'no call'}"
