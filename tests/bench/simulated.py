"""How many calls a second `telekit simulate` leads, beside others on the same model in the same rounds.

`python -m tests.bench.simulated --compiled FOLDER` measures, with the copy that `tests.bench.compiled` has made there,
and adds what `tests.bench.agreement` has found in a folder by `--agreement FOLDER`; it writes
docs/benchmarks/simulate.md.
"""

import argparse
import gc
import json
import os
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import simpy

from telekit.domain.agent import Agent
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.names import AgentName, QueueName, ShiftName, SkillName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Step, Strategy
from telekit.domain.skill import Requirement
from telekit.simulate.run import Run, Setting
from telekit.simulate.spread import Exponential
from telekit.simulate.tally import together
from telekit.simulate.traffic import Burst, Traffic
from tests.bench.agreement import AGENTS, ERLANGS, START_AT, TALK, WITHIN, centre
from tests.bench.compiled import lead
from tests.bench.machine import machine
from tests.bench.simulated_page import PAGE, RESULTS, agreed, made_again, page

ROUNDS = 5
CALLS = 20_000
SKILLS = ("french", "english", "billing", "technical")
CREW = 60
LOAD = 0.85
"""Of the time of the 60 agents."""
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Model:
    """One contact centre: kinds of calls, and agents who can each take some of them."""

    name: str
    able: Sequence[Sequence[int]]
    """The kinds that each agent can take."""
    kinds: int
    erlangs: float
    """Of all kinds together, each as many."""
    aim: int
    """Calls a second."""

    @property
    def every(self) -> float:
        """Give the seconds from one call of a kind to the next, on average."""
        return TALK * self.kinds / self.erlangs


ONE = Model("one queue, 14 agents", [(0,)] * AGENTS, 1, ERLANGS, 100_000)
FOUR = Model(
    "4 skills, 60 agents with 1 to 3 of them",
    [tuple((number + more) % len(SKILLS) for more in range(1 + number % 3)) for number in range(CREW)],
    len(SKILLS),
    CREW * LOAD,
    40_000,
)
MODELS = (ONE, FOUR)


@dataclass(frozen=True, slots=True)
class Measured:
    """One run."""

    rate: float
    """Calls to a second of the processor."""
    at_once: float
    """The share of calls that did not wait: both engines have to say the same."""


def by_telekit(model: Model, calls: int, seed: int) -> Measured:
    """Lead the calls by telekit: the longest idle of those who can takes the first in line."""
    end_at = START_AT + timedelta(seconds=calls / model.kinds * model.every)
    plan = centre() if model is ONE else _plan(model)
    traffic = [
        Traffic(queue, (Burst(START_AT, end_at, calls / model.kinds),), Exponential(TALK)) for queue in plan.queues
    ]
    run = Run(Setting(plan, START_AT, START_AT, WITHIN), traffic, seed)
    begun = time.process_time()
    result = run.go()
    took = time.process_time() - begun
    tally = together(result.queue(queue) for queue in plan.queues)
    return Measured(tally.came / took, tally.at_once / tally.came)


