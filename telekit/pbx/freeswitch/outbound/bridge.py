"""An offer as FreeSWITCH's bridge: what to execute, and what its events say of how it went.

A phone that asks for a key, and one that whispers, is joined only when that is over: `group_confirm_key` is the key, or
`exec` with an application to run in `group_confirm_file`, leg by leg.

Source: FreeSWITCH src/switch_ivr_originate.c (switch_ivr_originate, check_channel_status, collect_thread_run,
check_per_channel_timeouts); src/switch_channel.c, switch_channel_api_on; observed on 1.10.12.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import SwitchError, TelekitError, UnsafeValue
from telekit.pbx import word
from telekit.pbx.freeswitch.causes import LOST_RACE, meaning
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.outbound.session import Talk
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.port import OFFER_VARIABLE, Whisper

log = logging.getLogger(__name__)

CONFIRM_PROMPT = "telekit/confirm-call"
CONFIRM_KEY = "1"
ASKED = "TELEKIT_ASKED"
"""The variable of the caller's that tells which numbers have answered and were asked for the key."""
RING = "TELEKIT_RING"
"""The variable of agents' legs that names the ring which the answer of one of them ends."""
LONGER = 120
"""Seconds for which a ring as a whole may go on after its legs' own time: each of them ends by itself."""

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")
_NUMBER = re.compile(r"\+?[0-9*#]+")
_TOKEN = re.compile(r"[A-Za-z0-9_.:+-]+")

CLEARED = "NORMAL_CLEARING"
"""Of a leg that was answered, and ended before it was joined: by its phone, or where no key was pressed."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One phone of an offer, or a number that is nobody's; its leg has a name before it is made."""

    offer: OfferId | None
    phone: Phone
    whisper: Whisper | None = None
    id: LegId = field(default_factory=lambda: LegId(str(uuid4())))

    @property
    def confirm(self) -> bool:
        """Say whether a key is asked for."""
        return self.offer is not None and self.phone.confirm


@dataclass(frozen=True, slots=True)
class Ring:
    """Legs that ring at once for one caller."""

    caller: CallId
    legs: Sequence[Leg]
    time: timedelta
    language: str
    """Of the prompt that asks for the key, where nothing is whispered."""
    shown: str | None
    """The number that numbers see."""
    dialed: str
    """The number that the caller sees, whoever answers."""
    hears_music: bool
    """The caller hears music, and so from the beginning on; else ringing, once somebody's phone rings."""

    def arguments(self, where: Surroundings) -> str:
        """Write bridge's argument.

        Raises `UnsafeValue` for what FreeSWITCH would read as more than one thing, `SwitchError` without a gateway.
        """
        seconds = _seconds(self.time)
        legs = ",".join(self._leg(leg, seconds, where) for leg in self.legs)
        return f"{_common(seconds, hears_music=self.hears_music)}{legs}"

    def _leg(self, leg: Leg, seconds: int, where: Surroundings) -> str:
        variables = {
            "origination_uuid": leg.id,
            **({OFFER_VARIABLE: name_of(leg.offer)} if leg.offer is not None else {}),
            **_patience(seconds),
            **_callers_display(self.dialed),
        }
        prompts = _files(leg.whisper, where) if leg.whisper is not None else []
        if leg.confirm:
            language = leg.whisper.language if leg.whisper is not None else self.language
            asks = [*prompts, where.prompt(language, CONFIRM_PROMPT)]
            variables |= {
                "group_confirm_key": CONFIRM_KEY,
                "group_confirm_file": _one_after_another(asks),
                "api_on_answer": f"uuid_setvar {self.caller} {ASKED}_{leg.id} yes",
            }
        elif prompts:
            variables |= {
                "group_confirm_key": "exec",
                "group_confirm_file": f"playback {_one_after_another(prompts)}",
                # The answer ends the ring, of this phone and of all the others.
                "group_confirm_timeout": "0",
            }
            if len(self.legs) > 1:
                variables["api_on_answer_1"] = f"uuid_setvar {leg.id} {RING} answered"
                variables["api_on_answer_2"] = f"hupall {LOST_RACE} {RING} {self.caller}"
        if len(self.legs) > 1:
            variables[RING] = self.caller
        if leg.phone.kind is PhoneKind.TEL:
            variables |= _shown(self.shown)
        return f"{_written(variables)}{destination(leg.phone, where)}"


def legs_of(phones: Mapping[OfferId, Phone], whispers: Mapping[OfferId, Whisper], where: Surroundings) -> list[Leg]:
    """Make the legs; a phone that cannot be rung as it is written is left out, lest the others stay silent too."""
    legs = []
    for offer, phone in phones.items():
        try:
            destination(phone, where)
        except TelekitError as error:
            log.error("%s", error)
            continue
        legs.append(Leg(offer, phone, whispers.get(offer)))
    return legs


def name_of(offer: str) -> str:
    """Take an offer's name; raises `UnsafeValue` for one that FreeSWITCH would read as more than a name."""
    if not _TOKEN.fullmatch(offer):
        raise UnsafeValue(f"{offer!r} cannot name an offer on FreeSWITCH: letters, digits and _ . : + - only.")
    return offer


