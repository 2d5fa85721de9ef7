"""How long a command takes on large rules, from the shell: `make commands` writes docs/benchmarks/commands.md.

`python -m tests.bench.commands` runs each command some times, each in a process of its own.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, getrusage

from tests.bench.figures import Aim, Spread
from tests.bench.machine import machine
from tests.bench.results import FOLDER
from tests.bench.tables import table

PAGE = FOLDER / "commands.md"
AGENTS, QUEUES, SKILLS, TESTS = 1000, 200, 40, 1000
SHIFTS = {"early": "mon-fri 07:00-14:00", "days": "mon-fri 09:00-17:00", "late": "mon-fri 13:00-20:00"}
AT = "2026-11-24 10:00"

ABOUT = f"""\
# Commands on large rules

`make commands` writes this page. Rules of {AGENTS:,} agents, each with 4 of {SKILLS} skills and one of three shifts,
and of {QUEUES} queues, each with a route, opening hours, two steps and some 100 agents who could serve it. Each command
is a process of its own, from the start of Python to its end: what somebody waits for who types it. The tests let a call
come to each queue in turn, so that none finds ready what the one before it needed.
"""

COMMANDS = {
    "check": ("`telekit check`", ("check", "rules.yaml"), 1.0),
    "explain": ("`telekit explain` of one call", ("explain", "--dialed", "1007", "--at", AT, "rules.yaml"), 1.0),
    "test": (f"`telekit test` of {TESTS:,} tests", ("test", "rules.yaml"), 10.0),
}
"""What is measured, with the seconds that it may take at most."""
FINE = (0, 3)
"""How a command may end; 3 is for lints, which invented rules have."""


def write_rules(folder: Path, agents: int = AGENTS, queues: int = QUEUES, tests: int = TESTS) -> None:
    """Write rules and their tests into a folder, always the same."""
    luck = Random(1)
    skills = [f"s{number}" for number in range(SKILLS)]
    people = []
    for number in range(agents):
        able = ", ".join(f"{skill}: {luck.randint(3, 10)}" for skill in luck.sample(skills, 4))
        shift = luck.choice(list(SHIFTS))
        people.append(f"  a{number}: {{phone: sip:a{number}, skills: {{{able}}}, shifts: {shift}}}")
    lines = [
        f"  q{number}: {{open: mon-fri 08:00-18:00, requires: {{s{number % SKILLS}: 5}}, "
        f"steps: [{{after: 40s, requires: {{s{number % SKILLS}: 3}}}}, {{after: 5m, go: voicemail}}]}}"
        for number in range(queues)
    ]
    routes = [f"  - {{when: {{dialed: '{1000 + number}'}}, queue: q{number}}}" for number in range(queues)]
    cases = [
        f"  - {{name: call {number}, call: {{dialed: '{1000 + number % queues}'}}, "
        f"expect: {{queue: q{number % queues}, outcome: waiting}}}}"
        for number in range(tests)
    ]
    rules = [
        "timezone: Europe/Paris",
        f"skills: [{', '.join(skills)}]",
        *("shifts:", *(f"  {name}: {hours}" for name, hours in SHIFTS.items())),
        *("agents:", *people),
        *("queues:", *lines),
        *("routes:", *routes, "  - {go: voicemail}"),
    ]
    (folder / "rules.yaml").write_text("\n".join([*rules, ""]), encoding="utf-8")
    (folder / "rules.test.yaml").write_text("\n".join([f"at: {AT}", "tests:", *cases, ""]), encoding="utf-8")


def seconds_of(words: Sequence[str], folder: Path) -> tuple[float, float]:
    """Run a command once; give its seconds by the wall's clock, and those of the processor."""
    before = _processor()
    began = time.monotonic()
    command = [sys.executable, "-m", "telekit", *words]
    environment = {**os.environ, "PYTHONPATH": str(FOLDER.parents[1])}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in FINE:
        raise SystemExit(f"bench: {' '.join(command)}: {done.stdout}{done.stderr}")
    return time.monotonic() - began, _processor() - before


def _processor() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(runs: int, size: tuple[int, int, int] = (AGENTS, QUEUES, TESTS)) -> dict[str, tuple[Spread, Spread]]:
    """Run every command so many times, in turns; give by its name how long it took, by both clocks."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_rules(folder, *size)
        seconds_of(COMMANDS["check"][1], folder)  # the first also compiles telekit's own files, once
        for _ in range(runs):
            for name, (_, words, _) in COMMANDS.items():
                found[name].append(seconds_of(words, folder))
    return {name: (Spread.of([w for w, _ in each]), Spread.of([p for _, p in each])) for name, each in found.items()}


def page(measured: dict[str, tuple[Spread, Spread]], runs: int, about: Iterable[tuple[str, str]]) -> str:
    """Write what was found beside what was aimed at."""
    rows = []
    for name, (told, _, most) in COMMANDS.items():
        wall, processor = measured[name]
        aim = Aim(told, most, wall, "s", at_most=True)
        rows.append((told, f"at most {most:g} s", _told(wall), _told(processor), "met" if aim.met else "**not met**"))
    return "\n".join(
        [
            ABOUT,
            "## The machine\n",
            *(f"- {name}: {value}" for name, value in about if name != "Asterisk"),
            "\n## What was aimed at\n",
            f"The median of {runs} runs that took turns, with the least and the most in brackets.\n",
            *table(("", "aim", "found", "of the processor", ""), rows),
            "",
        ]
    )


def _told(spread: Spread) -> str:
    return f"{spread.middle:.2f} ({spread.least:.2f} to {spread.most:.2f}) s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    asked = parser.parse_args()
    about = machine()
    PAGE.write_text(page(measure(asked.runs), asked.runs, about.items()), encoding="utf-8")
    sys.stderr.write(f"bench: see {PAGE}\n")


if __name__ == "__main__":
    main()
