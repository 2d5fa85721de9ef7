"""How an agent's phone has passed a caller on, as FreeSWITCH writes it on the phone's leg.

Source: FreeSWITCH mod_sofia's sofia.c, sofia_handle_sip_i_refer; observed on 1.10.12.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from telekit.domain.names import LegId

TO, DESTINATION = "variable_transfer_to", "variable_transfer_destination"
DISPOSITION = "variable_transfer_disposition"
BLIND, ATTENDED = "blind:", "att:"
CONTEXT = "telekit-call"
"""Of the dialplan, in which telekit leads calls."""
ASKED, REPLACED = "recv_replace", "replaced"
"""Of the leg on which the phone has asked for it, and of its other one where that was asked for on the first."""


@dataclass(frozen=True, slots=True)
class Passing:
    """Where the caller of a leg that has ended is now."""

    number: str = ""
    """Where the phone has sent them; empty when it has first asked there."""
    target: LegId | None = None
    """Of the one who was asked first, where that is told."""
    is_joined: bool = False
    """They talk with who was asked first, whoever that is."""


def passing(told: Mapping[str, str]) -> Passing | None:
    """Read it off what is told of the end of an agent's leg; None where its caller was not passed on."""
    to, disposition = told.get(TO, ""), told.get(DISPOSITION, "")
    if to.startswith(BLIND):
        return Passing(number=told.get(DESTINATION, "").removeprefix(BLIND))
    if to.startswith(ATTENDED):
        return Passing(target=LegId(to.removeprefix(ATTENDED)), is_joined=True)
    if disposition == REPLACED:
        return Passing(is_joined=True)
    # Who was asked still rings: the caller waits for them, with nobody.
    return Passing() if disposition == ASKED and "variable_refer_uuid" in told else None


def source_of(told: Mapping[str, str]) -> str:
    """Give what a caller's leg tells of its last transfer."""
    return told.get("variable_transfer_source") or told.get("Caller-Transfer-Source") or ""


def is_led(told: Mapping[str, str]) -> bool:
    """Say whether a caller's leg has come to telekit last, and to nobody by an agent's transfer since."""
    return f"/{CONTEXT}/" in source_of(told)