def destination(phone: Phone, where: Surroundings) -> str:
    """Write where to ring a phone; raises as `Ring.arguments` does."""
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


def talk(ended: Event, legs: Sequence[Leg]) -> Talk | None:
    """Give the conversation that a bridge has been, where its own events are late; None when it came to none."""
    leg, since = ended.get("variable_last_bridge_to"), ended.get("Caller-Channel-Bridged-Time", "")
    if not since.isdecimal() or leg not in {each.id for each in legs}:
        return None
    return Talk(LegId(leg), int(since) / 1_000_000, ended.fired_at)


def put_down(ended: Event, legs: Sequence[Leg]) -> OfferId | None:
    """Name the offer whose phone was put down in the instant it was taken up, or while it heard the whisper."""
    told = _told(ended)
    if ended.get("variable_originate_disposition") in ("SUCCESS", "call accepted"):
        return next((leg.offer for leg in legs if leg.id not in told), None)
    return next((leg.offer for leg in legs if told.get(leg.id) == CLEARED and not leg.confirm), None)


def causes(ended: Event, legs: Sequence[Leg]) -> dict[OfferId, MissCause]:
    """Say for each offer why its phone was not joined; of who just stopped ringing, nothing.

    A leg that was never made, as to an account that is not registered, was out of reach.
    """
    told = _told(ended)
    return {
        leg.offer: _cause(told.get(leg.id, ""), asked=bool(ended.get(f"variable_{ASKED}_{leg.id}")))
        for leg in legs
        if leg.offer is not None and told.get(leg.id) != LOST_RACE
    }


def cause(ended: Event, legs: Sequence[Leg]) -> MissCause:
    """Say why none of one offer's phones was joined: the best that one of them has to tell."""
    told = _told(ended)
    each = {_cause(told.get(leg.id, ""), asked=bool(ended.get(f"variable_{ASKED}_{leg.id}"))) for leg in legs}
    each = each or {meaning(ended.get("variable_originate_disposition", ""))}
    order = (MissCause.VOICEMAIL, MissCause.BUSY, MissCause.REJECTED, MissCause.NO_ANSWER, MissCause.UNREACHABLE)
    return next(cause for cause in order if cause in each)


def _cause(told: str, *, asked: bool) -> MissCause:
    if asked:
        return MissCause.VOICEMAIL
    return MissCause.REJECTED if told == CLEARED else meaning(told)


def _told(ended: Event) -> dict[str, str]:
    """Give by a leg's name why it ended."""
    return dict(each.split(";", 1) for each in ended.every("variable_originate_causes") if ";" in each)


def _files(whisper: Whisper, where: Surroundings) -> list[str]:
    """Give the files of a whisper; what cannot be a prompt is left out, and no reason not to ring."""
    files = []
    for prompt in whisper.prompts:
        try:
            files.append(where.prompt(whisper.language, prompt))
        except UnsafeValue as error:
            log.error("an agent does not hear %s: %s", prompt, error)
    return files


def _one_after_another(files: Sequence[str]) -> str:
    return files[0] if len(files) == 1 else f"file_string://{'!'.join(files)}"


def _common(seconds: int, *, hears_music: bool) -> str:
    variables = {"ignore_early_media": "true", "originate_timeout": str(seconds + LONGER)}
    if hears_music:
        variables["instant_ringback"] = "true"
    return _written(variables, "{}")


def _patience(seconds: int) -> dict[str, str]:
    """Let a phone ring so long, and not send the call on; one that never says that it rings has a cause of its own."""
    return {"leg_timeout": str(seconds), "leg_progress_timeout": str(seconds), "outbound_redirect_fatal": "true"}


def _callers_display(dialed: str) -> dict[str, str]:
    """Have the caller's display show what they have dialled, whatever the phone that answers says of itself.

    Source: FreeSWITCH mod_sofia's sofia.c (sofia_update_callee_id), mod_sofia.c (sofia_outgoing_channel);
    src/switch_ivr_bridge.c, send_display.
    """
    known = dialed if word.is_number(dialed) else "anonymous"
    return {"ignore_display_updates": "true", "sip_callee_id_number": known, "sip_callee_id_name": known}


def _shown(number: str | None) -> dict[str, str]:
    if number is None:
        return {}
    return {"origination_caller_id_number": word.number(number), "origination_caller_id_name": number}


def _written(variables: Mapping[str, str], brackets: str = "[]") -> str:
    """Write variables as an originate takes them; raises `UnsafeValue` for a value that would be more than one."""
    pairs = []
    for name, value in variables.items():
        if any(character in value for character in "'\\[]{}$") or not value.isprintable():
            raise UnsafeValue(f"{value!r} cannot be given to FreeSWITCH as {name}.")
        pairs.append(f"{name}='{value}'" if " " in value or "," in value else f"{name}={value}")
    return f"{brackets[0]}{','.join(pairs)}{brackets[1]}"


def _seconds(span: timedelta) -> int:
    return max(1, round(span.total_seconds()))
