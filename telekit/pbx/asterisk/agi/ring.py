"""Several agents rung at once as one Dial: its legs, what to execute, and how it went for each of them.

Every agent's leg carries the name of its own offer, written on it before it is called by the context that Dial's option
b runs. A number is rung through a Local channel, whose far half asks for the key: so it counts as answered only when
the key was pressed, and until then all the other phones ring on.

Source: Asterisk apps/app_dial.c (dial_exec_full: the variable DIALEDPEERNUMBER on each leg, option b);
main/core_unreal.c (ast_unreal_call_setup: both halves of a Local channel have the variables); funcs/func_hangupcause.c;
channels/chan_pjsip.c (chan_pjsip_incoming_response_update_cause).
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from telekit.domain.names import OfferId, call_of
from telekit.domain.phone import Phone
from telekit.domain.queue import MissCause
from telekit.errors import TelekitError, UnsafeValue
from telekit.pbx import word
from telekit.pbx.asterisk.agi import dial
from telekit.pbx.asterisk.agi.dial import Dialed
from telekit.pbx.port import OFFER_VARIABLE, Whisper
from telekit.pbx.whereabouts import Between, here

log = logging.getLogger(__name__)

NAMES = "telekit-leg"
"""The context that names a leg before it is called."""
NUMBERS = "telekit-number"
"""The context of a Local channel's far half, which rings a number and asks for the key."""

RESULT = f"{dial.RESULT}|${{DIALEDPEERNUMBER}}"
"""What one GET FULL VARIABLE asks after the Dial; `parse` reads the answer."""
FORGET = "HangupCauseClear"
"""The application that forgets what became of earlier legs of this caller; Dial keeps it for good."""
LEGS = "${HANGUPCAUSE_KEYS()}"
"""Asks for the channels of which Asterisk knows what became of them."""

BUSY = frozenset({"486", "600"})
DECLINED = frozenset({"401", "403", "407", "480", "603"})
"""What a phone answers that shall not be disturbed, or whose user said no; the same as for one phone alone."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One phone of a ring."""

    offer: OfferId
    phone: Phone
    where: str
    """As Dial is told it: technology and resource."""

    @property
    def number(self) -> str:
        """Give what Asterisk calls the dialled number of this leg."""
        return self.where.partition("/")[2]

    @property
    def far(self) -> bool:
        """Whether the phone is at another switch: the legs of several such are on one endpoint."""
        return not self.phone.confirm and "@" in self.where


def legs_of(phones: Mapping[OfferId, Phone], trunk: str | None, between: Between = here) -> list[Leg]:
    """Make the legs; a phone that cannot be rung as it is written is left out, lest the others stay silent too."""
    legs = []
    for offer, phone in phones.items():
        try:
            where = dial.destination(phone, trunk, between)
        except TelekitError as error:
            log.error("%s", error)
            continue
        if phone.confirm:
            where = f"Local/{phone.address}@{NUMBERS}/n"
        legs.append(Leg(offer, phone, where))
    return legs


def whispered(whisper: Whisper | None) -> dict[str, str]:
    """Give the variables by which a leg knows what to whisper; also those by which it knows that there is nothing.

    They outlive the far half of a Local channel: hence the second underscore that they get with the usual one.
    """
    if whisper is None:
        return {"_TELEKIT_WHISPER": ""}
    prompts = []
    for prompt in whisper.prompts:
        try:
            prompts.append(word.prompt(prompt))
        except UnsafeValue as error:  # no reason not to ring
            log.error("an agent does not hear %s: %s", prompt, error)
    return {"_TELEKIT_WHISPER": "&".join(prompts), "_TELEKIT_LANGUAGE": whisper.language}


