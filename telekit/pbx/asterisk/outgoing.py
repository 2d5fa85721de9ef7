"""Calls that telekit makes by itself: what is asked of Asterisk, and what becomes of it.

Asterisk is asked over an account of its own, which may do nothing else; what happens is told over the link that tells
all the rest. So nothing depends on the answer to the request: it may come late, or never.

Source: Asterisk main/manager.c (action_originate, fast_originate), main/pbx.c (pbx_outgoing_attempt), main/dial.c
(handle_call_forward).
"""

import asyncio
import logging
import re
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from telekit.domain.names import OURS, CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError, TelekitError, UnsafeValue
from telekit.pbx import word
from telekit.pbx.asterisk.agi import dial
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.attempt import Attempt
from telekit.pbx.asterisk.calling_account import CallingAccount
from telekit.pbx.port import OFFER_VARIABLE

log = logging.getLogger(__name__)

T = TypeVar("T")

CONTEXT = "telekit-called"
"""Where a leg begins that has answered; no phone and no trunk leads there."""
NOWHERE = "telekit-nowhere"
"""No such context: where a phone's wish to be rung elsewhere leads."""
GONE = "No such channel"
"""Source: Asterisk main/manager.c, action_hangup, action_getvar."""
LONGEST_NAME = 149
"""Source: Asterisk include/asterisk/channel.h, AST_MAX_PUBLIC_UNIQUEID."""
LOOKS_AFTER = 5.0
"""Seconds without news after the end of the ring time, and again after each look."""
LOOKS_SOON = 1.0
"""Seconds until then when it is not known whether the request came through."""

