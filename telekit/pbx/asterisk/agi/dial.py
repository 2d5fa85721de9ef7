"""An offer as Asterisk's Dial: what to execute, and what its variables say of how it went.

Source: Asterisk apps/app_dial.c (dial_exec_full, wait_for_answer, handle_cause); res/res_pjsip.c
(ast_sip_hangup_sip2cause).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import SwitchError, UnsafeValue
from telekit.pbx import word
from telekit.pbx.port import Missed, OfferOutcome, Talked
from telekit.pbx.whereabouts import Between, here

CONFIRM = "telekit-confirm"
"""The context that asks the agent for a key; it returns its argument as GOSUB_RETVAL and GOSUB_RESULT=CONFIRMED for
yes, and leaves GOSUB_RESULT as it is for no."""

WHISPER = "telekit-whisper"
"""The context that lets the agent hear a whisper; it returns as `CONFIRM` does, no for who hangs up before its end."""

NOT_YET = "telekit-not-yet"
"""The context that says no on a leg before it is called, GOSUB_RESULT=CONTINUE: an agent who hangs up before `CONFIRM`
or `WHISPER` has begun would be joined else, and the caller's call answered."""

RESULT = "|".join(
    f"${{{name}}}"
    for name in ("DIALSTATUS", "HANGUPCAUSE", "ANSWEREDTIME_MS", "RINGTIME_MS", "PROGRESSTIME_MS", "GOSUB_RETVAL")
)
"""What one GET FULL VARIABLE asks after a Dial; `parse` reads the answer."""

_ENDPOINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")
_NUMBER = re.compile(r"\+?[0-9*#]+")
_TOKEN = re.compile(r"[A-Za-z0-9_.:+-]+")

CALL_REJECTED = "21"
"""Q.850 cause that chan_pjsip gives for 401, 403, 407 and 603."""


@dataclass(frozen=True, slots=True)
class Dialed:
    """What Asterisk's variables say after a Dial."""

    status: str
    """DIALSTATUS: ANSWER, NOANSWER, BUSY, CHANUNAVAIL, CONGESTION, CANCEL, or empty."""
    cause: str
    """HANGUPCAUSE, a Q.850 number; old news unless the status says that a leg was refused."""
    bridged: timedelta | None
    """How long the caller's leg has been up, set only when sound flowed; None when it never did."""
    rang: bool
    """Some phone said that it rings, or sent early sound."""
    returned: str
    """What the confirm context returned."""


def parse(value: str) -> Dialed:
    """Read the answer to `RESULT`; raises `SwitchError` when it is none."""
    parts = value.split("|")
    if len(parts) != 6:
        raise SwitchError(f"Asterisk answered {value!r} for the outcome of a Dial.")
    status, cause, answered, ringing, progress, returned = parts
    bridged = timedelta(milliseconds=int(answered)) if answered.isdigit() else None
    return Dialed(status, cause, bridged, bool(ringing or progress), returned)


def arguments(
    phones: Sequence[Phone],
    ring: timedelta,
    *,
    token: str,
    trunk: str | None,
    shown: str | None = None,
    music: str | None = None,
    whispers: bool = False,
    between: Between = here,
) -> str:
    """Write Dial's arguments; `token` is what the confirm context is to return, `shown` the number that numbers see.

    The options: go on in the script after the agent hangs up (g), take no forwarding (i) and no name of the agent
    for the caller's display (I), show a number of the company's (f), music instead of ringing (m), whisper or ask for a
    key (U).

    Raises `UnsafeValue` for an address that Dial would read as more than one, `SwitchError` without a trunk.
    """
    token = word.offer(token, "Asterisk")
    where = "&".join(destination(phone, trunk, between) for phone in phones)
    if any(phone.kind is PhoneKind.TEL for phone in phones):
        return _dial(where, ring, music, shown=shown, before=f"{CONFIRM}^{token}")
    return _dial(where, ring, music, shown=None, before=f"{WHISPER}^{token}" if whispers else None)


def outside(
    number: str, ring: timedelta, *, trunk: str | None, shown: str | None = None, music: str | None = None
) -> str:
    """Write Dial's arguments for a number that is no agent's: as above, but without a key.

    Raises as `arguments` does.
    """
    return _dial(destination(Phone(PhoneKind.TEL, number), trunk), ring, music, shown=shown)


def _dial(where: str, ring: timedelta, music: str | None, *, shown: str | None, before: str | None = None) -> str:
    if music is not None and not _TOKEN.fullmatch(music):
        raise UnsafeValue(f"{music!r} cannot be a class of music on Asterisk: letters, digits and _ . : + - only.")
    options = "giI"
    if shown is not None:
        options += f"f({word.number(shown)})"
    if music is not None:
        options += f"m({music})"
    if before is not None:
        options += f"b({NOT_YET}^s^1)U({before})"
    return f"{where},{ring.total_seconds():g},{options}"


def destination(phone: Phone, trunk: str | None, between: Between = here) -> str:
    """Write where to ring a phone, one of another switch by the endpoint between them; raises as `arguments` does."""
    told = phone.in_logs
    match phone.kind:
        case PhoneKind.SIP:
            if not _ENDPOINT.fullmatch(phone.address):
                raise UnsafeValue(f"{told} cannot be rung: an endpoint's name has letters, digits and _ . + - only.")
            far = between(phone)
            return f"PJSIP/{phone.address}" if far is None else f"PJSIP/{phone.address}@{far}"
        case PhoneKind.TEL:
            if not _NUMBER.fullmatch(phone.address):
                raise UnsafeValue(f"{told} cannot be rung: a number has digits only, after a plus sign or none.")
            if trunk is None:
                raise SwitchError(f"{told} cannot be rung: name the trunk as asterisk.trunk in telekit.yaml.")
            return f"PJSIP/{phone.address}@{trunk}"


def outcome(
    dialed: Dialed,
    *,
    confirm: str | None,
    talked: timedelta,
    whole_ring: bool,
    unconfirmed: MissCause = MissCause.VOICEMAIL,
) -> OfferOutcome | None:
    """Say how an offer went; None when the caller hung up while it rang.

    `confirm` is the token that the confirm context, or that of a whisper, should have returned, if one was asked;
    `unconfirmed` what it means when it did not; `talked` the length of the conversation, should there have been one;
    `whole_ring` that the ring time ran out.
    """
    match dialed.status:
        case "ANSWER":
            if confirm is not None and dialed.returned != confirm:
                return Missed(unconfirmed)
            return Talked(talked)
        case "CANCEL":
            return None
        case "BUSY":
            return Missed(MissCause.BUSY)
        case "NOANSWER" if dialed.rang:
            return Missed(MissCause.NO_ANSWER)
        case "NOANSWER":
            # The INVITE met silence to the end: the way to the phone is cut. A 480 comes at once: do not disturb.
            return Missed(MissCause.UNREACHABLE if whole_ring else MissCause.REJECTED)
        case _:
            return Missed(MissCause.REJECTED if dialed.cause == CALL_REJECTED else MissCause.UNREACHABLE)
