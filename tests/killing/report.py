"""`make kill`: kill telekit at 200 moments of four busy hours at once, and write docs/benchmarks/killed.md.

`make kill HOURS="autumn winter"` runs some of them, and adds them to those that were run before.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.bench.machine import machine
from tests.killing.page import page
from tests.killing.plot import plot

FOLDER = Path(__file__).parents[2] / "docs/benchmarks"
RESULTS = FOLDER / "killed.json"
HOURS = ("autumn", "winter", "spring", "summer")
"""Seeds: the same callers with the same patience each time, though not the same moments."""
MOMENTS = 50  # in each of them
AT_ONCE = 4  # which keeps two cores busy for little more than half of the time


def add_up(before: Mapping[str, Any] | None, measured: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Put hours to those that were measured before, in the order of `HOURS`; one that was measured anew is replaced.

    Raises `ValueError` where those are of another machine, or of other programs.
    """
    here = dict(machine())
    if before is None:
        return {"machine": here, "hours": measured}
    for name in ("processor", "system", "Python", "Asterisk"):
        if before["machine"][name] != here[name]:
            raise ValueError(f"{name}: {here[name]}, but the other hours were with {before['machine'][name]}")
    hours = {hour["seed"]: hour for hour in (*before["hours"], *measured)}
    return {"machine": before["machine"], "hours": [hours[seed] for seed in HOURS if seed in hours]}


def write(results: Mapping[str, Any]) -> None:
    """Write the figures, the page and the plot."""
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (FOLDER / "killed.md").write_text(page(results), encoding="utf-8")
    (FOLDER / "killed.svg").write_text(plot(results), encoding="utf-8")


def measure(seed: str) -> Mapping[str, Any]:
    """Run one hour in a network namespace of its own."""
    namespace = [sys.executable, "-m", "tests.lab.namespace", "--", sys.executable, "-m", "tests.killing.run"]
    told = subprocess.run([*namespace, seed, str(MOMENTS)], stdout=subprocess.PIPE, check=True).stdout
    found: Mapping[str, Any] = json.loads(told)
    return found


def main() -> None:
    """Run the hours that are named, and add them to those that were run before; all of them when none is named."""
    seeds = sys.argv[1:] or HOURS
    unknown = set(seeds) - set(HOURS)
    assert not unknown, f"there are the hours {', '.join(HOURS)}"
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if sys.argv[1:] and RESULTS.exists() else None
    with ThreadPoolExecutor(AT_ONCE) as runs:
        measured = list(runs.map(measure, seeds))
    write(add_up(before, measured))
    sys.stderr.write(f"kill: see {FOLDER / 'killed.md'}\n")


if __name__ == "__main__":
    main()