_NAME = re.compile(rf"{OURS}[A-Za-z0-9_.-]+")
_SCRIPT = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Outgoing:
    """Make legs, and tell when a script leads them or why none does."""

    def __init__(
        self, link: Link, account: CallingAccount, *, trunk: str | None = None, number: str | None = None
    ) -> None:
        """`trunk` leads outside, where `number` is seen rather than any other."""
        self._link = link
        self._account = account
        self._trunk = trunk
        self._number = number
        self._attempts: dict[LegId, Attempt] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Listen to what happens."""
        self._link.subscribe("DialBegin", self._hear_begin)
        self._link.subscribe("OriginateResponse", self._hear_response)
        self._link.subscribe("Hangup", self._hear_end)
        self._link.on_down(lambda _: self._lose())

    def stop(self) -> None:
        """Cancel what is still to be done."""
        for task in tuple(self._tasks):
            task.cancel()

    async def call_out(
        self,
        phone: Phone,
        script: str,
        *,
        arguments: Mapping[str, str],
        leg: LegId,
        ring: timedelta,
        offer: OfferId | None = None,
        shown: str | None = None,
    ) -> MissCause | None:
        """Do what the port says."""
        if phone.kind is PhoneKind.TEL:
            shown = self._number or shown
        headers = {
            "Channel": dial.destination(phone, self._trunk),
            "Context": CONTEXT,
            "Exten": "s",
            "Priority": "1",
            "Timeout": str(max(1, round(ring.total_seconds() * 1000))),
            "Async": "true",
            "ChannelId": _leg(leg),
            **({"CallerID": f"<{word.number(shown)}>"} if shown else {}),
        }
        variables = _variables(phone, _called(script, arguments), leg, offer, shown)
        if leg in self._attempts:
            raise SwitchError(f"The leg {leg} is being made already: each has a name of its own.")
        if not self._link.up:
            raise LinkError(f"{phone.in_logs} is not called: the link to Asterisk is down")
        account = self._account.require()
        now, seconds = asyncio.get_running_loop().time(), ring.total_seconds()
        asks = phone.confirm and offer is not None
        attempt = self._attempts[leg] = Attempt(leg, ring, asks, now, now + seconds + LOOKS_AFTER)
        request = self._do(account.ask("Originate", timeout=None, Variable=variables, **headers))
        request.add_done_callback(lambda _: _take_answer(attempt, phone, request))
        try:
            return await self._see_through(attempt)
        except asyncio.CancelledError:
            self._give_up(attempt)
            raise
        finally:
            if not attempt.unwanted:
                self._attempts.pop(leg, None)

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

    async def _see_through(self, attempt: Attempt) -> MissCause | None:
        loop = asyncio.get_running_loop()
        while not attempt.led:
            now, settled_at = loop.time(), attempt.settled_at
            if attempt.refused:
                raise SwitchError(attempt.refused)
            if attempt.lost:
                raise LinkError(f"the link to Asterisk was lost before it told what becomes of the leg {attempt.leg}")
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

    async def _look(self, attempt: Attempt) -> None:
        """Ask what has become of a leg of which nothing was told; raises `LinkError` when that is not to be known."""
        answer = await self._link.ask("Getvar", Channel=attempt.leg, Variable="CHANNEL(state)")
        now = asyncio.get_running_loop().time()
        if answer.get("Message") == GONE:
            if attempt.unsure and not attempt.seen:
                self._give_up(attempt)
                raise LinkError(f"it is not known whether Asterisk was asked for the leg {attempt.leg}")
            attempt.failed_at, attempt.ended_at = attempt.failed_at or now, attempt.ended_at or now
        elif answer.ok:
            attempt.seen, attempt.answered = True, answer.get("Value") == "Up"
            if not attempt.answered and now >= attempt.began_at + attempt.ring.total_seconds() + LOOKS_AFTER:
                self._give_up(attempt)

    def _give_up(self, attempt: Attempt) -> None:
        self.ends(attempt.leg)
        self._do(self._hang_up(attempt.leg))

    async def _hang_up(self, leg: LegId) -> None:
        with suppress(TelekitError):
            await self._link.ask("Hangup", Channel=leg)

    def _hear_begin(self, message: Message) -> None:
        if self._attempts:
            self._note(LegId(message.get("DestUniqueid", "")), seen=True)

    def _hear_response(self, message: Message) -> None:
        leg = LegId(message.get("Uniqueid", ""))
        if message.get("Response") == "Success":
            self._note(leg, answered=True)
        else:
            self._note(leg, answered=False, failed_at=asyncio.get_running_loop().time())

    def _hear_end(self, message: Message) -> None:
        if self._attempts:
            now = asyncio.get_running_loop().time()
            self._note(LegId(message.get("Uniqueid", "")), seen=True, ended_at=now, cause=message.get("Cause", ""))

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


def _take_answer(attempt: Attempt, phone: Phone, request: "asyncio.Task[Message]") -> None:
    """Take in what Asterisk has said to the request itself: whether it tries."""
    if request.cancelled():
        return
    error = request.exception()
    if isinstance(error, LinkError):
        attempt.unsure = True
        attempt.look_at = asyncio.get_running_loop().time() + LOOKS_SOON
        log.warning("%s may be called, or not: %s", phone.in_logs, error)
    elif error is not None:
        attempt.refused = str(error)
    elif not request.result().ok:
        attempt.refused = _refusal(phone, request.result().get("Message", ""))
    attempt.news.set()


def _refusal(phone: Phone, why: str) -> str:
    """Say what to do about a request that Asterisk refuses."""
    if why == "Extension does not exist.":
        mend = f"its dialplan has no [{CONTEXT}]; run `telekit render asterisk`, then `core reload` in Asterisk"
    elif why == "Permission denied":
        mend = "telekit's second manager account needs `write = originate`, as the shipped manager.conf gives it"
    else:
        mend = "its log says more"
    return f"Asterisk did not call {phone.in_logs} ({why}): {mend}."


def _leg(name: LegId) -> str:
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise UnsafeValue(f"{name!r} cannot name a leg that is to be made: `own_leg` makes such names.")
    return name


def _called(script: str, arguments: Mapping[str, str]) -> str:
    """Write a script and its arguments as the dialplan calls it."""
    if not _SCRIPT.fullmatch(script):
        raise UnsafeValue(f"{script!r} cannot be a script here: letters, digits and - _ only.")
    for text in (*arguments, *arguments.values()):
        if _CONTROL.search(text):
            raise UnsafeValue(f"A control character in {text!r}: it was not sent to Asterisk.")
    try:
        return f"{script}?{urlencode(arguments)}" if arguments else script
    except UnicodeEncodeError as error:
        raise UnsafeValue(f"An argument of {script} is not text: it was not sent to Asterisk.") from error


def _variables(phone: Phone, called: str, leg: LegId, offer: OfferId | None, shown: str | None) -> Sequence[str]:
    """Give the leg's variables, none of which its own calls inherit."""
    person = phone.kind is PhoneKind.TEL and offer is None
    values = {
        "TELEKIT_LEG": leg,
        "TELEKIT_SCRIPT": called,
        "TELEKIT_CALLED": phone.address if person else shown or "",
        "TELEKIT_SHOWN": shown or "",
        "FORWARD_CONTEXT": NOWHERE,
    }
    if offer is not None:
        values |= {OFFER_VARIABLE: dial.name_of(offer), "TELEKIT_ASKS": offer if phone.confirm else ""}
    return [f"{name}={value}" for name, value in values.items()]
