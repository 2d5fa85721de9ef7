"""What a caller who waits is told: the place in the line, the expected wait, how to be called back, a word of comfort.

Never worse news.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import assert_never

from telekit.acd.estimate import Estimate
from telekit.callflow.callback_request import CallbackRequest
from telekit.callflow.desk import Desk
from telekit.callflow.prompts import prompt_named
from telekit.callflow.say import NOT_DONE, say
from telekit.callflow.spoken import minutes_told, spoken_place, spoken_wait
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import QueueName
from telekit.domain.queue import Queue
from telekit.pbx.port import Call

log = logging.getLogger(__name__)

TOGETHER = timedelta(seconds=5)
"""What is due so soon after something else is told with it."""

LOOK_AGAIN = timedelta(seconds=30)
"""The rules are looked into at least so often: others may hold by now."""

CALLBACK_EVERY = timedelta(minutes=2)
"""How often a caller is told of the key for a callback."""


class _Topic(Enum):
    """What may be told, in the order in which it is."""

    POSITION = auto()
    EXPECTED_WAIT = auto()
    CALLBACK = auto()
    COMFORT = auto()


class Announcer:
    """Tells one caller how the line stands, as often as the queue's rules say.

    A place further back, or a longer wait, than the caller was told before is left out: the caller has heard better.
    """

    def __init__(self, call: Call, desk: Desk, queue: QueueName, callback: CallbackRequest, *, is_new: bool) -> None:
        """Begin to count time; a caller who `is_new` to the line is told how it stands at once."""
        self._call = call
        self._desk = desk
        self._queue = queue
        self._callback = callback
        now = desk.now()
        self._told_at: dict[_Topic, datetime | None] = dict.fromkeys(_Topic, None if is_new else now)
        self._told_at[_Topic.COMFORT] = now
        self._place: int | None = None
        self._minutes: int | None = None

    async def announce(self, *before: str) -> None:
        """Tell what is due now, after these prompts; a caller who presses the key for a callback interrupts it."""
        if before:
            await self._say(*before)
        if not self._callback.wanted:
            await self._say(*self._take_due())

    def has_talked_over(self) -> None:
        """Note that the caller has just been asked about a callback: to be told of the key can wait."""
        self._told_at[_Topic.CALLBACK] = self._desk.now()

    async def go_on(self) -> None:
        """Announce while the caller waits, until they ask to be called back, or it is cancelled."""
        while not self._callback.wanted:
            now = self._desk.now()
            # A clock that was set back must not silence the caller until it is as late again.
            self._told_at = {topic: min(at, now) if at is not None else None for topic, at in self._told_at.items()}
            next_at = self._next_at()
            if next_at is not None and next_at <= now:
                await self.announce()
            else:
                delay = min(next_at - now, LOOK_AGAIN) if next_at is not None else LOOK_AGAIN
                await self._listen(delay)

    async def _say(self, *prompts: str) -> None:
        if await say(self._call, *prompts, interrupt=self._callback.key):
            self._callback.is_asked_for()

    async def _listen(self, span: timedelta) -> None:
        """Let time pass, for less long when the key for a callback is pressed."""
        key = self._callback.key
        if key:
            try:
                if await self._call.menu(choices=key, tries=1, timeout=span) == key:
                    self._callback.is_asked_for()
                return
            except NOT_DONE as error:
                log.error("call %s cannot be heard to press a key: %s", self._call.id, error)
        await self._call.until(asyncio.sleep(span.total_seconds()))

    def _next_at(self) -> datetime | None:
        moments = [at for topic in _Topic if (at := self._due_at(topic)) is not None]
        return min(moments, default=None)

    def _due_at(self, topic: _Topic) -> datetime | None:
        """Give when something is to be told next; None when never."""
        queue = self._desk.plan.queues.get(self._queue)
        every = _every(queue, topic) if queue is not None else None
        if every is None:
            return None
        told_at = self._told_at[topic]
        return told_at + every if told_at is not None else self._desk.now()

    def _take_due(self) -> list[str]:
        """Give the prompts of what is due, and count it as told."""
        now = self._desk.now()
        due = [topic for topic in _Topic if (at := self._due_at(topic)) is not None and at <= now + TOGETHER]
        self._told_at |= dict.fromkeys(due, now)
        prompts = self._take_outlook(due, now) if {_Topic.POSITION, _Topic.EXPECTED_WAIT} & set(due) else []
        if _Topic.CALLBACK in due and self._callback.may_be_asked_for():
            prompts += self._callback.spoken()
        queue = self._desk.plan.queues.get(self._queue)
        if _Topic.COMFORT in due and queue is not None and queue.comfort is not None:
            prompts += map(prompt_named, queue.comfort.play)
        return prompts

    def _take_outlook(self, due: list[_Topic], now: datetime) -> list[str]:
        outlook = self._desk.outlook(self._call.id)
        if outlook is None:
            return []
        language, estimate = self._call.language, outlook.estimate
        place, wait = outlook.position, minutes_told(estimate.wait) if estimate is not None else None
        prompts: list[str] = []
        told: list[str] = []
        if _Topic.POSITION in due and not _is_worse(place, self._place):
            self._place = place
            prompts += spoken_place(place, language)
            told.append("position")
        is_known = estimate is not None and estimate.known_well
        if _Topic.EXPECTED_WAIT in due and is_known and wait is not None and not _is_worse(wait, self._minutes):
            self._minutes = wait
            prompts += spoken_wait(wait, language)
            told.append("expected wait")
        if told:
            self._record(place, estimate, told, now)
        return prompts

    def _record(self, place: int, estimate: Estimate | None, told: list[str], now: datetime) -> None:
        details: dict[str, str | int | float | None] = {
            "told": " and ".join(told),
            "position": place,
            "expected_wait": _seconds(estimate.wait) if estimate is not None else None,
            "least": _seconds(estimate.least) if estimate is not None else None,
            "most": _seconds(estimate.most) if estimate is not None else None,
        }
        self._desk.record(Fact(now, FactKind.ANNOUNCED, self._call.id, self._queue, details=details))


def _every(queue: Queue, topic: _Topic) -> timedelta | None:
    match topic:
        case _Topic.POSITION:
            return queue.announce.position
        case _Topic.EXPECTED_WAIT:
            return queue.announce.expected_wait
        case _Topic.CALLBACK:
            asked_by_key = queue.callback is not None and queue.callback.key is not None
            return CALLBACK_EVERY if asked_by_key else None
        case _Topic.COMFORT:
            return queue.comfort.every if queue.comfort is not None else None
        case _:
            assert_never(topic)


def _is_worse(now: int, before: int | None) -> bool:
    return before is not None and now > before


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 1)
