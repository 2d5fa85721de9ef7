"""The page that `make kill` writes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

OPENING = """\
# telekit killed at {moments} moments

This page is made by `make kill`; edit `tests/killing`, not this. A busy hour, compressed, on a real Asterisk: ten
agents at SIP phones who answer, refuse or do not hear, talk, pass callers on, pause and log out; a caller every second
in four queues with steps, exits and overflow. telekit is killed with SIGKILL at random and just as a call comes in, a
phone rings, is answered, or a conversation ends, and again while it recovers; it is started again after up to five
seconds. Phones, callers and Asterisk's own list of channels are the witnesses, not telekit.
"""
NOTES = """\
## What the figures allow for

- A conversation whose end no telekit saw counts up to the next start, and one whose beginning none saw from the last
  that was written: that is {unseen:,.0f} s here, since telekit was away that often. Every conversation that telekit saw
  begin and end is right within {off:.2f} s.
- A conversation that begins **and** ends while no telekit is there is known to Asterisk alone, and the journal takes
  its caller for one who gave up: {unheard} of these here.
- Who comes and gives up while no telekit is there is in no journal: {uncounted} callers here.
- A phone that rings when telekit is killed rings on; the time within which its caller is back counts from its end.
- The observer shares the machine with all it observes, and was itself late by up to {late:.1f} s. Where it stalls, so
  does telekit: a breach of a time in such a moment is counted all the same.
"""


def page(results: Mapping[str, Any]) -> str:
    """Write the page."""
    hours: Sequence[Mapping[str, Any]] = results["hours"]
    kills = [kill for hour in hours for kill in hour["kills"]]
    broken: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for hour in hours:
        broken.update(hour["broken"])
        outcomes.update(hour["outcomes"])
    seen = _sum(hours, "talked_told") - _sum(hours, "talked_unseen")
    spans = {name: sorted(each for hour in hours for each in hour[name]) for name in RECOVERY}
    lines = [
        OPENING.format(moments=len(kills)),
        "![how long telekit takes to take calls again, and callers to be back in the line](killed.svg)",
        "",
        "## The machine",
        "",
        *(f"- {name}: {value}" for name, value in results["machine"].items()),
        "",
        "## The moments",
        "",
        "What was going on at each kind of moment, in all; agents who are away have paused or logged out.",
        "",
        "| killed | moments | conversations that went on | phones that rang on | callers who waited | agents away |",
        "|---|---:|---:|---:|---:|---:|",
        *(_moments(aim, kills) for aim in sorted({kill["aim"] for kill in kills})),
        _moments(None, kills),
        "",
        "## Recovery",
        "",
        "|  | times | half within | 95 of 100 within | longest |",
        "|---|---:|---:|---:|---:|",
        *(_recovery(what, spans[name]) for name, what in RECOVERY.items()),
        "",
        "## The journal beside what phones and callers saw",
        "",
        "|  |  |",
        "|---|---:|",
        *(f"| {name} | {_sum(hours, key):,} |" for name, key in LOOKED_AT.items()),
        *(f"| callers: {name} | {count} |" for name, count in sorted(outcomes.items())),
        f"| talk time, as phones saw it | {_sum(hours, 'talked_seen'):,.0f} s |",
        f"| talk time, as the journal has it | {_sum(hours, 'talked_told'):,.0f} s |",
        f"| the same, without what passed while no telekit was there | {seen:,.0f} s |",
        "",
        "## The laws",
        "",
        "| law | breaches |",
        "|---|---:|",
        *(f"| {what} | {_count(broken[law])} |" for law, what in LAWS.items()),
        "",
        NOTES.format(
            unseen=_sum(hours, "talked_unseen"),
            off=max(hour["talk_off"] for hour in hours),
            unheard=_sum(hours, "unheard"),
            uncounted=_sum(hours, "uncounted"),
            late=max(hour["late"] for hour in hours),
        ),
    ]
    return "\n".join(lines)


RECOVERY = {
    "ready": "from the start of the process until it takes calls",
    "back": "from the start until a caller who waited is back in the line, or rung",
    "contradicted": "an agent's state is not what the phone shows",
}
LOOKED_AT = {
    "callers": "callers",
    "rings": "rings",
    "conversations": "conversations",
    "pauses and logouts": "absences",
    "facts in the journal": "facts",
}
LAWS = {
    "conversation": "a conversation ends only because one of the two hangs up",
    "sound": "neither side hears nothing for more than 1.5 s",
    "back in line": "a caller who waited is back in the line within 5 s of the start",
    "wait": "the wait counts from the call, within 1 s, and does not change",
    "order": "nobody is overtaken in a queue",
    "agent": "no agent is in a state that the phone contradicts for more than 5 s",
    "absence": "who has paused or logged out is not rung, and shown so until they are back",
    "rung twice": "no phone has two calls, no call two phones",
    "readable": "SQLite finds the journal whole after each kill",
    "totals: joined": "the journal has every conversation that began or ended while a telekit was there",
    "totals: finished": "and its end",
    "totals: talk": "and its length, within 0.6 s and the time away",
    "totals: outcome": "every caller has the one outcome that the caller saw, but for what no telekit could see",
    "totals: end": "every call has its end",
}


def _moments(aim: str | None, kills: Sequence[Mapping[str, Any]]) -> str:
    meant = [kill for kill in kills if aim in (None, kill["aim"])]
    counts = [len(meant), *(sum(kill[key] for kill in meant) for key in ("talking", "ringing", "waiting", "absent"))]
    return f"| {AIMED[aim]} | " + " | ".join(f"{count:,}" for count in counts) + " |"


AIMED = {
    "dials": "as a call came in",
    "rings": "as a phone began to ring",
    "answers": "as somebody answered",
    "ends": "as a conversation ended",
    "any moment": "at random",
    "in recovery": "while it recovered",
    None: "**all**",
}


def _recovery(what: str, spans: Sequence[float]) -> str:
    return f"| {what} | {len(spans)} | {_at(spans, 0.5)} | {_at(spans, 0.95)} | {_at(spans, 1.0)} |"


def _sum(hours: Sequence[Mapping[str, Any]], key: str) -> Any:
    return sum(hour[key] for hour in hours)


def _at(spans: Sequence[float], share: float) -> str:
    return f"{spans[max(0, round(share * len(spans)) - 1)]:.2f} s" if spans else "none"


def _count(number: int) -> str:
    return f"**{number}**" if number else "none"
