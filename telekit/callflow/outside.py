"""Sending a caller to a number of the public network."""

import logging

from telekit.callflow.desk import Desk
from telekit.callflow.prompts import prompt_named
from telekit.callflow.say import NOT_DONE, say
from telekit.domain.destination import HangUp, ToNumber
from telekit.domain.fact import Fact, FactKind
from telekit.pbx.port import Call, OfferOutcome, Talked

log = logging.getLogger(__name__)

UNREACHED = "unreachable"
"""The cause where the switch would not even ring."""


async def send_out(call: Call, desk: Desk, to: ToNumber) -> bool:
    """Ring a number and let the caller talk with whoever answers; False when nobody did."""
    told: dict[str, str | float | None] = {"number": to.number, "ring": to.ring.total_seconds()}
    desk.record(Fact(desk.now(), FactKind.SENT_OUT, call.id, details=told))
    await call.music_off()
    outcome: OfferOutcome | None = None
    try:
        outcome = await call.connect(to.number, ring=to.ring)
    except NOT_DONE as error:
        log.error("call %s cannot be sent to %s: %s", call.id, to.number, error)
    if isinstance(outcome, Talked):
        told = {"cause": None, "talked": round(outcome.talked.total_seconds(), 3)}
    else:
        told = {"cause": outcome.cause.value if outcome is not None else UNREACHED, "talked": 0.0}
    desk.record(Fact(desk.now(), FactKind.BACK_FROM_OUTSIDE, call.id, details=told))
    if not isinstance(outcome, Talked) and isinstance(to.otherwise, HangUp):
        await call.answer()
        await say(call, prompt_named("no-agent"))
    return isinstance(outcome, Talked)
