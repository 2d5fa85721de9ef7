"""Simulated calls beside Erlang C and Erlang A: replications of a million calls, each figure within three errors.

`python -m tests.bench.agreement FOLDER` makes one replication after the other, each kept in a file of its own there, so
that it may be stopped, gone on with, and run several times at once; `--most N` ends it after N of them.
"""

import argparse
import gc
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import TextIO
from zoneinfo import ZoneInfo

from telekit.domain.agent import Agent
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.names import AgentName, QueueName, ShiftName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Step, Strategy
from telekit.domain.skill import Requirement
from telekit.planning.demand import Demand
from telekit.planning.erlang import predict
from telekit.simulate.run import Run, Setting
from telekit.simulate.spread import Exponential
from telekit.simulate.traffic import Burst, Traffic

AGENTS = 14
TALK = 180.0
PATIENCE = 300.0
ERLANGS = 10.0
CALLS = 1_000_000
REPLICATIONS = 20
WITHIN = timedelta(seconds=20)
WARM_UP = timedelta(hours=10)
START_AT = datetime(2026, 1, 1, tzinfo=UTC)
HELP = QueueName("help")
MODELS: Mapping[str, float | None] = {"Erlang C": None, "Erlang A": PATIENCE}
ERRORS = 3.0
"""Standard errors that a figure may lie from the formula's."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One figure: what the formula says, what the replications say, and how surely."""

    figure: str
    expected: float
    mean: float
    error: float

    @property
    def distance(self) -> float:
        """Give how many standard errors lie between them."""
        return abs(self.mean - self.expected) / self.error

    @property
    def holds(self) -> bool:
        return self.distance <= ERRORS


def centre() -> Plan:
    """Give a centre of one queue that every agent serves, day and night."""
    zone, shift = ZoneInfo("UTC"), ShiftName("always")
    midnight = datetime(2026, 1, 1, tzinfo=UTC).time()
    names = [AgentName(f"agent-{number:02}") for number in range(AGENTS)]
    agents = {name: Agent(name, name, (Phone(PhoneKind.SIP, name),), {}, zone, (shift,)) for name in names}
    step = Step(timedelta(0), Requirement.of({}), Strategy.LONGEST_IDLE)
    shifts = {shift: Shift(shift, (Hours(frozenset(range(7)), Span(midnight, midnight)),))}
    return Plan(zone, agents=agents, shifts=shifts, queues={HELP: Queue(HELP, (step,))})


def replication(patience: float | None, calls: int, seed: object) -> dict[str, float]:
    """Lead so many calls; give what became of them."""
    length = timedelta(seconds=calls * TALK / ERLANGS)
    end_at = START_AT + WARM_UP + length
    burst = Burst(START_AT, end_at, calls * ((end_at - START_AT) / length))
    traffic = Traffic(HELP, (burst,), Exponential(TALK), Exponential(patience) if patience else None)
    begun = time.process_time()
    tally = Run(Setting(centre(), START_AT, START_AT + WARM_UP, WITHIN), [traffic], seed).go().queue(HELP)
    return {
        "calls": tally.came,
        "waits": tally.waiting,
        "in time": tally.service_level,
        "mean wait": tally.waited.total_seconds() / tally.answered,
        "give up": tally.abandoning,
        "seconds": time.process_time() - begun,
    }


def agreements(patience: float | None, replications: Sequence[Mapping[str, float]]) -> list[Agreement]:
    """Compare replications with the formula."""
    span = timedelta(seconds=patience) if patience is not None else None
    demand = Demand(ERLANGS, timedelta(seconds=TALK), timedelta(seconds=TALK), span)
    said = predict(demand, AGENTS, WITHIN)
    assert said.speed_of_answer is not None
    expected = {
        "waits": said.waiting,
        "in time": said.service_level,
        "mean wait": said.speed_of_answer.total_seconds(),
        **({"give up": said.abandoning} if patience is not None else {}),
    }
    found = []
    for figure, value in expected.items():
        values = [each[figure] for each in replications]
        found.append(Agreement(figure, value, fmean(values), stdev(values) / sqrt(len(values))))
    return found


def main() -> None:
    """Make the replications that the folder does not hold yet."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--most", type=int, default=len(MODELS) * REPLICATIONS)
    asked.add_argument("--calls", type=int, default=CALLS, help="of each replication")
    told = asked.parse_args()
    folder, left = told.folder, told.most
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, REPLICATIONS + 1):
        for model, patience in MODELS.items():
            if not left:
                return
            name = f"{model.replace(' ', '-').lower()}-{number:02}"
            with (folder / f"{name}.json").open("a") as file:
                if _is_ours(file):
                    left -= 1
                    gc.collect()
                    made = json.dumps(replication(patience, told.calls, number))
                    file.write(made)
                    sys.stderr.write(f"{name}: {made}\n")


def _is_ours(file: TextIO) -> bool:
    """Claim a replication that nobody makes or has made; one that was broken off is made anew."""
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return not Path(file.name).stat().st_size


if __name__ == "__main__":
    main()
