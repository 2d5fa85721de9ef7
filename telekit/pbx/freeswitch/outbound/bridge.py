"""An offer as FreeSWITCH's bridge: what to execute, and what its events say of how it went.

A phone that asks for a key, and one that whispers, is joined only when that is over: `group_confirm_key` is the key, or
`exec` with an application to run in `group_confirm_file`, leg by leg.

Source: FreeSWITCH src/switch_ivr_originate.c (switch_ivr_originate, check_channel_status, collect_thread_run,
check_per_channel_timeouts); src/switch_channel.c, switch_channel_api_on; observed on 1.10.12.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import TelekitError, UnsafeValue
from telekit.pbx import word
from telekit.pbx.freeswitch.causes import LOST_RACE, RUNG_OUT, UNAVAILABLE, meaning
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.outbound import originate
from telekit.pbx.freeswitch.outbound.session import Talk
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.port import OFFER_VARIABLE, Whisper

log = logging.getLogger(__name__)

ASKED = "TELEKIT_ASKED"
"""The variable of the caller's that tells which numbers have answered and were asked for the key."""
RANG = "TELEKIT_RANG"
"""The variable of the caller's that tells which phones have rung."""
RING = "TELEKIT_RING"
"""The variable of agents' legs that names the ring which the answer of one of them ends."""
UP = "NONE"
"""Of a leg that was still there when all others had ended: the one that was taken up."""
WENT_WELL = "SUCCESS"
CAUSES = "variable_originate_causes"
"""What an event tells of each leg and why it ended."""


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
        legs = ",".join(self._leg(leg, where) for leg in self.legs)
        return f"{originate.common(self.time, hears_music=self.hears_music)}{legs}"

    def _leg(self, leg: Leg, where: Surroundings) -> str:
        variables = {
            "origination_uuid": leg.id,
            **({OFFER_VARIABLE: word.offer(leg.offer, "FreeSWITCH")} if leg.offer is not None else {}),
            **originate.patience(self.time),
            **_callers_display(self.dialed),
        }
        if all(each.offer == leg.offer for each in self.legs):  # of several agents it is not asked
            variables["api_on_ring"] = f"uuid_setvar {self.caller} {RANG}_{leg.id} yes"
        prompts = _files(leg.whisper, where) if leg.whisper is not None else []
        if leg.confirm:
            language = leg.whisper.language if leg.whisper is not None else self.language
            asks = [*prompts, where.prompt(language, originate.CONFIRM_PROMPT)]
            variables |= originate.asks_for_key(asks)
            variables["api_on_answer"] = f"uuid_setvar {self.caller} {ASKED}_{leg.id} yes"
        elif prompts:
            variables |= {
                "group_confirm_key": "exec",
                "group_confirm_file": f"playback {originate.one_after_another(prompts)}",
                # The answer ends the ring, of this phone and of all the others.
                "group_confirm_timeout": "0",
            }
            if len(self.legs) > 1:
                variables["api_on_answer_1"] = f"uuid_setvar {leg.id} {RING} answered"
                variables["api_on_answer_2"] = f"hupall {LOST_RACE} {RING} {self.caller}"
        if len(self.legs) > 1:
            variables[RING] = self.caller
        if leg.phone.kind is PhoneKind.TEL:
            variables |= originate.shown(self.shown)
        return f"{originate.written(variables)}{originate.destination(leg.phone, where)}"


def legs_of(phones: Mapping[OfferId, Phone], whispers: Mapping[OfferId, Whisper], where: Surroundings) -> list[Leg]:
    """Make the legs; a phone that cannot be rung as it is written is left out, lest the others stay silent too."""
    legs = []
    for offer, phone in phones.items():
        try:
            originate.destination(phone, where)
        except TelekitError as error:
            log.error("%s", error)
            continue
        legs.append(Leg(offer, phone, whispers.get(offer)))
    return legs