def by_simpy(model: Model, calls: int, seed: int) -> Measured:
    """Lead the calls by SimPy: a Resource where all agents are alike, else a FilterStore, which keeps who is idle."""
    chance, environment = random.Random(seed), simpy.Environment()
    at_once = came = 0
    if model is ONE:
        agents = simpy.Resource(environment, len(model.able))

        def call(_: int) -> Generator[Any, Any, None]:
            nonlocal at_once
            began = environment.now
            with agents.request() as request:
                yield request
                at_once += environment.now == began
                yield environment.timeout(chance.expovariate(1 / TALK))

    else:
        idle = simpy.FilterStore(environment)
        idle.items.extend(frozenset(able) for able in model.able)

        def call(kind: int) -> Generator[Any, Any, None]:
            nonlocal at_once
            began = environment.now
            agent = yield idle.get(lambda able: kind in able)
            at_once += environment.now == began
            yield environment.timeout(chance.expovariate(1 / TALK))
            yield idle.put(agent)

    def come(kind: int) -> Generator[Any, Any, None]:
        nonlocal came
        for _ in range(calls // model.kinds):
            yield environment.timeout(chance.expovariate(1 / model.every))
            came += 1
            environment.process(call(kind))

    for kind in range(model.kinds):
        environment.process(come(kind))
    begun = time.process_time()
    environment.run()
    return Measured(came / (time.process_time() - begun), at_once / came)


def by_bare_loop(model: Model, calls: int, seed: int) -> Measured:
    """Lead the calls by the least that Python can do for it: a heap of moments, lines, and who is idle."""
    chance, at_once = random.Random(seed), 0
    come, talk = partial(chance.expovariate, 1 / model.every), partial(chance.expovariate, 1 / TALK)
    left = [calls // model.kinds] * model.kinds
    lines: list[deque[float]] = [deque() for _ in left]
    idle = dict.fromkeys(range(len(model.able)))
    due = [(come(), kind, NOBODY) for kind in range(model.kinds)]
    heapify(due)
    begun = time.process_time()
    while due:
        now, kind, agent = heappop(due)
        if agent == NOBODY:
            left[kind] -= 1
            if left[kind]:
                heappush(due, (now + come(), kind, NOBODY))
            lines[kind].append(now)
            agent = next((each for each in idle if kind in model.able[each]), NOBODY)
            if agent == NOBODY:
                continue
            at_once += 1
            del idle[agent]
        else:
            heads = [(lines[kind][0], kind) for kind in model.able[agent] if lines[kind]]
            if not heads:
                idle[agent] = None
                continue
            kind = min(heads)[1]
        lines[kind].popleft()
        heappush(due, (now + talk(), kind, agent))
    came = calls // model.kinds * model.kinds
    return Measured(came / (time.process_time() - begun), at_once / came)


ENGINES: Mapping[str, Callable[[Model, int, int], Measured]] = {
    "telekit": by_telekit,
    "SimPy": by_simpy,
    "bare loop": by_bare_loop,
}


def measure(rounds: int, calls: int, compiled: Path) -> list[dict[str, Any]]:
    """Run all engines on each model in turn, round by round."""

    def by_compiled(model: Model, calls: int, seed: int) -> Measured:
        return Measured(*lead(compiled, MODELS.index(model), calls, seed))

    engines = {**ENGINES, "compiled": by_compiled}
    found = []
    for model in MODELS:
        measured: dict[str, list[Measured]] = {engine: [] for engine in engines}
        for number in range(rounds):
            for engine, leads in engines.items():
                gc.collect()
                measured[engine].append(leads(model, calls, number))
                sys.stderr.write(f"{model.name}, {engine}: {measured[engine][-1]}\n")
        rates = {engine: [each.rate for each in runs] for engine, runs in measured.items()}
        at_once = {engine: sum(each.at_once for each in runs) / rounds for engine, runs in measured.items()}
        found.append({"model": model.name, "aim": model.aim, "rates": rates, "at_once": at_once})
    return found


def _plan(model: Model) -> Plan:
    """Give a centre in which each queue asks for one skill."""
    zone, shift = ZoneInfo("UTC"), ShiftName("always")
    agents = {}
    for number, able in enumerate(model.able):
        name = AgentName(f"agent-{number:02}")
        skills = {SkillName(SKILLS[kind]): 5 for kind in able}
        agents[name] = Agent(name, name, (Phone(PhoneKind.SIP, name),), skills, zone, (shift,))
    shifts = {shift: Shift(shift, (Hours(frozenset(range(7)), Span(START_AT.time(), START_AT.time())),))}
    steps = {each: Step(timedelta(0), Requirement.of({SkillName(each): 1}), Strategy.LONGEST_IDLE) for each in SKILLS}
    queues = {QueueName(each): Queue(QueueName(each), (step,)) for each, step in steps.items()}
    return Plan(zone, agents=agents, shifts=shifts, queues=queues)


def main() -> None:
    """Measure, and write the page."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--compiled", type=Path, help="where the compiled copy is; without it no speed is measured")
    asked.add_argument("--agreement", type=Path, help="where the replications are that were made")
    asked.add_argument(
        "--again", type=Path, help="where some of them are that the other code has made, plain or compiled"
    )
    told = asked.parse_args()
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    if told.compiled is not None:
        results |= {
            "machine": dict(machine()),
            "load": f"{os.getloadavg()[0]:.2f}",
            "SimPy": simpy.__version__,
            "speed": measure(ROUNDS, CALLS, told.compiled.absolute()),
        }
    if told.agreement is not None:
        results["agreement"] = agreed(told.agreement)
        results["again"] = made_again(told.agreement, told.again) if told.again is not None else 0
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    PAGE.write_text(page(results))


if __name__ == "__main__":
    main()
