"""The soak's plot; matplotlib, which it needs, is installed for measuring only."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.bench.soak_laws import warm_up

Results = Mapping[str, Any]
COLOURS = {"telekit": "#1f6f8b", "asterisk": "#b8794a"}


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
