"""The lints that there are; docs/lints holds a page on each."""

from dataclasses import dataclass
from enum import StrEnum

from telekit.rules.diagnostic import Severity


class LintName(StrEnum):
    """What a lint is called in brackets, in a comment that silences it, and on its page."""

    SHADOWED_ROUTE = "shadowed-route"
    NO_FALLBACK = "no-fallback"
    UNUSED_LOOKUP = "unused-lookup"
    NUMBER_TWICE = "number-twice"
    NEVER_OPEN = "never-open"
    NEVER_SERVED = "never-served"
    UNSTAFFED_SKILL = "unstaffed-skill"
    UNSTAFFED_HOURS = "unstaffed-hours"
    UNBOUNDED_WAIT = "unbounded-wait"
    HIDDEN_STEP = "hidden-step"
    HIDDEN_OVERFLOW = "hidden-overflow"
    STEP_ADDS_NOBODY = "step-adds-nobody"
    RING_OUTLASTS_STEP = "ring-outlasts-step"
    SENT_IN_VAIN = "sent-in-vain"
    SILENT_END = "silent-end"
    CIRCULAR_KEY = "circular-key"
    LEADS_BACK = "leads-back"
    UNREACHABLE_AGENT = "unreachable-agent"
    AGENT_WITHOUT_QUEUE = "agent-without-queue"
    SHARED_PHONE = "shared-phone"
    OVERLAPPING_HOURS = "overlapping-hours"
    OVERLAPPING_SHIFTS = "overlapping-shifts"
    CLOCK_CHANGE = "clock-change"
    LAST_OFFER_TOO_EARLY = "last-offer-too-early"
    REST_TOO_SHORT = "rest-too-short"
    WEEKLY_REST_TOO_SHORT = "weekly-rest-too-short"
    DAY_TOO_LONG = "day-too-long"
    WEEK_TOO_LONG = "week-too-long"
    EXPIRED_EXCEPTION = "expired-exception"
    OVERLAPPING_EXCEPTIONS = "overlapping-exceptions"
    NEEDLESS_EXCEPTION = "needless-exception"
    UNUSED_QUEUE = "unused-queue"
    UNUSED_MENU = "unused-menu"
    UNUSED_LIST = "unused-list"
    UNUSED_SHIFT = "unused-shift"
    UNUSED_SKILL = "unused-skill"
    NEEDLESS_SILENCE = "needless-silence"


@dataclass(frozen=True, slots=True)
class Lint:
    """What is told of a lint wherever it is listed."""

    severity: Severity
    summary: str
    mended: bool = False
    """Whether `telekit check --fix` mends it; then at every place where it is told."""


_WARNING, _NOTE = Severity.WARNING, Severity.NOTE

LINTS = {
    LintName.SHADOWED_ROUTE: Lint(_WARNING, "a route that no call ever takes, since earlier ones take all its calls"),
    LintName.NO_FALLBACK: Lint(_WARNING, "calls that no route takes: they are hung up"),
    LintName.UNUSED_LOOKUP: Lint(_WARNING, "a lookup that calls wait for in vain, or that is never asked"),
    LintName.NUMBER_TWICE: Lint(_NOTE, "a number that stands in one list twice", mended=True),
    LintName.NEVER_OPEN: Lint(_WARNING, "a queue that does not open for a year"),
    LintName.NEVER_SERVED: Lint(_WARNING, "a queue, or a step, for whose calls nobody is ever on shift"),
    LintName.UNSTAFFED_SKILL: Lint(_WARNING, "a skill that is asked for and that no agent has, or not so well"),
    LintName.UNSTAFFED_HOURS: Lint(_WARNING, "opening hours in which nobody who could take a call ever works"),
    LintName.UNBOUNDED_WAIT: Lint(_WARNING, "a queue in which a caller may wait for ever"),
    LintName.HIDDEN_STEP: Lint(_WARNING, "a step that no call ever comes to"),
    LintName.HIDDEN_OVERFLOW: Lint(_NOTE, "an overflow that an earlier one always forestalls"),
    LintName.STEP_ADDS_NOBODY: Lint(_NOTE, "a step to which no agent comes who was not asked before"),
    LintName.RING_OUTLASTS_STEP: Lint(_NOTE, "a step that comes while the first phone still rings"),
    LintName.SENT_IN_VAIN: Lint(_WARNING, "a caller sent to a queue that is closed too, or has nobody either"),
    LintName.SILENT_END: Lint(_NOTE, "a caller hung up without a word"),
    LintName.CIRCULAR_KEY: Lint(_WARNING, "a key of a menu that leads round and back to the same menu"),
    LintName.LEADS_BACK: Lint(_WARNING, "a number rung outside that is one of those that lead to telekit"),
    LintName.UNREACHABLE_AGENT: Lint(_WARNING, "an agent who is on no shift"),
    LintName.AGENT_WITHOUT_QUEUE: Lint(_WARNING, "an agent whom no queue ever offers a call"),
    LintName.SHARED_PHONE: Lint(_WARNING, "one number rung for two agents who work at the same time"),
    LintName.OVERLAPPING_HOURS: Lint(_NOTE, "hours that hold the same time twice"),
    LintName.OVERLAPPING_SHIFTS: Lint(_NOTE, "an agent on two shifts at the same time"),
    LintName.CLOCK_CHANGE: Lint(_NOTE, "a shift that a change of the clocks makes longer, shorter or ambiguous"),
    LintName.LAST_OFFER_TOO_EARLY: Lint(_WARNING, "a last offer so early that a whole shift gets none"),
    LintName.REST_TOO_SHORT: Lint(_WARNING, "less than 11 hours of rest in a day"),
    LintName.WEEKLY_REST_TOO_SHORT: Lint(_WARNING, "less than 35 hours of rest in a row in a week"),
    LintName.DAY_TOO_LONG: Lint(_WARNING, "more than 10 hours on shift in a day, where French law holds"),
    LintName.WEEK_TOO_LONG: Lint(_WARNING, "more than 48 hours on shift in a week"),
    LintName.EXPIRED_EXCEPTION: Lint(_NOTE, "an exception whose day is long past"),
    LintName.OVERLAPPING_EXCEPTIONS: Lint(_NOTE, "two exceptions that hold the same time of one day"),
    LintName.NEEDLESS_EXCEPTION: Lint(_WARNING, "an exception that changes nothing on its day"),
    LintName.UNUSED_QUEUE: Lint(_NOTE, "a queue to which no route leads"),
    LintName.UNUSED_MENU: Lint(_NOTE, "a menu to which no route leads"),
    LintName.UNUSED_LIST: Lint(_NOTE, "a list that no route asks"),
    LintName.UNUSED_SHIFT: Lint(_NOTE, "a shift that nobody works"),
    LintName.UNUSED_SKILL: Lint(_NOTE, "a skill that no queue asks for"),
    LintName.NEEDLESS_SILENCE: Lint(_NOTE, "a comment that silences a lint that is not there", mended=True),
}
"""Every lint, in the order in which they are listed: calls, queues, people, shifts, single days, what is left over."""
