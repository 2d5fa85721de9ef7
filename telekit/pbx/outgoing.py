"""Calls that telekit makes by itself: what becomes of each, until a script leads it or none will.

Nothing is ever asked for twice. What happens is told by events; where none comes, the switch is asked what is alive.
"""

import asyncio
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlencode

from telekit.domain.names import OURS, CallId, LegId
from telekit.domain.phone import Phone
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError, UnsafeValue
from telekit.pbx.attempt import Attempt

log = logging.getLogger(__name__)

T = TypeVar("T")

LONGEST_NAME = 149
"""Source: Asterisk include/asterisk/channel.h, AST_MAX_PUBLIC_UNIQUEID; FreeSWITCH's are longer."""
LOOKS_AFTER = 5.0
"""Seconds without news after the end of the ring time, and again after each look."""
LOOKS_SOON = 1.0
"""Seconds until then when it is not known whether the request came through."""

_NAME = re.compile(rf"{OURS}[A-Za-z0-9_.-]+")
_SCRIPT = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Outgoing(ABC):
    """See legs through that are being made."""

    def __init__(self, switch: str) -> None:
        """`switch` is its name, for what is said of it."""
        self._switch = switch
        self._attempts: dict[LegId, Attempt] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def stop(self) -> None:
        """Cancel what is still to be done."""
        for task in tuple(self._tasks):
            task.cancel()

    def ends(self, leg: LegId) -> None:
        """Note that we end a leg: one that is still on its way is ended when it comes."""
        attempt = self._attempts.get(leg)
        if attempt is not None and not attempt.unwanted:
            attempt.unwanted = True
            rings_until = attempt.ring.total_seconds() + LOOKS_AFTER
            asyncio.get_running_loop().call_later(rings_until, self._attempts.pop, leg, None)

    def leads(self, call: CallId) -> None:
        """Note that a script leads somebody."""
        self._note(LegId(call), led=True)

    async def _make(
        self, attempt: Attempt, phone: Phone, request: Coroutine[Any, Any, T], refusal: Callable[[T], str]
    ) -> MissCause | None:
        """Send the request for a leg, and see it through; `refusal` reads from the answer why none is made.

        Raises what the port says.
        """
        if attempt.leg in self._attempts:
            request.close()
            raise SwitchError(f"The leg {attempt.leg} is being made already: each has a name of its own.")
        self._attempts[attempt.leg] = attempt
        sent = self._do(request)
        sent.add_done_callback(lambda _: self._take_answer(attempt, phone, sent, refusal))
        try:
            return await self._see_through(attempt)
        except asyncio.CancelledError:
            self._give_up(attempt)
            raise
        finally:
            if not attempt.unwanted:
                self._attempts.pop(attempt.leg, None)

    async def _see_through(self, attempt: Attempt) -> MissCause | None:
        loop = asyncio.get_running_loop()
        while not attempt.led:
            now, settled_at = loop.time(), attempt.settled_at
            if attempt.refused:
                raise SwitchError(attempt.refused)
            if attempt.lost:
                raise LinkError(
                    f"the link to {self._switch} was lost before it told what becomes of the leg {attempt.leg}"
                )
            if settled_at is not None and settled_at <= now:
                if attempt.answered and not attempt.asks and not attempt.unwanted:
                    log.info("the leg %s was answered, and put down before its script began", attempt.leg)
                return attempt.outcome
            if attempt.look_at <= now:
                attempt.look_at = now + LOOKS_AFTER
                await self._look(attempt)
                continue
            attempt.news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(attempt.look_at if settled_at is None else settled_at):
                    await attempt.news.wait()
        return None

    def _take_answer(
        self, attempt: Attempt, phone: Phone, sent: "asyncio.Task[T]", refusal: Callable[[T], str]
    ) -> None:
        """Take in what the switch has said to the request itself."""
        if sent.cancelled():
            return
        error = sent.exception()
        if isinstance(error, LinkError):
            attempt.unsure = True
            attempt.look_at = asyncio.get_running_loop().time() + LOOKS_SOON
            log.warning("%s may be called, or not: %s", phone.in_logs, error)
        else:
            attempt.refused = str(error) if error is not None else refusal(sent.result())
        attempt.news.set()

    @abstractmethod
    async def _look(self, attempt: Attempt) -> None:
        """Ask what has become of a leg of which nothing was told, and tell `_found` or `_is_gone`.

        Raises `LinkError` when that is not to be known.
        """

    @abstractmethod
    async def _hang_up(self, leg: LegId) -> None:
        """End a leg; one that is gone already, and a link that is down, are fine."""

    def _is_gone(self, attempt: Attempt) -> None:
        """Take in that there is no such leg; raises `LinkError` when nobody knows whether there will be one."""
        now = asyncio.get_running_loop().time()
        if attempt.unsure and not attempt.seen:
            self._give_up(attempt)
            raise LinkError(f"it is not known whether {self._switch} was asked for the leg {attempt.leg}")
        attempt.failed_at, attempt.ended_at = attempt.failed_at or now, attempt.ended_at or now

    def _found(self, attempt: Attempt, *, answered: bool) -> None:
        """Take in that there is such a leg; one that rings for ever is ended."""
        attempt.seen, attempt.answered = True, answered
        now = asyncio.get_running_loop().time()
        if not answered and now >= attempt.began_at + attempt.ring.total_seconds() + LOOKS_AFTER:
            self._give_up(attempt)

    def _give_up(self, attempt: Attempt) -> None:
        self.ends(attempt.leg)
        self._do(self._hang_up(attempt.leg))

    def _note(self, leg: LegId, **told: Any) -> None:
        """Take in news of a leg; one that nobody wants any more is ended."""
        attempt = self._attempts.get(leg)
        if attempt is None:
            return
        for name, value in told.items():
            setattr(attempt, name, value)
        attempt.news.set()
        if attempt.unwanted and attempt.ended_at is None and attempt.failed_at is None:
            self._do(self._hang_up(leg))

    def _lose(self) -> None:
        for leg in tuple(self._attempts):
            self._note(leg, lost=True)

    def _do(self, errand: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.get_running_loop().create_task(errand)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def leg_name(name: LegId) -> str:
    """Take the name of a leg that is to be made; raises `UnsafeValue` for another's."""
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise UnsafeValue(f"{name!r} cannot name a leg that is to be made: `own_leg` makes such names.")
    return name


def called(script: str, arguments: Mapping[str, str]) -> str:
    """Write a script and its arguments as the dialplan calls it."""
    if not _SCRIPT.fullmatch(script):
        raise UnsafeValue(f"{script!r} cannot be a script here: letters, digits and - _ only.")
    for text in (*arguments, *arguments.values()):
        if _CONTROL.search(text):
            raise UnsafeValue(f"A control character in {text!r}: it was not sent.")
    try:
        return f"{script}?{urlencode(arguments)}" if arguments else script
    except UnicodeEncodeError as error:
        raise UnsafeValue(f"An argument of {script} is not text: it was not sent.") from error
