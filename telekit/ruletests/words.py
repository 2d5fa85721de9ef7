"""The words in which a test of rules tells what people do, and how they are."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from telekit.rules.closest import did_you_mean
from telekit.rules.duration import parse_duration
from telekit.rules.mistake import Mistake


class Deed(StrEnum):
    """What an agent does, or what befalls a phone; the first five are the causes of a miss."""

    NO_ANSWER = "no-answer"
    REJECTED = "rejected"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    VOICEMAIL = "voicemail"
    ANSWERS = "answers"
    HANGS_UP = "hangs-up"
    HOLDS = "holds"
    TAKES_BACK = "takes-back"
    PAUSES = "pauses"
    RESUMES = "resumes"
    LOGS_IN = "logs-in"
    LOGS_OUT = "logs-out"
    ENDS_WRAP_UP = "ends-wrap-up"
    REGISTERS = "registers"
    UNREGISTERS = "unregisters"
    CALLS = "calls"
    """Somebody outside telekit."""
    ENDS_CALL = "ends-call"
    """The one outside telekit."""


class State(StrEnum):
    """How an agent is when a test begins."""

    AVAILABLE = "available"
    WRAP_UP = "wrap-up"
    ON_CALL = "on-call"
    PAUSED = "paused"
    LOGGED_OUT = "logged-out"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Condition:
    """How an agent is when a test begins, since when or for how much longer."""

    state: State
    since: timedelta | None = None
    """So long already; None where that is not told."""
    rest: timedelta | None = None
    """So much longer; None for until further notice."""
    reason: str = ""


CONDITION_FORM = "how an agent is, such as available for 4m, wrap-up for 20s more, on-call, paused: lunch"

_CONDITION = re.compile(
    r"(?P<state>[a-z-]+)(?:: *(?P<reason>[^\n]{1,60}?))?(?: for (?P<span>\S+)(?P<more> more)?)?", re.ASCII
)
_MAY_LAST = {State.WRAP_UP, State.ON_CALL}


def parse_condition(text: str) -> Condition:
    """Read how an agent is; raise `Mistake` when it says no such thing."""
    match = _CONDITION.fullmatch(text)
    words = [state.value for state in State]
    if not match or match["state"] not in words:
        word = text.split(" ")[0].split(":")[0]
        raise Mistake(f"expected {CONDITION_FORM}, not '{text}'", "" if word in words else did_you_mean(word, words))
    state = State(match["state"])
    if match["reason"] and state is not State.PAUSED:
        raise Mistake("only a pause has a reason")
    span = None
    if match["span"]:
        try:
            span = parse_duration(match["span"])
        except Mistake as mistake:
            raise mistake.moved(match.start("span")) from None
    if match["more"] and state not in _MAY_LAST:
        raise Mistake(
            f"'more' goes with {' and '.join(sorted(_MAY_LAST))}", f"did you mean '{text.removesuffix(' more')}'?"
        )
    if state is State.WRAP_UP and not match["more"]:
        raise Mistake("how long the wrap-up lasts is missing", "write wrap-up for 20s more")
    if span is not None and not match["more"] and state is not State.AVAILABLE:
        hint = f"did you mean '{text} more'?" if state in _MAY_LAST else ""
        raise Mistake(f"'for {match['span']}' does not go with {state}", hint)
    since, rest = (None, span) if match["more"] else (span, None)
    return Condition(state, since, rest, match["reason"] or "")


class Outcome(StrEnum):
    """What has become of a call."""

    CHOOSING = "choosing"
    """It is on its way: a menu asks, or something is told."""
    WAITING = "waiting"
    """It stands in a line, or rings."""
    TALKING = "talking"
    ANSWERED = "answered"
    """An agent has talked with the caller, and it is over."""
    ABANDONED = "abandoned"
    """The caller hung up before that."""
    VOICEMAIL = "voicemail"
    NUMBER = "number"
    """Sent to a number outside."""
    SCRIPT = "script"
    """Led by a script of the administrator's own."""
    HUNG_UP = "hung-up"
    """By the rules."""
    CALLBACK = "callback"
    """The caller hung up to be called back."""


class CallerDeed(StrEnum):
    """What a caller does."""

    HANGS_UP = "hangs-up"
    PRESSES = "presses"


CALLER_FORM = "what the caller does: hangs-up, or presses and the keys, such as presses 1"
_PRESSES = re.compile(r"presses ([0-9*#]{1,20})", re.ASCII)


def parse_caller_deed(text: str) -> tuple[CallerDeed, str]:
    """Read what a caller does, with the keys; raise `Mistake` when it is neither."""
    if text == CallerDeed.HANGS_UP:
        return CallerDeed.HANGS_UP, ""
    if match := _PRESSES.fullmatch(text):
        return CallerDeed.PRESSES, match[1]
    raise Mistake(f"expected {CALLER_FORM}, not '{text}'", did_you_mean(text.split(" ")[0], list(CallerDeed)))
