"""What FreeSWITCH's bridge and originate are both told: whom to ring, how long, and what is written on the leg.

Source: FreeSWITCH src/switch_ivr_originate.c (switch_ivr_originate, check_channel_status, collect_thread_run,
check_per_channel_timeouts); observed on 1.10.12.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from telekit.domain.phone import Phone, PhoneKind
from telekit.errors import SwitchError, UnsafeValue
from telekit.pbx import word
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings

CONFIRM_PROMPT = "telekit/confirm-call"
CONFIRM_KEY = "1"
KEY_WITHIN = timedelta(seconds=30)
"""From the answer on."""
LONGER = 120
"""Seconds for which a ring as a whole may go on after its legs' own time: each of them ends by itself."""
CLEARED = "NORMAL_CLEARING"
"""Of a leg that was answered, and ended before it was joined: by its phone, or where no key was pressed."""

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")
_NUMBER = re.compile(r"\+?[0-9*#]+")


def destination(phone: Phone, where: Surroundings) -> str:
    """Write where to ring a phone.

    Raises `UnsafeValue` for what FreeSWITCH would read as more than one thing, `SwitchError` without a gateway.
    """
    told = phone.in_logs
    match phone.kind:
        case PhoneKind.SIP:
            if not _ACCOUNT.fullmatch(phone.address):
                raise UnsafeValue(f"{told} cannot be rung: an account's name has letters, digits and _ . + - only.")
            far = where.between(phone)
            return f"sofia/gateway/{far}/{phone.address}" if far is not None else f"user/{phone.address}@{where.domain}"
        case PhoneKind.TEL:
            if not _NUMBER.fullmatch(phone.address):
                raise UnsafeValue(f"{told} cannot be rung: a number has digits only, after a plus sign or none.")
            if where.gateway is None:
                raise SwitchError(f"{told} cannot be rung: name the gateway as freeswitch.gateway in telekit.yaml.")
            return f"sofia/gateway/{where.gateway}/{phone.address}"


def asks_for_key(files: Sequence[str]) -> dict[str, str]:
    """Have who answers hear these files, again and again until they press the key; nobody is joined before.

    For that they have a time of their own: what is left of the ring may be a second.
    """
    return {
        "group_confirm_key": CONFIRM_KEY,
        "group_confirm_file": one_after_another(files),
        "group_confirm_timeout": str(_seconds(KEY_WITHIN)),
    }


def one_after_another(files: Sequence[str]) -> str:
    """Name files to be played as if they were one."""
    return files[0] if len(files) == 1 else f"file_string://{'!'.join(files)}"


def common(ring: timedelta, *, hears_music: bool = False) -> str:
    """Write what holds for all legs; who hears music while they ring hears it from the beginning on."""
    variables = {"ignore_early_media": "true", "originate_timeout": str(_seconds(ring) + LONGER)}
    if hears_music:
        variables["instant_ringback"] = "true"
    return written(variables, "{}")


def patience(ring: timedelta) -> dict[str, str]:
    """Let a phone ring so long, and not send the call on; one that never says that it rings has a cause of its own."""
    seconds = str(_seconds(ring))
    return {"leg_timeout": seconds, "leg_progress_timeout": seconds, "outbound_redirect_fatal": "true"}


def shown(number: str | None) -> dict[str, str]:
    """Show the one who is rung a number; raises `UnsafeValue` for what is none."""
    if number is None:
        return {}
    return {"origination_caller_id_number": word.number(number), "origination_caller_id_name": number}


def written(variables: Mapping[str, str], brackets: str = "[]") -> str:
    """Write variables as an originate takes them; raises `UnsafeValue` for a value that would be more than one."""
    pairs = []
    for name, value in variables.items():
        if any(character in value for character in "'\\[]{}$") or not value.isprintable():
            raise UnsafeValue(f"FreeSWITCH would read more than one thing in what it is given as {name}.")
        pairs.append(f"{name}='{value}'" if " " in value or "," in value else f"{name}={value}")
    return f"{brackets[0]}{','.join(pairs)}{brackets[1]}"


def _seconds(span: timedelta) -> int:
    return max(1, round(span.total_seconds()))
