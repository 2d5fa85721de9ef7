"""Calls that telekit makes by itself: what is asked of FreeSWITCH, and what becomes of it.

The leg has its name before it is made. What happens is told by events, and by the end of the job; so neither of the two
is depended on alone: each may come late, or never.

Source: FreeSWITCH mod_commands, originate_function; src/switch_ivr_originate.c; observed on 1.10.12.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from telekit.domain.names import LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError, TelekitError
from telekit.pbx import attempt as attempts
from telekit.pbx import outgoing, word
from telekit.pbx.freeswitch.causes import meaning
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.link import Link
from telekit.pbx.freeswitch.esl.session import CommandFailed
from telekit.pbx.freeswitch.outbound import originate
from telekit.pbx.freeswitch.outbound.channel import CALLER, DIALED, script_variables
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.port import OFFER_VARIABLE

EXTENSION = "called XML telekit-call"
"""Where a leg begins that has answered, and confirmed where asked; no phone and no gateway leads there."""
GONE = "No such channel"
"""What FreeSWITCH answers for a leg that has ended."""
JOB_TAKES = timedelta(seconds=60)
"""Longer than the ring, for the key to be pressed and for a job that is told of late."""

_CAUSE = re.compile(r"[A-Z][A-Z_]+")


@dataclass(slots=True, eq=False)
class Attempt(attempts.Attempt):
    """What is known of it; the cause is FreeSWITCH's name for it."""

    def _missed(self) -> MissCause:
        if self.asks and self.cause == originate.CLEARED:
            return MissCause.VOICEMAIL
        return meaning(self.cause) if self.cause else MissCause.UNREACHABLE


class Outgoing(outgoing.Outgoing):
    """Make legs, and tell when a script leads them or why none does."""

    def __init__(self, link: Link, where: Surroundings, *, language: str = "en") -> None:
        """`language` is that in which an agent at a number is asked for the key."""
        super().__init__("FreeSWITCH")
        self._link = link
        self._where = where
        self._language = language

    def start(self) -> None:
        """Listen to what happens."""
        self._link.subscribe("CHANNEL_CREATE", self._hear_begin)
        self._link.subscribe("CHANNEL_HANGUP_COMPLETE", self._hear_end)
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
            shown = self._where.number or shown
        asks = phone.confirm and offer is not None
        person = phone.kind is PhoneKind.TEL and offer is None
        variables = {
            "origination_uuid": outgoing.leg_name(leg),
            **script_variables(outgoing.called(script, arguments)),
            CALLER: phone.address if person else shown or "",
            DIALED: shown or "",
            **({OFFER_VARIABLE: word.offer(offer, "FreeSWITCH")} if offer is not None else {}),
            **originate.patience(ring),
            **(originate.shown(word.number(shown)) if shown else {}),
            **(originate.asks_for_key([self._where.prompt(self._language, originate.CONFIRM_PROMPT)]) if asks else {}),
        }
        to = f"{originate.written(variables)}{originate.destination(phone, self._where)}"
        if not self._link.up:
            raise LinkError(f"{phone.in_logs} is not called: the link to FreeSWITCH is down")
        now = asyncio.get_running_loop().time()
        attempt = Attempt(leg, ring, asks, now, now + ring.total_seconds() + outgoing.LOOKS_AFTER)
        line = f"originate {originate.common(ring)}{to} {EXTENSION}"
        return await self._make(attempt, phone, self._job(attempt, line, ring), lambda refused: refused)

    async def _job(self, attempt: Attempt, line: str, ring: timedelta) -> str:
        """Have the leg made, and note how that ended; give why FreeSWITCH will not even try."""
        try:
            await self._link.job(line, within=ring + JOB_TAKES)
        except CommandFailed as error:
            if not _CAUSE.fullmatch(error.said):
                return _refusal(error)
            now = asyncio.get_running_loop().time()
            self._note(attempt.leg, failed_at=now, cause=attempt.cause or error.said)
        else:
            self._note(attempt.leg, seen=True, answered=True)
        return ""

    async def _look(self, attempt: attempts.Attempt) -> None:
        try:
            told = await self._link.api(f"uuid_dump {attempt.leg} json")
        except SwitchError as error:
            if GONE not in str(error):
                raise
            self._is_gone(attempt)
        else:
            self._found(attempt, answered=json.loads(told).get("Answer-State") == "answered")

    async def _hang_up(self, leg: LegId) -> None:
        with suppress(TelekitError):
            await self._link.api(f"uuid_kill {leg}")

    def _hear_begin(self, event: Event) -> None:
        if self._attempts:
            self._note(LegId(event.get("Unique-ID", "")), seen=True)

    def _hear_end(self, event: Event) -> None:
        if not self._attempts:
            return
        leg = LegId(event.get("Unique-ID", ""))
        if event.get("Caller-Channel-Answered-Time", "0") not in ("", "0"):
            self._note(leg, answered=True)
        now = asyncio.get_running_loop().time()
        self._note(leg, seen=True, ended_at=now, cause=event.get("Hangup-Cause", ""))


def _refusal(error: CommandFailed) -> str:
    if "permission" in error.said.lower():
        return f"{error}. Give telekit's user the esl-allowed-api that its own directory entry gives it"
    return str(error)
