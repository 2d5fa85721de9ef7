"""An offer as FreeSWITCH's bridge: what to execute, and what its events say of how it went.

Source: FreeSWITCH src/switch_ivr_originate.c (switch_ivr_originate, inherit_codec, check_per_channel_timeouts);
src/mod/endpoints/mod_sofia/sofia_glue.c, sofia_glue_sip_cause_to_freeswitch; observed on 1.10.12.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from telekit.domain.names import LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import SwitchError, UnsafeValue
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.port import OFFER_VARIABLE

CONFIRM_FILE = "telekit/confirm-call.wav"

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")
_NUMBER = re.compile(r"\+?[0-9*#]+")
_SHOWN = re.compile(r"\+?[0-9]{3,20}")
_TOKEN = re.compile(r"[A-Za-z0-9_.:+-]+")

CAUSES: Mapping[str, MissCause] = {
    "USER_BUSY": MissCause.BUSY,
    "CALL_REJECTED": MissCause.REJECTED,
    # 480: a phone that shall not be disturbed.
    "NO_USER_RESPONSE": MissCause.REJECTED,
    "NO_ANSWER": MissCause.NO_ANSWER,
    "ALLOTTED_TIMEOUT": MissCause.NO_ANSWER,
    "PROGRESS_TIMEOUT": MissCause.UNREACHABLE,
    "ORIGINATOR_CANCEL": MissCause.NO_ANSWER,
    "LOSE_RACE": MissCause.NO_ANSWER,
}
"""What FreeSWITCH says of a leg that was not joined; every other cause is a phone that could not be reached."""


CLEARED = "NORMAL_CLEARING"
"""Of a leg that was answered, and ended before it was joined: by its phone, or where no key was pressed."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One phone of an offer; its leg has a name before it is made."""

    offer: OfferId
    phone: Phone

    @property
    def id(self) -> LegId:
        """Give the name, which follows from the offer's and the phone's: FreeSWITCH's names are UUIDs."""
        return LegId(str(uuid5(NAMESPACE_URL, f"telekit:{self.offer}:{self.phone}")))


def arguments(legs: Sequence[Leg], ring: timedelta, where: Surroundings, *, shown: str | None) -> str:
    """Write bridge's argument; all phones ring at once, and `shown` is the number that numbers see.

    Raises `UnsafeValue` for what FreeSWITCH would read as more than one thing, `SwitchError` without a gateway.
    """
    return "{ignore_early_media=true}" + ",".join(_destination(leg, ring, where, shown) for leg in legs)


def outside(number: str, ring: timedelta, where: Surroundings, *, shown: str | None) -> str:
    """Write bridge's argument for a number that is no agent's; raises as `arguments` does."""
    variables = [f"leg_timeout={_seconds(ring)}", *_shown(shown)]
    return f"{{ignore_early_media=true}}[{','.join(variables)}]{_dial(Phone(PhoneKind.TEL, number), where)}"


def is_number(text: str) -> bool:
    """Say whether a text can be shown, and dialled, as a number."""
    return _SHOWN.fullmatch(text) is not None


def name_of(offer: str) -> str:
    """Take an offer's name; raises `UnsafeValue` for one that FreeSWITCH would read as more than a name."""
    if not _TOKEN.fullmatch(offer):
        raise UnsafeValue(f"{offer!r} cannot name an offer on FreeSWITCH: letters, digits and _ . : + - only.")
    return offer


def put_down(ended: Event, legs: Sequence[Leg]) -> OfferId | None:
    """Name the offer whose phone was put down in the instant it was taken up, if that is how it ended."""
    told = _told(ended)
    return next((leg.offer for leg in legs if told.get(leg.id) == CLEARED and not leg.phone.confirm), None)


def causes(ended: Event, legs: Sequence[Leg]) -> dict[OfferId, MissCause]:
    """Say for each offer why its phone was not joined, as far as it is told."""
    told = _told(ended)
    return {
        leg.offer: MissCause.VOICEMAIL if told[leg.id] == CLEARED else CAUSES.get(told[leg.id], MissCause.UNREACHABLE)
        for leg in legs
        if leg.id in told
    }


def cause(ended: Event, legs: Sequence[Leg]) -> MissCause:
    """Say why none of one offer's phones was joined: the best that one of them has to tell."""
    told = set(causes(ended, legs).values()) or {
        CAUSES.get(ended.get("variable_originate_disposition", ""), MissCause.UNREACHABLE)
    }
    order = (MissCause.VOICEMAIL, MissCause.BUSY, MissCause.REJECTED, MissCause.NO_ANSWER, MissCause.UNREACHABLE)
    return next(each for each in order if each in told)


def _told(ended: Event) -> dict[str, str]:
    """Give by a leg's name why it ended."""
    return dict(each.split(";", 1) for each in ended.every("variable_originate_causes") if ";" in each)


def _destination(leg: Leg, ring: timedelta, where: Surroundings, shown: str | None) -> str:
    variables = [
        f"origination_uuid={leg.id}",
        f"leg_timeout={_seconds(ring)}",
        f"{OFFER_VARIABLE}={name_of(leg.offer)}",
    ]
    if leg.phone.confirm:
        variables += ["group_confirm_key=1", f"group_confirm_file={CONFIRM_FILE}"]
    if leg.phone.kind is PhoneKind.TEL:
        variables += _shown(shown)
    return f"[{','.join(variables)}]{_dial(leg.phone, where)}"


def _dial(phone: Phone, where: Surroundings) -> str:
    told = phone.in_logs
    match phone.kind:
        case PhoneKind.SIP:
            if not _ACCOUNT.fullmatch(phone.address):
                raise UnsafeValue(f"{told} cannot be rung: an account's name has letters, digits and _ . + - only.")
            return f"user/{phone.address}@{where.domain}"
        case PhoneKind.TEL:
            if not _NUMBER.fullmatch(phone.address):
                raise UnsafeValue(f"{told} cannot be rung: a number has digits only, after a plus sign or none.")
            if where.gateway is None:
                raise SwitchError(f"{told} cannot be rung: name the gateway as freeswitch.gateway in telekit.yaml.")
            return f"sofia/gateway/{where.gateway}/{phone.address}"


def _shown(number: str | None) -> list[str]:
    if number is None:
        return []
    if not is_number(number):
        raise UnsafeValue(f"{number!r} cannot be shown as a number: digits only, after a plus sign or none.")
    return [f"origination_caller_id_number={number}", "origination_caller_id_name="]


def _seconds(span: timedelta) -> int:
    return max(1, round(span.total_seconds()))
