"""One attempt to call somebody back, and what is asked of the switch for it."""

import logging
from dataclasses import dataclass

from telekit.acd.actions import Offer
from telekit.callflow.calling_back import OF_AGENT, OF_PERSON
from telekit.domain.callback import CallbackRules, First
from telekit.domain.names import OURS, CallId, LegId, OfferId, call_of
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError
from telekit.pbx.port import LegAlive, Switch

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Try:
    """One attempt."""

    offer: OfferId
    """The offer that it is made for; another one, if that was taken back while a person was rung."""
    first: First
    leg: LegId
    """Of who is rung first; it is named by the offer that the attempt began for."""
    decided: Offer | None = None
    """None for one that an earlier telekit has begun."""
    led: bool = False
    """Who was rung has answered."""
    unwanted: bool = False
    """The leg is to end."""
    before: tuple[LegId, ...] = ()
    """The legs of earlier tries of the same callback that may still be alive: they are waited for."""


def offer_of(leg: LegAlive) -> OfferId:
    """Give the offer that a leg of ours was made for."""
    return leg.offer or OfferId(leg.leg.removeprefix(OURS))


def callback_of(leg: LegId) -> CallId:
    """Give the callback that a leg of ours was made for."""
    return call_of(OfferId(leg.removeprefix(OURS)))


async def ring(switch: Switch, attempt: Try, rules: CallbackRules, number: str, shown: str | None) -> MissCause | None:
    """Ring who is to be rung first; None when a script leads them, else why none does. Raises as `call_out` does.

    `shown` is what the person sees; an agent's own phone shows the person's number.
    """
    decided = attempt.decided
    if attempt.first is First.CALLER or decided is None:
        person = Phone(PhoneKind.TEL, number)
        called = {"callback": callback_of(attempt.leg)}
        return await switch.call_out(person, OF_PERSON, arguments=called, leg=attempt.leg, ring=rules.ring, shown=shown)
    return await switch.call_out(
        decided.phone,
        OF_AGENT,
        arguments={"offer": decided.offer},
        leg=attempt.leg,
        ring=decided.ring,
        offer=decided.offer,
        shown=number if decided.phone.kind is PhoneKind.SIP and shown is not None else shown,
    )


async def end(switch: Switch, leg: LegId) -> None:
    """End a leg; what the switch cannot be asked now, its ring time ends."""
    try:
        await switch.hang_up(leg)
    except (LinkError, SwitchError) as error:
        log.warning("a leg could not be ended: %s", error)
