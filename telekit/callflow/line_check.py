"""An agent tries out the line: hears what was measured, and says whether they hear."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from telekit.callflow import prompts
from telekit.callflow.desk import Desk
from telekit.callflow.say import NOT_DONE, say
from telekit.domain.agent import Agent
from telekit.domain.fact import Fact, FactKind
from telekit.domain.line_check import Finding, LineCheck, LineReading, Stream
from telekit.errors import CallerGone
from telekit.pbx.port import Call

log = logging.getLogger(__name__)

SPEAKS_FOR = timedelta(seconds=5)
KEY_WITHIN = timedelta(seconds=5)
YES, NO = "1", "2"

ADVICE: Mapping[Finding, Sequence[str]] = {
    Finding.NOT_REGISTERED: (prompts.CHECK_NOT_REGISTERED,),
    Finding.NOTHING_COMES: (prompts.CHECK_NOTHING_COMES,),
    Finding.NO_SOUND_IN: (prompts.CHECK_NO_SOUND_IN,),
    Finding.NO_SOUND_OUT: (prompts.CHECK_NO_SOUND_OUT,),
    Finding.UNCONFIRMED: (prompts.CHECK_UNCONFIRMED,),
    Finding.LOSS: (prompts.CHECK_LOSS, prompts.CHECK_CABLE),
    Finding.SLOW: (prompts.CHECK_SLOW, prompts.CHECK_CABLE),
    Finding.NOT_ENCRYPTED: (prompts.CHECK_NOT_ENCRYPTED,),
    Finding.UNMEASURED: (prompts.CHECK_UNMEASURED,),
}
"""What is heard of each: what is wrong, and what to do."""


async def check_line(call: Call, desk: Desk, agent: Agent) -> None:
    """Let the agent speak and hear themselves, measure meanwhile, say what came of it; all of it within a minute.

    Who hangs up before the end, perhaps because nothing is heard, has a check without an answer.
    """
    reading, spoke, hears = LineReading(), None, None
    try:
        await say(call, prompts.CHECK_BEGINS, prompts.BEEP)
        spoke = await _echo(call)
        hears = await _hears(call, prompts.CHECK_HEARD if spoke else prompts.CHECK_HEARS)
        reading = await call.measure()
    except CallerGone:
        _record(call, desk, agent, LineCheck(reading, spoke, hears))
        raise
    else:
        check = LineCheck(reading, spoke, hears)
        _record(call, desk, agent, check)
        await say(call, *(advice(check.findings()) or [prompts.CHECK_FINE]))
    finally:
        await call.hang_up()  # what was said is deleted by that


def advice(findings: Iterable[Finding]) -> Sequence[str]:
    """Give what is heard of all; what is to be done about several is said once, after the last of them."""
    heard = [prompt for finding in findings for prompt in ADVICE[finding]]
    return [prompt for at, prompt in enumerate(heard) if prompt not in heard[at + 1 :]]


async def _echo(call: Call) -> bool | None:
    """Say whether the agent is heard; None when the switch cannot tell."""
    try:
        return await call.echo(longest=SPEAKS_FOR)
    except NOT_DONE as error:
        log.error("call %s is not listened to: %s", call.id, error)
        return None


async def _hears(call: Call, question: str) -> bool | None:
    """Ask whether the agent hears; None when no key says so."""
    try:
        key = await call.menu(question, choices=(YES, NO), tries=1, timeout=KEY_WITHIN)
    except NOT_DONE as error:
        log.error("call %s is not asked: %s", call.id, error)
        return None
    return None if key is None else key == YES


def _record(call: Call, desk: Desk, agent: Agent, check: LineCheck) -> None:
    reading = check.reading
    details = {
        "registered": reading.registered,
        "round_trip": None if reading.round_trip is None else round(reading.round_trip.total_seconds(), 4),
        "of": _measured_by(reading),
        "loss_in": _loss(reading.sound_in),
        "loss_out": _loss(reading.sound_out),
        "spoke": check.spoke,
        "hears": check.hears,
        "signals_encrypted": reading.signals_encrypted,
        "sound_encrypted": reading.sound_encrypted,
        "findings": ", ".join(check.findings()),
    }
    desk.record(Fact(desk.now(), FactKind.LINE_CHECKED, call.id, agent=agent.name, details=details))


def _measured_by(reading: LineReading) -> str | None:
    if reading.travels_in is not None:
        return "sound"
    return "signals" if reading.answers_in is not None else None


def _loss(stream: Stream | None) -> float | None:
    return None if stream is None or stream.loss is None else round(stream.loss, 4)
