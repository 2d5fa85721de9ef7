"""The calls of a queue_log, put together from its lines.

Source: Asterisk apps/app_queue.c, its calls of ast_queue_log; the order of the data is said at each.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telekit.domain.queue import MissCause
from telekit.history.past_call import Outcome, PastCall, PastOffer
from telekit.history.queue_log import Entry

NOTHING = timedelta(0)
SECOND = timedelta(seconds=1)

WAIT_AT = {"ABANDON": 2, "EXITWITHTIMEOUT": 2, "EXITEMPTY": 2, "WITHDRAW": 2, "EXITWITHKEY": 3}
"""Which of the data is the wait, in seconds: position, original position, wait; the key comes before."""
LOST = {"AGENTDUMP", "SYSCOMPAT"}
"""The agent hung up as the call was handed over, or the two could not be joined: the call leaves."""
ENDS = {"COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER", "TRANSFER"}
"""Each ends the agent's part of a conversation."""


@dataclass(slots=True)
class _Stay:
    """A call that is in a queue, or talks."""

    call: str
    queue: str
    entered_at: datetime
    caller: str | None = None
    offers: list[PastOffer] = field(default_factory=list)
    agent: str | None = None
    connected_at: datetime | None = None
    waited: timedelta = NOTHING

    def over(self, outcome: Outcome, waited: timedelta, why: str = "", talked: timedelta | None = None) -> PastCall:
        offers = tuple(self.offers)
        return PastCall(
            *(self.call, self.queue, self.entered_at, self.caller, outcome, waited, self.agent, talked, offers, why)
        )

    def cut(self) -> PastCall:
        """End it where nothing tells how it ended."""
        if self.connected_at is None:
            return self.over(Outcome.UNKNOWN, NOTHING)
        return self.over(Outcome.ANSWERED, self.waited)


def logged_calls(entries: Iterable[Entry]) -> Iterator[PastCall]:
    """Put calls together, each given as soon as it is over; at the end those that are not, and may have gone on.

    A line that tells of a call of which the log has no beginning, as when it was rotated, begins it where it can.
    """
    stays: dict[str, _Stay] = {}
    for entry in entries:
        if entry.event in ("QUEUESTART", "ENTERQUEUE"):  # after a start of Asterisk no call is left
            ended = list(stays) if entry.event == "QUEUESTART" else [entry.call]
            yield from (stays.pop(call).cut() for call in ended if call in stays)
            if entry.event == "ENTERQUEUE" and entry.call:  # url, caller, position
                caller = entry.data[1] if len(entry.data) > 1 else ""
                stays[entry.call] = _Stay(entry.call, entry.queue, entry.at, caller or None)
            continue
        if entry.call and (ended_call := _take(stays, entry)) is not None:
            yield ended_call
    for stay in stays.values():
        yield stay.cut()


def _take(stays: dict[str, _Stay], entry: Entry) -> PastCall | None:
    """Take in a line of a call; give the call when that was its end."""
    event, stay = entry.event, stays.get(entry.call)
    if event in WAIT_AT:
        told = entry.seconds(WAIT_AT[event])
        waited = timedelta(seconds=told) if told is not None else entry.at - stay.entered_at if stay else NOTHING
        stay = stay or _Stay(entry.call, entry.queue, entry.at - waited)
        stays.pop(entry.call, None)
        outcome = Outcome.ABANDONED if event == "ABANDON" else Outcome.LEFT
        return stay.over(outcome, max(waited, NOTHING), "" if event == "ABANDON" else event.lower())
    if event == "CONNECT":  # wait, the agent's leg, ring
        _connect(stays, entry, stay)
    elif stay is None:
        return None
    elif event in ("RINGNOANSWER", "RINGCANCELED"):  # milliseconds
        rang = timedelta(milliseconds=entry.seconds(0) or 0.0)
        cause = MissCause.NO_ANSWER if event == "RINGNOANSWER" and rang >= SECOND else None
        stay.offers.append(PastOffer(entry.agent, entry.at - rang, rang, taken=False, cause=cause))
    elif event in LOST:
        return stays.pop(entry.call).over(Outcome.LEFT, max(entry.at - stay.entered_at, NOTHING), event.lower())
    elif event in ENDS and stay.connected_at is not None:
        del stays[entry.call]
        told = entry.seconds(1) if event.startswith("COMPLETE") else None  # wait, talk, original position
        talked = timedelta(seconds=told) if told is not None else max(entry.at - stay.connected_at, NOTHING)
        return stay.over(Outcome.ANSWERED, stay.waited, talked=talked)
    return None


def _connect(stays: dict[str, _Stay], entry: Entry, stay: _Stay | None) -> None:
    told = entry.seconds(0)
    waited = timedelta(seconds=told) if told is not None else entry.at - stay.entered_at if stay else NOTHING
    stay = stays.setdefault(entry.call, stay or _Stay(entry.call, entry.queue, entry.at - waited))
    rang = timedelta(seconds=entry.seconds(2) or 0.0)
    stay.agent, stay.connected_at, stay.waited = entry.agent, entry.at, max(waited, NOTHING)
    stay.offers.append(PastOffer(entry.agent, entry.at - rang, rang, taken=True))
