"""Looking things up about calls: no caller waits longer than the rules say, and no answer is more than data."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from telekit.domain.call import Arrival
from telekit.domain.lookup import Known, Lookup
from telekit.domain.names import LookupName, VariableName
from telekit.domain.plan import Plan
from telekit.errors import LookupFailed, SettingsError, TelekitError
from telekit.service.breaker import Breaker
from telekit.service.lookup_cache import LookupCache
from telekit.service.lookup_http import MISSING, HttpClient, can_ask

log = logging.getLogger(__name__)

LONGEST_TEXT = 200
"""Characters of one value."""


class Outcome(StrEnum):
    """How a question fared."""

    ANSWERED = "answered"
    KEPT = "kept"
    """By an answer that still holds."""
    FAILED = "failed"
    SPARED = "spared"
    """Not asked, since the service has failed too often just now."""
    WITHHELD = "withheld"
    """Not asked, since the caller has no number."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What came of it."""

    known: Known
    outcome: Outcome
    took: float
    """Seconds."""
    why: str = ""
    """Why it failed."""


def require_client(plan: Plan) -> None:
    """Raise `SettingsError` when the rules have lookups and nothing is installed that could ask."""
    if plan.lookups and not can_ask():
        raise SettingsError(MISSING)


class Lookups:
    """Ask each service in its turn; keep answers, and leave alone who fails."""

    def __init__(self, secrets: Mapping[str, str] | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """`secrets` are sent as bearer tokens, by the name of the lookup."""
        self._secrets = dict(secrets or {})
        self._clock = clock
        self._cache: LookupCache[Known] = LookupCache(clock)
        self._breakers: dict[LookupName, Breaker] = {}
        self._client: HttpClient | None = None

    async def look_up(self, lookup: Lookup, arrival: Arrival) -> LookedUp:
        """Ask one thing about a call; done within the lookup's own time, and nothing that goes wrong is raised."""
        began = self._clock()
        if lookup.asks_for_caller and arrival.caller.number is None:
            return LookedUp({}, Outcome.WITHHELD, 0.0)
        address = address_for(lookup, arrival)
        question = (lookup.name, address, lookup.gives)
        kept = self._cache.find(question)
        if kept is not None:
            return LookedUp(kept, Outcome.KEPT, 0.0)
        breaker = self._breaker(lookup.name)
        if not breaker.lets_through():
            return LookedUp({}, Outcome.SPARED, 0.0)
        try:
            async with asyncio.timeout(lookup.within.total_seconds()):
                body = await self._ask(lookup, address)
            known = read_answer(lookup, body)
        except Exception as error:
            breaker.failed()
            why = _why(error)
            log.warning("lookup %s failed: %s", lookup.name, why)
            return LookedUp({}, Outcome.FAILED, self._clock() - began, why)
        breaker.succeeded()
        self._cache.keep(question, known, lookup.keep.total_seconds())
        return LookedUp(known, Outcome.ANSWERED, self._clock() - began)

    def is_down(self, lookup: LookupName) -> bool:
        """Say whether a service is left alone just now, because it has failed too often."""
        return lookup in self._breakers and self._breakers[lookup].is_open

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _ask(self, lookup: Lookup, address: str) -> bytes:
        if self._client is None:
            self._client = HttpClient()
        return await self._client.get(address, self._secrets.get(lookup.name))

    def _breaker(self, lookup: LookupName) -> Breaker:
        return self._breakers.setdefault(lookup, Breaker(self._clock))


def _why(error: Exception) -> str:
    """Tell a failure in a few words; whatever it is, it costs the caller no more than the answer."""
    match error:
        case TimeoutError():
            return "it took too long"
        case TelekitError():
            return str(error)
        case _:
            return repr(error)


def address_for(lookup: Lookup, arrival: Arrival) -> str:
    """Put a call's numbers into the address, each character that is no letter or digit percent-encoded."""
    numbers = {"{caller}": arrival.caller.number or "", "{dialed}": arrival.dialed}
    address = lookup.url
    for place, number in numbers.items():
        address = address.replace(place, quote(number, safe="", errors="replace"))
    return address


def read_answer(lookup: Lookup, body: bytes) -> Known:
    """Take what the lookup gives out of an answer; a value that is no plain short text is left out, and that is told.

    Raises `LookupFailed` when it is no JSON object.
    """
    if not body:
        return {}
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise LookupFailed("its answer is not JSON") from error
    if not isinstance(answer, dict):
        raise LookupFailed("its answer is JSON, but no object")
    known: dict[VariableName, str] = {}
    for variable in lookup.gives:
        text = answer.get(variable)
        if isinstance(text, str) and len(text) <= LONGEST_TEXT and text.isprintable():
            known[variable] = text
        elif text is not None:
            log.warning("lookup %s: %s is no text of at most %d characters", lookup.name, variable, LONGEST_TEXT)
    return known