def variables(
    legs: Sequence[Leg], trunk: str | None, shown: str | None, whispers: Mapping[OfferId, Whisper] | None = None
) -> str:
    """Write MSet's arguments: what the legs inherit to name themselves, and the last offer, on the caller's leg.

    Legs that are made later on inherit that, say when the agent passes the caller on.

    `shown` is the number that numbers see.
    """
    pairs = {f"_{OFFER_VARIABLE}": legs[-1].offer, "_TELEKIT_RING": call_of(legs[-1].offer)}
    if trunk is not None:
        pairs["_TELEKIT_TRUNK"] = trunk
    if shown is not None:
        pairs["_TELEKIT_SHOWN"] = shown
    pairs |= {f"_TELEKIT_LEG_{leg.number}": leg.offer.rpartition(".")[2] for leg in legs}
    for offer, whisper in (whispers or {}).items():
        number = offer.rpartition(".")[2]
        pairs |= {f"_{name[1:]}_{number}": value for name, value in whispered(whisper).items()}
    return ",".join(f"{name}={value}" for name, value in pairs.items())


def arguments(legs: Sequence[Leg], ring: timedelta, music: str | None, whispers: bool = False) -> str:
    """Write Dial's arguments; what the options mean is told beside the Dial for one phone."""
    options = f"m({word.music(music)})" if music is not None else ""
    options += f"b({NAMES}^s^1)" + (f"U({dial.WHISPER})" if whispers else "")
    return f"{'&'.join(leg.where for leg in legs)},{ring.total_seconds():g},giI{options}"


def parse(value: str) -> tuple[Dialed, str]:
    """Read the answer to `RESULT`: how the Dial went, and the number of the leg that answered."""
    told, _, number = value.rpartition("|")
    return dial.parse(told), number


def question(legs: Sequence[Leg], known: str) -> str:
    """Ask of each leg how it ended, when nobody was joined; `known` is the answer to `LEGS`."""
    channels = {channel.rpartition("-")[0].partition("/")[2]: channel for channel in known.split(",")}
    asked = []
    for leg in legs:
        if leg.phone.confirm:
            asked.append(
                f"${{MASTER_CHANNEL(TELEKIT_ASKED_{leg.offer})}} ${{MASTER_CHANNEL(TELEKIT_ENDED_{leg.offer})}}"
            )
        elif leg.far:
            asked.append("")
        elif leg.number in channels:
            # Only the code: the text after it is the phone's own and may hold anything.
            asked.append(f"${{HANGUPCAUSE({channels[leg.number]},tech):0:7}}")
        else:
            asked.append("")
    return "|".join(asked)


def causes(legs: Sequence[Leg], answer: str) -> dict[OfferId, MissCause]:
    """Read the answer to `question`."""
    told = answer.split("|")
    if len(told) != len(legs):
        told = [""] * len(legs)
    return {leg.offer: _cause(leg, each) for leg, each in zip(legs, told, strict=True)}


def _cause(leg: Leg, told: str) -> MissCause:
    """Tell why a leg was not joined; of those of another switch nothing is told but that they were not."""
    if leg.far:
        return MissCause.NO_ANSWER
    return _number(told) if leg.phone.confirm else _phone(told)


def _phone(told: str) -> MissCause:
    """Tell from the last SIP answer that a phone gave; one that gave none, or only that it tries, is out of reach."""
    code = told.removeprefix("SIP ").strip()
    if code in BUSY:
        return MissCause.BUSY
    if code in DECLINED or code.startswith("3"):
        return MissCause.REJECTED
    return MissCause.NO_ANSWER if code.startswith("18") else MissCause.UNREACHABLE


def _number(told: str) -> MissCause:
    """Tell from who was asked for the key, and how the Dial of the far half ended: nothing when it rang to the end."""
    asked, _, ended = told.partition(" ")
    status, _, cause = ended.partition(":")
    if asked or status == "ANSWER":
        return MissCause.VOICEMAIL
    if status == "BUSY":
        return MissCause.BUSY
    if not status:
        return MissCause.NO_ANSWER
    return MissCause.REJECTED if cause == dial.CALL_REJECTED or status == "NOANSWER" else MissCause.UNREACHABLE
