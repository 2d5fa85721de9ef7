"""Who was promised to be called back: what stands in the journal, and by which number they are known when they call."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from telekit.acd.actions import CallbackPromised
from telekit.domain.call import Caller
from telekit.domain.callback import Callback, CallbackRules
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId, QueueName
from telekit.domain.numbering import country_of, to_e164

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
"""E.164: nothing else that a caller has told is ever dialled."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One caller who is to be called back, as they were when it was promised or telekit has started."""

    call: CallId
    queue: QueueName
    state: Callback
    entered_at: datetime
    came_at: datetime
    priority: int
    dialed: str = ""
    caller: Caller = Caller(None)  # noqa: RUF009  (frozen)
    offers: int = 0


class Promises:
    """All that hold."""

    def __init__(self) -> None:
        self._promises: dict[CallId, Promise] = {}
        self._by_number: dict[str, dict[CallId, None]] = {}
        self._arrived: dict[CallId, tuple[str, Caller]] = {}
        """What calls that are led have dialled, and who they are."""

    def __contains__(self, call: CallId) -> bool:
        return call in self._promises

    def find(self, call: CallId) -> Promise | None:
        """Give the promise of a call, if there is one."""
        return self._promises.get(call)

    def of(self, number: str | None, dialed: str, queue: QueueName) -> Collection[CallId]:
        """Name the calls in a queue whose callers have this number, or are to be called there; the first one first."""
        if not self._promises or not number:
            return ()
        found: dict[CallId, None] = {}
        for spelled in _spellings(number, dialed):
            found |= self._by_number.get(spelled, {})
        return [call for call in self._promises if call in found and self._promises[call].queue == queue]

    def allow(self, call: CallId, number: str, rules: CallbackRules) -> bool:
        """Say whether a number that came from a caller is one, and is theirs or one that the rules allow."""
        promise = self._promises.get(call)
        if not NUMBER.fullmatch(number):
            return False
        if promise is not None and promise.caller.number:
            own = to_e164(promise.caller.number, rules.country_of_callers(promise.dialed))
            if number == own:
                return True
        return bool(rules.allow) and number.startswith(rules.allow)

    def note(self, fact: Fact) -> None:
        """Take in who calls, and that a call has ended."""
        call = fact.call
        if call is not None and fact.kind is FactKind.CALL_ARRIVED:
            self._arrived[call] = _who(fact)
            self.discard(call)  # who was about to hang up is on the line after all
        elif call is not None and fact.kind is FactKind.CALL_ENDED:
            self._arrived.pop(call, None)

    def add(self, promised: CallbackPromised, at: datetime) -> None:
        """Take in a promise that was made just now."""
        dialed, caller = self._arrived.get(promised.call, ("", Caller(None)))
        self.keep(
            Promise(
                promised.call,
                promised.queue,
                Callback(promised.number, at),
                promised.entered_at,
                promised.came_at,
                promised.priority,
                dialed,
                caller,
            )
        )

    def keep(self, promise: Promise) -> None:
        """Take in a promise."""
        self._promises[promise.call] = promise
        for number in _numbers(promise):
            self._by_number.setdefault(number, {})[promise.call] = None

    def discard(self, call: CallId) -> None:
        """Forget a promise that was kept, or is no more."""
        promise = self._promises.pop(call, None)
        for number in _numbers(promise) if promise is not None else ():
            calls = self._by_number.get(number, {})
            calls.pop(call, None)
            if not calls:
                self._by_number.pop(number, None)


def read_promises(facts: Iterable[Fact]) -> Iterator[Promise]:
    """Read promises that hold off the facts of their calls, those of one call together and in order."""
    for call, told in groupby(facts, key=lambda fact: fact.call):
        promise = _read(call, told) if call is not None else None
        if promise is not None:
            yield promise


def _read(call: CallId, facts: Iterable[Fact]) -> Promise | None:
    who: tuple[str, Caller] = ("", Caller(None))
    offers = 0
    promise: Promise | None = None
    for fact in facts:
        told = fact.details
        match fact.kind:
            case FactKind.CALL_ARRIVED:
                who, promise = _who(fact), None
            case FactKind.OFFERED if fact.offer is not None:
                number = fact.offer.rpartition(".")[2]
                offers = max(offers, int(number)) if number.isdecimal() else offers
            case FactKind.CALLBACK_PROMISED if fact.queue is not None:
                entered_at, came_at = (_moment(told.get(name), fact.at) for name in ("entered_at", "came_at"))
                state, priority = Callback(str(told.get("number")), fact.at), told.get("priority")
                urgent = priority if isinstance(priority, int) else 0
                promise = Promise(call, fact.queue, state, entered_at, came_at, urgent, *who)
            case FactKind.CALLBACK_TRIED if promise is not None:
                tries, again = told.get("tries"), told.get("again_at")
                again_at = _moment(again, fact.at) if again is not None else None
                tried = tries if isinstance(tries, int) else promise.state.tries
                promise = replace(promise, state=replace(promise.state, tries=tried, again_at=again_at))
            case _:
                pass
    return replace(promise, offers=offers) if promise is not None else None


def _who(fact: Fact) -> tuple[str, Caller]:
    number, name = fact.details.get("caller"), fact.details.get("name")
    return str(fact.details.get("dialed") or ""), Caller(str(number) if number else None, str(name or ""))


def _numbers(promise: Promise) -> Iterator[str]:
    yield promise.state.number
    if promise.caller.number:
        yield from _spellings(promise.caller.number, promise.dialed)


def _spellings(number: str, dialed: str) -> set[str]:
    """Give a number as it came, and as it is known everywhere."""
    known = to_e164(number, country_of(dialed))
    return {number, known} if known is not None else {number}


def _moment(seconds: object, at: datetime) -> datetime:
    return datetime.fromtimestamp(seconds, at.tzinfo) if isinstance(seconds, int | float) else at
