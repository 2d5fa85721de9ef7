"""`make kill`: kill telekit at 200 moments of four busy hours that run at once, and write docs/benchmarks/killed.md."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.machine import machine

FOLDER = Path(__file__).parents[2] / "docs/benchmarks"
RESULTS = FOLDER / "killed.json"
HOURS = ("autumn", "winter", "spring", "summer")
"""Seeds: the same callers with the same patience each time, though not the same moments."""
MOMENTS = 50  # in each of them

OPENING = """\
# telekit killed at {moments} moments

This page is made by `make kill`; edit `tests/killing`, not this. A busy hour, compressed, on a real Asterisk: ten
agents at SIP phones who answer, refuse or do not hear, talk, and pass callers on; a caller every second in four queues
with steps, exits and overflow. telekit is killed with SIGKILL at random and just as a call comes in, a phone rings, is
answered, or a conversation ends, and again while it recovers; it is started again after up to five seconds. Phones,
callers and Asterisk's own list of channels are the witnesses, not telekit.
"""
NOTES = """\
## What the figures allow for

- A conversation that begins **and** ends while no telekit is there is known to Asterisk alone: {unheard} of these here.
- Who comes and gives up while no telekit is there is in no journal: {uncounted} callers here.
- A conversation whose end no telekit saw counts up to the next start.
- The observer shares the machine with all it observes, and was itself late by up to {late:.1f} s. Where it stalls, so
  does telekit: a breach of a time in such a moment is counted all the same.
"""


def page(results: Mapping[str, Any]) -> str:
    """Write the page."""
    hours: Sequence[Mapping[str, Any]] = results["hours"]
    broken: Counter[str] = Counter()
    aims: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for hour in hours:
        broken.update(hour["broken"])
        aims.update(hour["moments"])
        outcomes.update(hour["outcomes"])
    ready, back = (sorted(each for hour in hours for each in hour[name]) for name in ("ready", "back"))
    lines = [
        OPENING.format(moments=sum(aims.values())),
        "![how long telekit takes to take calls again, and callers to be back in the line](killed.svg)",
        "",
        "## The machine",
        "",
        *(f"- {name}: {value}" for name, value in results["machine"].items()),
        "",
        "## The moments",
        "",
        "| killed | times |",
        "|---|---:|",
        *(f"| {aim} | {count} |" for aim, count in sorted(aims.items())),
        "",
        "## What was looked at",
        "",
        "|  |  |",
        "|---|---:|",
        *(f"| {name} | {_sum(hours, key):,} |" for name, key in LOOKED_AT.items()),
        *(f"| callers: {name} | {count} |" for name, count in sorted(outcomes.items())),
        f"| talk time, as phones saw it | {_sum(hours, 'talked_seen'):,.0f} s |",
        f"| talk time, as the journal has it | {_sum(hours, 'talked_told'):,.0f} s |",
        "",
        "## Recovery",
        "",
        "|  | half | 95 of 100 | longest |",
        "|---|---:|---:|---:|",
        *(
            f"| {name} | {_at(spans, 0.5)} | {_at(spans, 0.95)} | {_at(spans, 1.0)} |"
            for name, spans in (
                ("from the start of the process until it takes calls", ready),
                ("from the start until a caller who waited is back in the line", back),
            )
        ),
        "",
        "## The laws",
        "",
        "| law | breaches |",
        "|---|---:|",
        *(f"| {what} | {_count(broken[law])} |" for law, what in LAWS.items()),
        "",
        NOTES.format(
            unheard=_sum(hours, "unheard"),
            uncounted=_sum(hours, "uncounted"),
            late=max(hour["late"] for hour in hours),
        ),
    ]
    return "\n".join(lines)


LOOKED_AT = {
    "callers": "callers",
    "rings": "rings",
    "conversations": "conversations",
    "conversations that a kill fell into": "outlived",
    "rings that a kill fell into": "rang_through",
    "facts in the journal": "facts",
}
LAWS = {
    "conversation": "a conversation ends only because one of the two hangs up",
    "sound": "neither side hears nothing for more than 1.5 s",
    "back in line": "a caller who waited is back in the line within 5 s of the start",
    "wait": "the wait counts from the call, within 1 s, and does not change",
    "order": "nobody is overtaken in a queue",
    "agent": "no agent is in a state that the phone contradicts for more than 5 s",
    "rung twice": "no phone has two calls, no call two phones",
    "readable": "SQLite finds the journal whole after each kill",
    "totals: joined": "the journal has every conversation",
    "totals: finished": "and its end",
    "totals: talk": "and its length, within 0.6 s and the time away",
    "totals: outcome": "every caller has the one outcome that the caller saw",
    "totals: end": "every call has its end",
}


def plot(results: Mapping[str, Any]) -> str:
    """Draw which share was back after how many seconds."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 260" role="img"><title>Recovery after a kill</title>',
        "<style>text { font: 12px sans-serif; fill: #333; } path { fill: none; stroke-width: 2; }</style>",
        '<rect width="560" height="260" fill="#fff"/>',
    ]
    for second in range(11):
        x = 50 + second * 48
        parts.append(
            f'<path d="M{x} 30V220" stroke="#ddd"/><text x="{x}" y="238" text-anchor="middle">{second} s</text>'
        )
    parts.append('<path d="M290 30V220" stroke="#b3541e" stroke-dasharray="6 4"/>')
    for name, colour, y in (("ready", "#7a868f", 60), ("back", "#0b6e4f", 80)):
        spans = sorted(each for hour in results["hours"] for each in hour[name])
        dots = (f"{50 + min(each, 10) * 48:.0f} {220 - 190 * (n + 1) / len(spans):.1f}" for n, each in enumerate(spans))
        told = {"ready": "telekit takes calls", "back": "a caller is back in the line"}[name]
        parts.append(f'<path d="M50 220L{"L".join(dots)}" stroke="{colour}"/>')
        parts.append(f'<path d="M330 {y + 60}h24" stroke="{colour}"/><text x="360" y="{y + 64}">{told}</text>')
    return "\n".join([*parts, '<text x="50" y="20">share, from the start of the process</text></svg>', ""])


def _sum(hours: Sequence[Mapping[str, Any]], key: str) -> Any:
    return sum(hour[key] for hour in hours)


def _at(spans: Sequence[float], share: float) -> str:
    return f"{spans[max(0, round(share * len(spans)) - 1)]:.2f} s" if spans else "none"


def _count(number: int) -> str:
    return f"**{number}**" if number else "none"


def write(hours: Sequence[Mapping[str, Any]]) -> None:
    """Write the figures, the page and the plot."""
    results = {"machine": dict(machine()), "hours": hours}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (FOLDER / "killed.md").write_text(page(results), encoding="utf-8")
    (FOLDER / "killed.svg").write_text(plot(results), encoding="utf-8")


def main() -> None:
    namespace = [sys.executable, "-m", "tests.lab.namespace", "--", sys.executable, "-m", "tests.killing.run"]
    running = [subprocess.Popen([*namespace, seed, str(MOMENTS)], stdout=subprocess.PIPE) for seed in HOURS]
    told = [process.communicate()[0] for process in running]
    write([json.loads(each) for each in told])
    sys.stderr.write(f"kill: see {FOLDER / 'killed.md'}\n")


if __name__ == "__main__":
    main()
