"""A caller who waits asks to be called back, or is offered it, and agrees on a number.

Whatever goes wrong in this, and whatever is not understood, leaves the caller in the line as before.
"""

import logging
from datetime import timedelta
from enum import StrEnum

from telekit.acd.events import CallbackAgreed, CallbackDeclined
from telekit.callflow import prompts
from telekit.callflow.desk import Desk
from telekit.callflow.say import NOT_DONE, say
from telekit.domain.callback import CallbackRules
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import QueueName
from telekit.domain.numbering import as_dialled, to_e164
from telekit.pbx.port import Call

log = logging.getLogger(__name__)

YES, OTHER, STAY = "1", "2", "*"

TRIES = 3
"""How many numbers a caller may try."""
MOST_TYPED = 18
"""Keys: a number's 15 digits and what is dialled before that of another country."""
TYPED_WITHIN = timedelta(seconds=5)
"""From one digit to the next."""

_SPOKEN_KEYS = {"*": "digits/star", "#": "digits/pound"}
_SPOKEN_YES = f"digits/{YES}"


class Declined(StrEnum):
    """Why a caller waits on, to whom it was offered or who has asked."""

    CALLER = "caller"
    NO_NUMBER = "no-number"
    """None was told, or none that can be called."""
    NOT_NOW = "not-now"
    """Nobody could make it in time."""


