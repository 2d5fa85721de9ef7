"""`make bench`: measure everything, and write what was found under docs/benchmarks.

`python -m tests.bench.report` needs a network namespace of its own (`python -m tests.lab.namespace -- …`).
`--page-only` writes the page and the plot again from the results of the last time; `--parts calls -- --rounds 2`
measures one part anew, with options of its own.
"""

import argparse
import json
import subprocess
import sys
import time
from typing import Any

from tests.bench.machine import machine
from tests.bench.page import page
from tests.bench.plot import plot
from tests.bench.results import FOLDER, RESULTS, Results

PARTS = ("decisions", "fastagi", "ami", "calls", "growth", "paths")


def measure(part: str, *options: str) -> Any:
    """Run one part in a process of its own; gives what it printed last, and shows the rest."""
    began = time.monotonic()
    sys.stderr.write(f"bench: {part} …\n")
    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{part}", *options], stdout=subprocess.PIPE, text=True, check=True
    )
    told, _, last = done.stdout.rstrip().rpartition("\n")
    sys.stderr.write(f"{told}\nbench: {part}, {time.monotonic() - began:.0f} s\n\n")
    return json.loads(last)


def write(results: Results) -> None:
    (FOLDER / "README.md").write_text(page(results), encoding="utf-8")
    plot(results, FOLDER / "benchmarks.svg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page-only", action="store_true")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="leave the others as they were")
    parser.add_argument("options", nargs="*", help="of the one part that is measured, after `--`")
    asked = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    if not asked.page_only:
        results["machine"] = dict(machine())
        for part in asked.parts:
            results[part] = measure(part, *asked.options)
            RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if missing := [part for part in PARTS if part not in results]:
        raise SystemExit(f"bench: the page also needs {' and '.join(missing)}")
    write(results)
    sys.stderr.write(f"bench: see {FOLDER / 'README.md'}\n")


if __name__ == "__main__":
    main()
