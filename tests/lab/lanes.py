"""Run every test, in lanes side by side: `python -m tests.lab.lanes`.

Scenarios mostly wait for phones that ring, other tests mostly compute: side by side they take little longer than one.
Each lane has a network namespace of its own. Every line that a lane prints begins with the lane's name.
What failed is told once more at the very end, as whoever reads a long log reads that first. Where a lane's tests can't
be read, all end at once.
"""

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path

import pytest

SCENARIOS = sorted(map(str, Path("tests/scenarios").glob("test_*.py")))
CALLS = [*SCENARIOS[1::2], "tests/docker", "tests/lab", "tests/killing"]
LANES = {"calls": CALLS, "rest": ["tests", *(f"--ignore={each}" for each in CALLS)]}
"""By name what `pytest` is given. A test is in one lane, and no test in none, since the last is all but the others.

They are two, as long as each other: with more, calls come late where the machine has two processors."""

OF_A_FAILURE = re.compile(r"(FAILED|ERROR|INTERNALERROR>|E ) |\S+\.py:\d+: \w+(Error|Exception|Failed)\b")
"""How a line of pytest's begins that tells which test failed, where, or why."""


async def main(arguments: list[str]) -> int:
    """Run the lanes with further words for each pytest; return the exit status of the first that failed, or 0."""
    lanes = {name: await start([*own, *arguments]) for name, own in LANES.items()}

    def end() -> None:
        for lane in lanes.values():
            if lane.returncode is None:
                lane.terminate()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end)
    loop.add_signal_handler(signal.SIGINT, lambda: None)  # the terminal has told the lanes itself
    failures: list[str] = []

    async def followed(name: str, lane: Process) -> int:
        status = await passed_on(name, lane, failures)
        if status > pytest.ExitCode.TESTS_FAILED:
            end()
        return status

    statuses = await asyncio.gather(*(followed(name, lane) for name, lane in lanes.items()))
    if failures:
        sys.stdout.writelines(["\nWhat failed:\n", *failures])
    return next((status for status in statuses if status), 0)


async def start(arguments: list[str]) -> Process:
    """Start one lane's pytest, alone with its own loopback."""
    namespace = (sys.executable, "-m", "tests.lab.namespace", "--")
    return await asyncio.create_subprocess_exec(
        *namespace, sys.executable, "-m", "pytest", *arguments, stdout=PIPE, stderr=STDOUT
    )


async def passed_on(name: str, lane: Process, failures: list[str]) -> int:
    """Print what a lane prints, line by line, until it ends; return its exit status. Add what tells of `failures`."""
    assert lane.stdout is not None
    width = max(len(each) for each in LANES)
    async for line in lane.stdout:
        said = line.decode(errors="replace")
        told = f"{name:{width}} | {said}"
        sys.stdout.write(told)
        sys.stdout.flush()
        if OF_A_FAILURE.match(said):
            failures.append(told)
    return await lane.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
