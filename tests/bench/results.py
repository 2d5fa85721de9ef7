"""What the parts of the benchmark printed, as the aims and rows that a page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.figures import Aim, Spread

FOLDER = Path(__file__).parents[2] / "docs/benchmarks"
RESULTS = FOLDER / "results.json"
Results = Mapping[str, Any]
"""By part: what `decisions`, `fastagi`, `ami`, `calls`, `growth` and `paths` print as JSON, and the `machine`."""

WAYS = {
    "dial": "bare `Dial`",
    "agi": "trivial AGI, then `Dial`",
    "agi, heard": "trivial AGI, then `Dial`, while a program listens on AMI",
    "queue": "`app_queue`, longest idle of 250",
    "queue, heard": "`app_queue`, longest idle of 250, while a program listens on AMI",
    "light queue": "`app_queue`, one member, who may have any number of calls",
    "telekit": "telekit, longest idle of 250",
    "telekit alone": "telekit, longest idle of 250, on an Asterisk that tells nobody else anything",
}


AIMS = {"agi": 0.95, "agi, heard": 0.95, "queue": 1.25, "queue, heard": 1.25, "light queue": 1.25}
"""Of what each of the other ways holds, telekit shall hold so much."""


@dataclass(frozen=True, slots=True)
class Row:
    """One subject of a comparison."""

    name: str
    rate: Spread
    """Each second."""
    of: Spread
    """Of what it is compared with, round by round."""
    of_processor: Spread | None = None
    """The same for each second of the processor, which what else the machine does changes less."""


def servers(results: Results, part: str, figure: str, loop: str) -> list[Row]:
    """Compare the servers or clients of one part on one event loop with the bare one."""
    found = {each.get("server") or each["client"]: each["rounds"] for each in results[part] if each["loop"] == loop}
    bare = found["bare"]

    def row(name: str, rounds: Sequence[Mapping[str, float]]) -> Row:
        rates, used = [each[figure] for each in rounds], [each["cpu_microseconds"] for each in rounds]
        of = Spread.of_ratios(rates, [each[figure] for each in bare])
        return Row(name, Spread.of(rates), of, Spread.of_ratios([each["cpu_microseconds"] for each in bare], used))

    return [row(name, rounds) for name, rounds in found.items()]


def ways(results: Results) -> list[Row]:
    """Compare how many calls a second each way bears with the trivial AGI."""
    calls = results["calls"]
    return [
        Row(
            told,
            Spread.of(calls[way]["sustained"]),
            Spread.of_ratios(calls[way]["sustained"], calls["agi"]["sustained"]),
        )
        for way, told in WAYS.items()
        if way in calls
    ]


def aims(results: Results) -> Sequence[Aim]:
    """Give every aim with what was found."""
    calls, phases = results["calls"], results["decisions"]["phases"].values()
    slowest = Spread.of([phase["all"]["p99_us"] / 1000 for phase in phases])
    yielded = [Aim("p99 of one event at the distributor, the slowest phase", 1.0, _worst(slowest), "ms", at_most=True)]
    for part, figure, wanted, what in (
        ("fastagi", "sessions_per_second", 0.9, "FastAGI sessions, of a bare asyncio server"),
        ("ami", "events_per_second", 0.8, "AMI events, of a bare reader"),
    ):
        for loop in ("asyncio", "uvloop"):
            (ours,) = [row for row in servers(results, part, figure, loop) if row.name == "telekit"]
            yielded.append(Aim(f"{what}, on {loop}", wanted, ours.of, "x"))
    held = calls["telekit"]["sustained"]
    for other, wanted in AIMS.items():
        if other not in calls:
            continue
        ratio = Spread.of_ratios(held, calls[other]["sustained"])
        yielded.append(Aim(f"calls a second on Asterisk, of {WAYS[other]}", wanted, ratio, "x"))
    return yielded


def _worst(spread: Spread) -> Spread:
    return Spread(spread.most, spread.least, spread.most)