def talk(ended: Event, legs: Sequence[Leg]) -> Talk | None:
    """Give the conversation that a bridge has been, where its own events are late; None when it came to none.

    FreeSWITCH first answers the caller and then joins them: of who hangs up between the two it tells of no bridge.
    """
    leg, since = ended.get("variable_last_bridge_to"), ended.get("Caller-Channel-Bridged-Time", "")
    if since.isdecimal() and leg in {each.id for each in legs}:
        return Talk(LegId(leg), int(since) / 1_000_000, ended.fired_at)
    taken_up = _taken_up(ended, legs)
    return Talk(taken_up, ended.fired_at, ended.fired_at) if taken_up is not None else None


def put_down(ended: Event, legs: Sequence[Leg]) -> OfferId | None:
    """Name the offer whose phone was put down in the instant it was taken up, or while it heard the whisper.

    FreeSWITCH looks for an answer some fifty times a second: one that is over by then stops no other phone, and has
    won nothing where another rang on.
    """
    told = _told(ended)
    if LOST_RACE not in told.values() and not RUNG_OUT.isdisjoint(told.values()):
        return None
    return next((leg.offer for leg in legs if told.get(leg.id) == originate.CLEARED and not leg.confirm), None)


def causes(ended: Event, legs: Sequence[Leg]) -> dict[OfferId, MissCause]:
    """Say for each offer why its phone was not joined; of who just stopped ringing, nothing.

    A leg that was never made, as to an account that is not registered, was out of reach.
    """
    told = _told(ended)
    return {
        leg.offer: _cause(told.get(leg.id, ""), asked=f"variable_{ASKED}_{leg.id}" in ended)
        for leg in legs
        if leg.offer is not None and told.get(leg.id) != LOST_RACE
    }


def cause(ended: Event, legs: Sequence[Leg]) -> MissCause:
    """Say why none of one offer's phones was joined: the best that one of them has to tell.

    A phone that is not to be disturbed says 480 at once; one that says so after ringing has given up by itself.
    """
    told = _told(ended)
    each = {
        _cause(
            told.get(leg.id, ""), asked=f"variable_{ASKED}_{leg.id}" in ended, rang=f"variable_{RANG}_{leg.id}" in ended
        )
        for leg in legs
    }
    each = each or {meaning(ended.get("variable_originate_disposition", ""))}
    order = (MissCause.VOICEMAIL, MissCause.BUSY, MissCause.REJECTED, MissCause.NO_ANSWER, MissCause.UNREACHABLE)
    return next(cause for cause in order if cause in each)


def _cause(told: str, *, asked: bool, rang: bool = False) -> MissCause:
    if asked:
        return MissCause.VOICEMAIL
    if rang and told == UNAVAILABLE:
        return MissCause.NO_ANSWER
    return MissCause.REJECTED if told == originate.CLEARED else meaning(told)


def _taken_up(ended: Event, legs: Sequence[Leg]) -> LegId | None:
    """Name the leg that was taken up, once what was asked or whispered first was over.

    A phone that rings alone is told of twice, by `user` and by what runs it: the caller may have gone between the two.
    """
    told = ended.every(CAUSES)
    went_well = ended.get("variable_originate_disposition") == WENT_WELL
    for cause in (UP, originate.CLEARED) if went_well else (UP,):
        for leg in legs:
            if f"{leg.id};{cause}" in told:
                return leg.id
    return None


def _told(ended: Event) -> dict[str, str]:
    """Give by a leg's name why it ended; of one that is told of more than once, the last."""
    return dict(each.split(";", 1) for each in ended.every(CAUSES) if ";" in each)


def _files(whisper: Whisper, where: Surroundings) -> list[str]:
    """Give the files of a whisper; what cannot be a prompt is left out, and no reason not to ring."""
    files = []
    for prompt in whisper.prompts:
        try:
            files.append(where.prompt(whisper.language, prompt))
        except UnsafeValue as error:
            log.error("an agent does not hear %s: %s", prompt, error)
    return files


def _callers_display(dialed: str) -> dict[str, str]:
    """Have the caller's display show what they have dialled, whatever the phone that answers says of itself.

    Source: FreeSWITCH mod_sofia's sofia.c (sofia_update_callee_id), mod_sofia.c (sofia_outgoing_channel);
    src/switch_ivr_bridge.c, send_display.
    """
    known = dialed if word.is_number(dialed) else "anonymous"
    return {"ignore_display_updates": "true", "sip_callee_id_number": known, "sip_callee_id_name": known}
