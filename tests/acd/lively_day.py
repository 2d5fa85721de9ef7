"""A day on which enough was learnt to tell how long calls will wait."""

from telekit.acd.estimate import ENOUGH
from telekit.acd.outlook import Outlook
from telekit.domain.names import CallId
from telekit.domain.plan import Plan
from tests.acd.day import Day

MINUTE = 60.0


class LivelyDay(Day):
    """A day on which many calls were served already, each answered after so many seconds."""

    def __init__(
        self,
        plan: Plan,
        at: str = "09:00",
        *,
        talks: float = 300,
        queue: str = "help",
        times: int = ENOUGH,
        answers: float = 0,
    ) -> None:
        super().__init__(plan, at)
        self.lived = 0
        self.live(talks, queue, times, answers)

    def live(self, talks: float, queue: str = "help", times: int = ENOUGH, answers: float = 0) -> None:
        """Let calls be answered and last so long, one after the other."""
        for _ in range(times):
            self.lived += 1
            self.call(f"earlier-{self.lived}", queue)
            self.after(answers)
            self.answer(f"earlier-{self.lived}.1")
            self.after(talks)
            self.end(f"earlier-{self.lived}")
            self.after(MINUTE)

    def begin(self, call: str, queue: str = "help") -> None:
        self.call(call, queue)
        self.answer(f"{call}.1")

    def outlook(self, call: str) -> Outlook:
        outlook = self.distributor.outlook(CallId(call), self.now)
        assert outlook is not None
        return outlook

    def wait(self, call: str) -> float:
        """Give the expected wait, in seconds."""
        estimate = self.outlook(call).estimate
        assert estimate is not None
        return estimate.wait.total_seconds()
