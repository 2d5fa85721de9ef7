"""The page of the simulator's speed and of its agreement with formulas, written from results."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from telekit.simulate.spread import Exponential
from tests.bench.agreement import AGENTS, CALLS, ERLANGS, ERRORS, MODELS, REPLICATIONS, TALK, WARM_UP, agreements
from tests.bench.figures import Spread
from tests.bench.results import FOLDER
from tests.bench.tables import table

RESULTS, PAGE = FOLDER / "simulate.json", FOLDER / "simulate.md"
Results = Mapping[str, Any]

SPEED = """\
# Simulated calls

`make simulate` writes this page. Speed is that of [`telekit simulate`](../simulate.md) on one core, in calls to a
second of the processor, beside [SimPy](https://simpy.readthedocs.io) on the same model, in rounds that take turns.
telekit's runs drive the distributor that leads real calls: it asks rosters, keeps presence, phones, misses and reasons,
and offers each call to an agent before it counts as answered. SimPy's model knows waiting and talking, nothing else.

A call comes at random, talks for {talk:g} s on average (exponential), and waits for as long as it takes.
"""

REACHED = """\
The aim is missed. What keeps it: a call is some 270 function calls of the distributor, of which no single one costs a
tenth; the profile is flat. The distributor is not replaced by a faster copy for simulations, for then they would say
nothing of the code that leads real calls. Runs are spread over all cores.
"""

AGREEMENT = """\
## Agreement with Erlang C and Erlang A

{agents} agents, {erlangs:g} erlangs, talks of {talk:g} s; for Erlang A a mean patience of {patience:g} s. The first
{warm_up:g} hours of each replication are not counted. A standard error is that of the mean of the replications;
{errors:g} of them are allowed. The formulas are those of [`telekit staffing`](../planning.md). {aimed} replications of
{calls:,} calls are aimed at, which take hours: `make simulate` makes them; told here are those that were made.
"""


def agreed(folder: Path) -> dict[str, Any]:
    """Read the replications that a folder holds, and compare them with the formulas."""
    found: dict[str, Any] = {}
    for model, patience in MODELS.items():
        files = sorted(folder.glob(f"{model.replace(' ', '-').lower()}-*.json"))
        runs = [json.loads(text) for file in files if (text := file.read_text())]
        if len(runs) > 1:
            found[model] = {
                "replications": len(runs),
                "each": round(sum(run["calls"] for run in runs) / len(runs), -3),
                "calls": sum(run["calls"] for run in runs),
                "seconds": sum(run["seconds"] for run in runs),
                "figures": [
                    {**asdict(each), "distance": each.distance, "holds": each.holds}
                    for each in agreements(patience, runs)
                ],
            }
    return found


def page(results: Results) -> str:
    """Write it."""
    parts = [SPEED.format(talk=TALK), "## The machine\n"]
    parts += [f"- {name}: {value}" for name, value in results["machine"].items() if name not in ("Asterisk",)]
    parts += [f"- SimPy: {results['SimPy']}", "\n## Speed\n", *_speed(results)]
    if any(median(each["rates"]["telekit"]) < each["aim"] for each in results["speed"]):
        parts += ["", REACHED.rstrip()]
    parts += _agreement(results)
    return "\n".join(parts).rstrip() + "\n"


def _speed(results: Results) -> list[str]:
    rows = []
    for each in results["speed"]:
        ours, theirs = each["rates"]["telekit"], each["rates"]["SimPy"]
        of = Spread.of_ratios(ours, theirs)
        rows.append(
            (
                each["model"],
                f"{median(ours):,.0f} ({min(ours):,.0f} to {max(ours):,.0f})",
                f"{median(theirs):,.0f} ({min(theirs):,.0f} to {max(theirs):,.0f})",
                f"{of.middle:.2f}",
                f"{each['aim']:,}",
                f"{each['at_once']['telekit']:.1%} / {each['at_once']['SimPy']:.1%}",
            )
        )
    heads = ("", "telekit", "SimPy", "telekit / SimPy", "aim", "answered at once, telekit / SimPy")
    return list(table(heads, rows))


def _agreement(results: Results) -> list[str]:
    patience = next(each for each in MODELS.values() if each is not None)
    told = AGREEMENT.format(
        agents=AGENTS,
        erlangs=ERLANGS,
        talk=TALK,
        patience=Exponential(patience).mean,
        calls=CALLS,
        aimed=REPLICATIONS,
        warm_up=WARM_UP.total_seconds() / 3600,
        errors=ERRORS,
    )
    parts = ["", told]
    for model, found in results.get("agreement", {}).items():
        parts.append(f"### {model}\n")
        each_ = f"{found['replications']} replications of some {found['each']:,.0f} calls"
        parts.append(f"{each_}, {found['calls']:,} together.\n")
        rows = [
            (
                each["figure"],
                _value(each["figure"], each["expected"]),
                _value(each["figure"], each["mean"]),
                _value(each["figure"], each["error"]),
                f"{each['distance']:.2f}",
                "yes" if each["holds"] else "**no**",
            )
            for each in found["figures"]
        ]
        parts += [*table(("", "formula", "simulated", "standard error", "errors apart", "agrees"), rows), ""]
    return parts


def _value(figure: str, value: float) -> str:
    return f"{value:.4f} s" if figure == "mean wait" else f"{value:.4%}"
