"""The page of the soak and its plot, written from its results."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.bench.results import FOLDER
from tests.bench.soak_callers import BUSY, DECLINED, PATIENCE, RING, TALK
from tests.bench.soak_laws import FLAT, WARM_UP, WARM_UP_LEAST, WINDOW, warm_up
from tests.bench.soak_stand import Size
from tests.bench.tables import table

RESULTS, PAGE, PLOT = (FOLDER / f"soak.{kind}" for kind in ("json", "md", "svg"))
Results = Mapping[str, Any]
COLOURS = {"telekit": "#1f6f8b", "asterisk": "#b8794a"}

ABOUT = f"""\
# Soak

`make soak` writes this page. It looks for the highest rate at which calls go through a real Asterisk, then lets
{{calls:,}} come at that rate, and afterwards compares what the callers saw, what the journal says and what Asterisk
counted.

Most calls find a free agent among {Size().agents}. {Size().busy_rate:g} a second come to a second line, whose
{Size().busy_agents} agents are too few: callers wait there, and give up after
{", ".join(f"{patience / 1000:g}" for patience in PATIENCE[:-1])} or {PATIENCE[-1] / 1000:g} s. Phones ring for
{RING / 1000:g} s and talk for {TALK / 1000:g} s; of the offers {BUSY:.0%} find the phone busy and {DECLINED:.0%} are
declined, and the call goes to the next agent. No wrap-up. Callers, phones, Asterisk and telekit share the machine.

Memory is read each second. The first {WARM_UP:.0%} of the time, and {WARM_UP_LEAST} s at least, are the warm-up: SIP
has Asterisk keep what it knows of a call for 32 s after its end. Then the median of the first {WINDOW} seconds is
compared with that of the last {WINDOW}. Memory is flat when it has grown by {FLAT:.0%} at most.

![resident memory and calls a second](soak.svg)
"""


def page(results: Results) -> str:
    """Write it."""
    facts, told, cpu = results["facts"], results["told"], results["cpu_ms"]
    rows = [
        ("calls", f"{results['calls']:,}"),
        ("calls a second", f"{results['rate']:.0f}"),
        ("highest rate that held for some seconds", f"{results['found']:.0f}"),
        ("time", f"{results['seconds']:.0f} s"),
        ("callers served / gave up", f"{told.get('served', 0):,} / {told.get('gave-up', 0):,}"),
        ("offers / missed or taken back", f"{facts['offered']:,} / {facts.get('offer-ended', 0):,}"),
        ("calls that had to wait", f"{facts.get('queued', 0):,}"),
        ("until an agent answered, one free: p50 / p99 / longest", _spans(results["waits"])),
        ("until an agent answered, too few: p50 / p99 / longest", _spans(results["busy_waits"])),
        ("processor ms a call", " + ".join(f"{used:.1f} {name}" for name, used in cpu.items())),
        ("facts in the journal", f"{sum(facts.values()):,}"),
    ]
    laws = [(law["what"], law["found"], "yes" if law["holds"] else "**no**") for law in results["laws"]]
    return "\n".join(
        [
            ABOUT.format(calls=results["calls"]),
            "## The machine\n",
            *(f"- {name}: {value}" for name, value in results["machine"].items() if name != "load before"),
            f"- load before: {results['load']:.2f}",
            "\n## What must be so\n",
            *table(("", "found", "so"), laws),
            "\n## What was done\n",
            *table(("", ""), rows),
            *(
                f"\nAt {each['rate']:.0f} calls a second not so: {'; '.join(each['failed'])}."
                for each in results["slower"]
            ),
            "",
        ]
    )


def plot(results: Results, path: Path) -> None:
    """Draw memory and calls over the time."""
    mpl.rcParams.update({"svg.hashsalt": "telekit", "svg.fonttype": "none", "font.size": 9})
    figure = Figure(figsize=(10, 5), layout="constrained")
    memory, calls = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    for name, samples in results["memory"].items():
        memory.plot(samples, color=COLOURS[name], label=name)
    warm = warm_up(len(results["memory"]["telekit"]))
    for axes in (memory, calls):
        axes.axvspan(0, warm, color="#eef1f2", zorder=0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_ylim(bottom=0)
    memory.set_ylim(top=1.15 * max(map(max, results["memory"].values())))
    memory.set_title("resident memory, MB (the warm-up is shaded)", loc="left", fontsize=10)
    memory.legend(frameon=False, ncols=2)
    calls.plot(results["arrivals"][:-1], color="#55616a")
    calls.set_ylim(bottom=0, top=1.3 * max(results["arrivals"]))
    calls.set_title("calls that came in each second", loc="left", fontsize=10)
    calls.set_xlabel("seconds")
    figure.savefig(path, metadata={"Date": None})


def write(results: Results) -> None:
    PAGE.write_text(page(results), encoding="utf-8")
    plot(results, PLOT)


def _spans(seconds: Sequence[float]) -> str:
    return " / ".join(f"{each:.2f}" for each in seconds) + " s"