class CallbackRequest:
    """One caller's way to be called back, while they wait in one queue."""

    def __init__(self, call: Call, desk: Desk, queue: QueueName) -> None:
        self._call = call
        self._desk = desk
        self._queue = queue
        self._runs = False
        self.wanted = False
        """The caller has asked, or was offered it: it is still to be talked over."""
        self._offered = False
        self._before: tuple[str, ...] | None = None
        self.told = False
        """The caller has heard that nobody is there, and the question."""
        self._agreed: str | None = None
        """The number, from when it is agreed on: should a phone ring for the caller just then, it still holds."""

    @property
    def runs(self) -> bool:
        """Whether it is being talked over."""
        return self._runs

    @property
    def key(self) -> str:
        """The key by which the caller may ask; empty for none."""
        rules = self._rules
        return rules.key or "" if rules is not None else ""

    def may_be_asked_for(self) -> bool:
        """Say whether the caller is to be told of the key."""
        rules = self._rules
        if rules is None or rules.key is None:
            return False
        return _Numbers(self._call, rules).has_some and self._desk.may_call_back(self._call.id)

    def spoken(self) -> tuple[str, ...]:
        """Tell of the key."""
        return (prompts.CALLBACK_PRESS, _SPOKEN_KEYS.get(self.key, f"digits/{self.key}"))

    def is_offered(self, before: tuple[str, ...] | None = None) -> None:
        """Note that it is to be offered; to a caller for whom nobody is there, after these prompts."""
        self.wanted = self._offered = True
        self._before = before

    def is_asked_for(self) -> None:
        """Note that the caller has asked for it."""
        self.wanted, self._offered, self._before = True, False, None

    async def talk_over(self) -> None:
        """Agree on it or not; a caller who was cut short is offered it when they wait again."""
        rules, offered, self._offered = self._rules, self._offered, True
        if rules is None:  # the new rules no longer have it
            self.wanted = False
            return
        if self._agreed is not None:
            self._agree_on(self._agreed)
            return
        numbers = _Numbers(self._call, rules)
        if offered and (why := self._obstacle(numbers)) is not None:  # they hear nothing of it
            self.wanted = False
            self._record(why)
            return
        self._runs = True
        try:
            outcome = await self._settle(numbers, offered=offered)
        except NOT_DONE as error:
            log.error("call %s cannot be asked about a callback: %s", self._call.id, error)
            outcome = Declined.NOT_NOW
        finally:
            self._runs = False
        if isinstance(outcome, Declined):
            self.wanted = False
            self._record(outcome)
            if self._before is None:
                await say(self._call, prompts.CALLBACK_HOLD)
        else:
            self._agree_on(outcome)

    def waits_again(self) -> None:
        """Note that a phone has rung for the caller in vain, also while they agreed."""
        self.wanted = self.wanted or self._agreed is not None
        self.told = False

    def _obstacle(self, numbers: "_Numbers") -> Declined | None:
        """Say why a callback cannot be promised, whatever the caller wants."""
        if not self._desk.may_call_back(self._call.id):
            return Declined.NOT_NOW
        return None if numbers.has_some else Declined.NO_NUMBER

    def _record(self, why: Declined) -> None:
        desk, details = self._desk, {"why": why.value}
        desk.record(Fact(desk.now(), FactKind.CALLBACK_DECLINED, self._call.id, self._queue, details=details))
        desk.tell(CallbackDeclined(self._call.id))

    def _agree_on(self, number: str) -> None:
        self._agreed, self.wanted = number, False
        self._desk.tell(CallbackAgreed(self._call.id, number))

    @property
    def _rules(self) -> CallbackRules | None:
        queue = self._desk.plan.queues.get(self._queue)
        return queue.callback if queue is not None else None

    async def _settle(self, numbers: "_Numbers", *, offered: bool) -> str | Declined:
        """Give the number that was agreed on."""
        if offered:
            wishes = await self._call.menu(*self._question(), choices=YES, tries=1) == YES
            return await self._agree(numbers) if wishes else Declined.CALLER
        if (why := self._obstacle(numbers)) is not None:
            not_now = why is Declined.NOT_NOW
            await say(self._call, prompts.CALLBACK_NOT_NOW if not_now else prompts.CALLBACK_WITHHELD)
            return why
        return await self._agree(numbers)

    def _question(self) -> tuple[str, ...]:
        if self._before is None:
            return (prompts.CALLBACK_OFFER,)
        self.told = True
        return (*self._before, prompts.CALLBACK_PRESS, _SPOKEN_YES)

    async def _agree(self, numbers: "_Numbers") -> str | Declined:
        number, typed = numbers.own, 0
        while True:
            while number is None:
                if typed == TRIES:
                    return Declined.NO_NUMBER
                typed += 1
                keys = await self._call.ask(prompts.CALLBACK_TYPE, digits=MOST_TYPED, timeout=TYPED_WITHIN)
                if keys == STAY:
                    return Declined.CALLER
                number = numbers.read(keys)
                if keys and number is None:
                    await say(self._call, prompts.CALLBACK_REFUSED)
            choice = await self._confirm(number, numbers)
            if choice == YES:
                return number
            if choice != OTHER:
                return Declined.CALLER
            number = None

    async def _confirm(self, number: str, numbers: "_Numbers") -> str | None:
        call = self._call
        question, keys = prompts.CALLBACK_CONFIRM, YES + STAY
        if numbers.may_be_others:
            question, keys = prompts.CALLBACK_CONFIRM_OR_CHANGE, YES + OTHER + STAY
        return (
            await call.play(prompts.CALLBACK_NUMBER, interrupt=keys)
            or await call.say_digits(as_dialled(number, numbers.country), interrupt=keys)
            or await call.menu(question, choices=keys, tries=2, invalid=prompts.MENU_INVALID)
        )


class _Numbers:
    """The numbers at which a caller may be called back."""

    def __init__(self, call: Call, rules: CallbackRules) -> None:
        self._allow = rules.allow
        self.country = rules.country_of_callers(call.dialed)
        """The country whose way of dialling holds: that of the number that was dialled, where it tells one."""
        self.own = to_e164(call.caller.number or "", self.country)
        """The number that they call from; None when it was withheld, or nobody can be called there."""

    @property
    def may_be_others(self) -> bool:
        return bool(self._allow)

    @property
    def has_some(self) -> bool:
        return self.own is not None or self.may_be_others

    def read(self, keys: str) -> str | None:
        """Read a number that was typed; None for one that is not called."""
        number = to_e164(keys, self.country)
        return number if number is not None and (number == self.own or number.startswith(self._allow)) else None
