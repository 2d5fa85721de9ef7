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
and offers each call to an agent before it counts as answered. SimPy's model knows waiting and talking, nothing else;
so does the bare loop: a heap of moments and some lists, the least that Python can do for it. Compiled is telekit's own
code, made by mypyc in a copy: [what it is](#compiled).

A call comes at random, talks for {talk:g} s on average (exponential), and waits for as long as it takes.
"""

REACHED = """\
Plain Python, which is what is installed, misses the aim. A call is some 220 function calls and 5,700 instructions of
Python, of which no single function has a tenth; to make its values, which are frozen, takes a sixth of the time. The
distributor is not replaced by a faster copy for simulations, for then they would say nothing of the code that leads
real calls. Runs are spread over all cores.
"""

COMPILED = """\
### Compiled

`telekit simulate --compiled` makes a copy, in the user's cache, in which `domain`, `acd` and what a run needs are
compiled by mypyc 2.4. The code is the same, but for the constructors of values, which are spelt out there: where
dataclasses go on making them, in Python, it is half as fast. The tests of `acd` hold for it too, among them those of
its random days (but one, which replaces a function in it, and there cannot). Its runs give the very same figures as
plain ones, on one core and on several. It leads {reached} of the calls that are aimed at. It is no part of what is
installed: it has to be built for each system and each Python.
"""

AGREEMENT = """\
## Agreement with Erlang C and Erlang A

{agents} agents, {erlangs:g} erlangs, talks of {talk:g} s; for Erlang A a mean patience of {patience:g} s. The first
{warm_up:g} hours of each replication are not counted. A standard error is that of the mean of the replications;
{errors:g} of them are allowed. The formulas are those of [`telekit staffing`](../planning.md).
"""

AGAIN = """\
The replications were made by the compiled copy; {again} of them were made by plain Python too, and came out the same to
the last digit.
"""

NOT_ALL_MADE = """\
{aimed} replications of {calls:,} calls are aimed at: `make simulate` makes them; told here are those that were made.
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


def made_again(folder: Path, others: Path) -> int:
    """Count the replications that another folder holds too; each has to have come out as it did here."""
    again = [file for file in others.glob("*.json") if file.stat().st_size]
    for file in again:
        ours, theirs = (json.loads(each.read_text()) | {"seconds": 0} for each in (folder / file.name, file))
        assert ours == theirs, f"{file.name} came out as {ours} here, as {theirs} there"
    return len(again)


def page(results: Results) -> str:
    """Write it."""
    parts = [SPEED.format(talk=TALK), "## The machine\n"]
    parts += [f"- {name}: {value}" for name, value in results["machine"].items() if name not in ("Asterisk",)]
    parts += [f"- SimPy: {results['SimPy']}", "\n## Speed\n", *_speed(results)]
    if any(median(each["rates"]["telekit"]) < each["aim"] for each in results["speed"]):
        parts += ["", REACHED]
    parts += [COMPILED.rstrip().format(reached=" and ".join(map(_reached, results["speed"])))]
    parts += _agreement(results)
    return "\n".join(parts).rstrip() + "\n"


def _reached(model: Mapping[str, Any]) -> str:
    """Tell how much of its aim the compiled copy reaches."""
    return f"{median(model['rates']['compiled']) / model['aim']:.0%}"


def _speed(results: Results) -> list[str]:
    rows = []
    for each in results["speed"]:
        simpy = each["rates"]["SimPy"]
        for engine in ("telekit", "compiled", "SimPy", "bare loop"):
            rates = each["rates"][engine]
            rows.append(
                (
                    each["model"],
                    engine,
                    f"{median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f})",
                    f"{Spread.of_ratios(rates, simpy).middle:.2f}",
                    f"{each['aim']:,}" if engine == "telekit" else "",
                    f"{each['at_once'][engine]:.1%}",
                )
            )
    heads = ("model", "led by", "calls a second", "to SimPy's", "aim", "answered at once")
    return list(table(heads, rows))


def _agreement(results: Results) -> list[str]:
    patience = next(each for each in MODELS.values() if each is not None)
    told = AGREEMENT.format(
        agents=AGENTS,
        erlangs=ERLANGS,
        talk=TALK,
        patience=Exponential(patience).mean,
        warm_up=WARM_UP.total_seconds() / 3600,
        errors=ERRORS,
    )
    parts = ["", told]
    agreement = results.get("agreement", {})
    if any(each["replications"] < REPLICATIONS or each["each"] < CALLS for each in agreement.values()):
        parts.append(NOT_ALL_MADE.format(aimed=REPLICATIONS, calls=CALLS))
    if results.get("again"):
        parts.append(AGAIN.format(again=results["again"]))
    for model, found in agreement.items():
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
