"""Calls that telekit makes by itself: what is asked of Asterisk, and what becomes of it.

Asterisk is asked over an account of its own, which may do nothing else; what happens is told over the link that tells
all the rest. So nothing depends on the answer to the request: it may come late, or never.

Source: Asterisk main/manager.c (action_originate, fast_originate), main/pbx.c (pbx_outgoing_attempt), main/dial.c
(handle_call_forward).
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from telekit.domain.names import LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, TelekitError
from telekit.pbx import attempt as attempts
from telekit.pbx import outgoing, word
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


class Outgoing(outgoing.Outgoing):
    """Make legs, and tell when a script leads them or why none does."""

    def __init__(
        self, link: Link, account: CallingAccount, *, trunk: str | None = None, number: str | None = None
    ) -> None:
        """`trunk` leads outside, where `number` is seen rather than any other."""
        self._link = link
        self._account = account
        self._trunk = trunk
        self._number = number
        super().__init__("Asterisk")

    def start(self) -> None:
        """Listen to what happens."""
        self._link.subscribe("DialBegin", self._hear_begin)
        self._link.subscribe("OriginateResponse", self._hear_response)
        self._link.subscribe("Hangup", self._hear_end)
        self._link.on_down(lambda _: self._lose())

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
            "ChannelId": outgoing.leg_name(leg),
            **({"CallerID": f"<{word.number(shown)}>"} if shown else {}),
        }
        variables = _variables(phone, outgoing.called(script, arguments), leg, offer, shown)
        if not self._link.up:
            raise LinkError(f"{phone.in_logs} is not called: the link to Asterisk is down")
        account = self._account.require()
        now = asyncio.get_running_loop().time()
        asks = phone.confirm and offer is not None
        attempt = Attempt(leg, ring, asks, now, now + ring.total_seconds() + outgoing.LOOKS_AFTER)
        request = account.ask("Originate", timeout=None, Variable=variables, **headers)
        return await self._make(attempt, phone, request, lambda message: _refusal_of(phone, message))

    async def _look(self, attempt: attempts.Attempt) -> None:
        answer = await self._link.ask("Getvar", Channel=attempt.leg, Variable="CHANNEL(state)")
        if answer.get("Message") == GONE:
            self._is_gone(attempt)
        elif answer.ok:
            self._found(attempt, answered=answer.get("Value") == "Up")

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


def _refusal_of(phone: Phone, answer: Message) -> str:
    """Give why Asterisk will not try; empty when it tries."""
    return "" if answer.ok else _refusal(phone, answer.get("Message", ""))


def _refusal(phone: Phone, why: str) -> str:
    """Say what to do about a request that Asterisk refuses."""
    if why == "Extension does not exist.":
        mend = f"its dialplan has no [{CONTEXT}]; run `telekit render asterisk`, then `core reload` in Asterisk"
    elif why == "Permission denied":
        mend = "telekit's second manager account needs `write = originate`, as the shipped manager.conf gives it"
    else:
        mend = "its log says more"
    return f"Asterisk did not call {phone.in_logs} ({why}): {mend}."


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
        values |= {OFFER_VARIABLE: word.offer(offer, "Asterisk"), "TELEKIT_ASKS": offer if phone.confirm else ""}
    return [f"{name}={value}" for name, value in values.items()]
