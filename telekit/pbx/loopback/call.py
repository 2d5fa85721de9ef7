"""A caller in memory: the `Call` port, with a caller who does what a test wants."""

import asyncio
import itertools
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from telekit.domain.call import Caller
from telekit.domain.line_check import LineReading
from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.errors import CallerGone, SwitchError, UnsafeValue
from telekit.pbx.loopback.phone import Leg
from telekit.pbx.loopback.switch import LoopbackSwitch
from telekit.pbx.port import OFFER_VARIABLE, LegAlive, OfferOutcome, Recording, RingOutcome, Talked, Whisper
from telekit.pbx.verbs import Verbs

T = TypeVar("T")

KEYS = "0123456789*#"
PROMPT = timedelta(seconds=2)
"""How long a prompt, and each digit that is said, lasts."""
MESSAGE = timedelta(seconds=10)
"""How long a caller speaks who leaves a message."""

_calls = itertools.count(1)


class LoopbackCall(Verbs):
    """One caller of a test.

    `keys` are pressed one by one, as soon as a verb listens; a comma lets one question pass unanswered. With
    `patience` the caller hangs up so long after the start. `press` and `leave` lead the caller by hand. What the
    caller went through stands in `story`.
    """

    def __init__(
        self,
        switch: LoopbackSwitch | None = None,
        *,
        dialed: str = "+33199001234",
        caller: Caller = Caller("+33199007788"),  # noqa: B008  (frozen)
        keys: str = "",
        patience: timedelta | None = None,
        language: str = "en",
        script: str = "route",
        arguments: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
        called: Leg | None = None,
        prompt: timedelta = PROMPT,
    ) -> None:
        """`called` is the leg of one who has not called but was called out; `prompt` is how long one lasts."""
        loop = asyncio.get_running_loop()
        self._prompt = prompt
        self.id = CallId(called.id if called is not None else f"loopback-{next(_calls)}")
        self.dialed, self.caller, self.language = dialed, caller, language
        self.script, self.arguments = script, dict(arguments or {})
        self.variables = dict(variables or {})
        self.story: list[str] = []
        self.answered = called is not None
        self.caller_left = self.passed_on = False
        """Whether an agent has passed the caller on; a test may say so."""
        self.music: str | None = None
        self.speaks, self.reading = True, LineReading()
        """Whether the caller says something when asked to, and what is measured of their leg."""
        self._switch = switch or LoopbackSwitch()
        self._keys = list(keys)
        self._listener: asyncio.Future[str] | None = None
        self._gone: asyncio.Future[None] = loop.create_future()
        self._over = False
        self._called = called
        self._switch.callers.add(self)
        if called is not None:
            called.over.add_done_callback(lambda _: self.leave())
        if patience is not None:
            loop.call_later(patience.total_seconds(), self.leave)

    def press(self, keys: str) -> None:
        """Press keys: the first is heard at once by a verb that listens, the others as one does."""
        self._keys.extend(keys)
        if self._listener is not None and not self._listener.done():
            self._listener.set_result(self._keys.pop(0))

    def leave(self) -> None:
        """Hang up, unless the call is over."""
        if not self._over and not self._gone.done():
            self.story.append("caller left")
            self._gone.set_result(None)

    @property
    def leg(self) -> LegAlive | None:
        """Give the caller's leg as the switch shows it; None when it is gone."""
        if self._over or self._gone.done() or self._called is not None:  # of that one the switch knows
            return None
        joined = self._switch.talk_of(self.id) is not None
        return LegAlive(LegId(self.id), self.id, None, None, joined, None, self._switch.now())

    async def answer(self) -> None:
        self._check()
        if not self.answered:
            self.answered = True
            self.story.append("answered")

    async def speak(self, language: str) -> None:
        self._check(language)
        if self.language != language:
            self.language = language
            self.story.append(f"speaks {language}")

    async def play(self, *prompts: str, interrupt: str = "") -> str:
        for prompt in prompts:
            self._check(prompt, interrupt)
            self.story.append(f"played {prompt}")
            if key := await self._listen(interrupt, self._prompt):
                return key
        return ""

    async def say_digits(self, digits: str, *, interrupt: str = "") -> str:
        self._check(digits, interrupt)
        self.story.append(f"said {digits}")
        return await self._listen(interrupt, self._prompt * len(digits))

    async def say_time(self, moment: datetime) -> None:
        self._check()
        self.story.append(f"said {moment:%H:%M}")
        await self._last(self._prompt)

    async def ask(self, *prompts: str, digits: int = 1, timeout: timedelta = timedelta(seconds=5)) -> str:
        pressed = ""
        silent = self._stays_silent()
        for prompt in prompts:
            self._check(prompt)
            self.story.append(f"played {prompt}")
            if pressed := await self._listen("" if silent else KEYS, self._prompt):
                break
        while len(pressed) < digits and not pressed.endswith("#"):
            key = await self._listen("" if silent else KEYS, timeout)
            if not key:
                break
            pressed += key
        self.story.append(f"pressed {pressed or 'nothing'}")
        return pressed.rstrip("#")

    async def _choose(self, *prompts: str, timeout: timedelta) -> str:
        heard = "" if self._stays_silent() else KEYS
        key = await self.play(*prompts, interrupt=heard) or await self._listen(heard, timeout)
        self.story.append(f"chose {key or 'nothing'}")
        return key

    async def music_on(self, kind: str = "default") -> None:
        self._check(kind)
        if self.music != kind:
            self.music = kind
            self.story.append(f"music {kind}")

    async def music_off(self) -> None:
        self._check()
        if self.music is not None:
            self.music = None
            self.story.append("music off")

    async def offer(
        self,
        phones: Sequence[Phone],
        *,
        ring: timedelta,
        offer: OfferId | None = None,
        music: str | None = None,
        whisper: Whisper | None = None,
        variables: Mapping[str, str] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> OfferOutcome:
        self._whispers(whisper)
        self._check(offer or "", music or "", *(variables or {}).values(), *(notes or {}).values())
        self.variables.update(notes or {})
        if offer is not None:
            self.variables[OFFER_VARIABLE] = offer
        offering = asyncio.ensure_future(self._switch.offer(self.id, phones, ring, offer))
        return await self._see_through(offering, f"offered {' & '.join(map(str, phones))}")

    async def _see_through(self, offering: "asyncio.Future[OfferOutcome]", what: str) -> OfferOutcome:
        try:
            await asyncio.wait((offering, self._gone), return_when=asyncio.FIRST_COMPLETED)
            outcome = offering.result() if offering.done() else await self._leave_offer(offering)
        finally:
            offering.cancel()
        told = f"talked {outcome.talked}" if isinstance(outcome, Talked) else outcome.cause.value
        self.story.append(f"{what}: {told}")
        self.answered = self.answered or isinstance(outcome, Talked)
        return outcome

    async def ring_all(
        self,
        phones: Mapping[OfferId, Phone],
        *,
        ring: timedelta,
        music: str | None = None,
        whispers: Mapping[OfferId, Whisper] | None = None,
    ) -> RingOutcome:
        self._whispers(*(whispers or {}).values())
        self._check(*phones, music or "")
        self.variables[OFFER_VARIABLE] = list(phones)[-1]
        ringing = asyncio.ensure_future(self._switch.ring_all(self.id, phones, ring))
        try:
            await asyncio.wait((ringing, self._gone), return_when=asyncio.FIRST_COMPLETED)
            if ringing.done():
                outcome = ringing.result()
            else:
                talked_with = self._switch.talks_with(self.id)
                outcome = RingOutcome(talked_with, (await self._leave_offer(ringing)).talked, {})
        finally:
            ringing.cancel()
        who = phones[outcome.talked_with] if outcome.talked_with is not None else None
        told = f"talked {outcome.talked} with {who}" if who is not None else "nobody"
        self.story.append(f"rang {' & '.join(map(str, phones.values()))}: {told}")
        self.answered = self.answered or who is not None
        return outcome

    async def connect(
        self, number: str, *, ring: timedelta, music: str | None = None, shown: str | None = None
    ) -> OfferOutcome:
        self._check(number, music or "", shown or "")
        self.variables.pop(OFFER_VARIABLE, None)
        ringing = self._switch.offer(self.id, [Phone(PhoneKind.TEL, number)], ring, None, confirm=False)
        return await self._see_through(asyncio.ensure_future(ringing), f"connected {number}")

    async def record(
        self,
        name: str,
        *,
        longest: timedelta = timedelta(minutes=3),
        silence: timedelta = timedelta(seconds=5),
    ) -> Recording:
        self._check(name)
        loop = asyncio.get_running_loop()
        began = loop.time()
        length = min(MESSAGE, longest)
        await asyncio.wait((self._gone,), timeout=length.total_seconds())
        length = min(length, timedelta(seconds=loop.time() - began))
        self.story.append(f"recorded {name}")
        return Recording(f"/loopback/{name}.wav", length)

    async def echo(self, *, longest: timedelta = timedelta(seconds=6)) -> bool:
        await self._last(longest)
        self.story.append("heard themselves" if self.speaks else "said nothing")
        if self.speaks:
            await self._last(longest)
        return self.speaks

    async def measure(self) -> LineReading:
        self._check()
        return self.reading

    async def get(self, variable: str) -> str | None:
        self._check(variable)
        return self.variables.get(variable)

    async def set(self, variable: str, value: str) -> None:
        self._check(variable, value)
        self.variables[variable] = value

    async def until(self, done: Awaitable[T]) -> T:
        future = asyncio.ensure_future(done)
        try:
            self._check()
            await asyncio.wait((future, self._gone), return_when=asyncio.FIRST_COMPLETED)
            if not future.done():
                self._check()
            return future.result()
        finally:
            if future is not done and not future.done():
                future.cancel()

    async def hang_up(self) -> None:
        self.caller_left = self._gone.done() and not self.passed_on
        if not self._over and not self._gone.done():
            self.story.append("hung up")
        self._end()

    async def hand_back(self, label: str | None = None) -> None:
        self._check(label or "")
        self.story.append("handed back" if label is None else f"handed back at {label}")
        self._end()

    def _end(self) -> None:
        self._over = True
        if self._called is not None:
            self._called.end()

    async def _leave_offer(self, offering: "asyncio.Future[Any]") -> Talked:
        """Take the caller out of an offer: gone while it rang, or at the end of a conversation."""
        talked = self._switch.talk_of(self.id)
        offering.cancel()
        await asyncio.wait((offering,))
        if talked is None:
            self._check()
        return Talked(talked or timedelta(0))

    def _whispers(self, *whispers: Whisper | None) -> None:
        for whisper in filter(None, whispers):
            self._check(*whisper.prompts)
            self.story.append(f"whispered in {whisper.language}: {' '.join(whisper.prompts)}")

    def _stays_silent(self) -> bool:
        if self._keys and self._keys[0] == ",":
            self._keys.pop(0)
            return True
        return False

    async def _listen(self, accepted: str, span: timedelta) -> str:
        """Wait so long for one key of those; a scripted one is pressed half-way."""
        self._check()
        if self._keys and self._keys[0] in accepted and self._keys[0] != ",":
            await self._last(span / 2)
            return self._keys.pop(0)
        if not accepted:
            await self._last(span)
            return ""
        self._listener = asyncio.get_running_loop().create_future()
        await asyncio.wait((self._listener, self._gone), timeout=span.total_seconds(), return_when="FIRST_COMPLETED")
        key = self._listener.result() if self._listener.done() else ""
        self._listener = None
        self._check()
        return key if key in accepted else ""

    async def _last(self, span: timedelta) -> None:
        await asyncio.wait((self._gone,), timeout=span.total_seconds())
        self._check()

    def _check(self, *words: str) -> None:
        for word in words:
            if any(ord(character) < 32 or ord(character) == 127 for character in word):
                raise UnsafeValue(f"A control character in {word!r}: it was not sent to the switch.")
        if self._over:
            raise SwitchError(f"The script has ended call {self.id} already: no verb can follow.")
        if self._gone.done():
            raise CallerGone(f"The caller of {self.id} has hung up.")
