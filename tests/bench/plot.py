"""The plot of the benchmark."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.bench.results import WAYS, Results, Row, servers, ways

OURS, OTHERS = "#1f6f8b", "#b8c4c9"
SHORT = {
    "dial": "Dial",
    "agi": "AGI, Dial",
    "agi, heard": "AGI, Dial, AMI",
    "queue": "app_queue, 250",
    "queue, heard": "app_queue, AMI",
    "light queue": "app_queue, 1",
    "telekit": "telekit, 250",
    "telekit alone": "telekit, alone",
}
"""The ways, as there is room for them; the table has them in full."""


def plot(results: Results, path: Path) -> None:
    """Draw how telekit stands beside its peers."""
    mpl.rcParams.update({"svg.hashsalt": "telekit", "svg.fonttype": "none", "font.size": 9})
    grown = results.get("growth")
    figure = Figure(figsize=(10, 10.5 if grown else 7), layout="constrained")
    (calls, delays), (sessions, events), *more = figure.subplots(3 if grown else 2, 2)
    held = [replace(row, name=name) for row, name in zip(ways(results), _names(results), strict=True)]
    _bars(calls, "calls a second held on Asterisk", held)
    _delays(delays, results)
    _bars(sessions, "FastAGI sessions a second", servers(results, "fastagi", "sessions_per_second", "uvloop"))
    _bars(events, "AMI events a second", servers(results, "ami", "events_per_second", "uvloop"))
    for axes_of_row in more:
        _growth(axes_of_row[0], results, "processor ms a call, by agents", lambda its: sum(its["cpu_ms"].values()))
        _growth(axes_of_row[1], results, "INVITE in to INVITE out, ms, by agents", lambda its: its["p50_ms"])
    figure.savefig(path, metadata={"Date": None})


def _growth(axes: Any, results: Results, title: str, figure: Callable[[Mapping[str, Any]], float]) -> None:
    for way, name, colour in (("queue", "app_queue", OTHERS), ("telekit", "telekit", OURS)):
        rows = [row for row in results["growth"]["rows"] if "p50_ms" in row.get(way, {})]
        axes.plot([row["agents"] for row in rows], [figure(row[way]) for row in rows], "o-", color=colour, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_title(title, loc="left", fontsize=10)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)


def _bars(axes: Any, title: str, rows: list[Row]) -> None:
    middles = [row.rate.middle for row in rows]
    reach = [[row.rate.middle - row.rate.least for row in rows], [row.rate.most - row.rate.middle for row in rows]]
    colours = [OURS if row.name.startswith("telekit") else OTHERS for row in rows]
    axes.barh([row.name for row in rows], middles, xerr=reach, color=colours, ecolor="#55616a")
    _dress(axes, title)


def _delays(axes: Any, results: Results) -> None:
    calls = [results["calls"][way] for way in WAYS if way in results["calls"]]
    names = _names(results)
    axes.barh(names, [its["all_p99_ms"] for its in calls], color=OTHERS, label="99 of 100 calls")
    axes.barh(names, [its["all_p50_ms"] for its in calls], color=OURS, height=0.4, label="half of the calls")
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    _dress(axes, "INVITE in to INVITE out, ms")


def _names(results: Results) -> list[str]:
    return [SHORT[way] for way in WAYS if way in results["calls"]]


def _dress(axes: Any, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=10)
    axes.invert_yaxis()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
