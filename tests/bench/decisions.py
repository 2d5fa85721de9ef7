"""How long the distributor takes for one event, with 15,000 agents, 500 skills, 5,000 queues and 7,500 calls at once.

`python -m tests.bench.decisions` prints a table, then one line of JSON. Calls arrive, phones ring, people talk, miss
and wrap up, and at noon a third of the agents go off shift while another third comes on. Every call of `handle` is
timed, the wake-ups too, with Python's garbage collector at work as ever; its longest pause is told too. On a machine
that does other things as well, the processor's time says more than the wall's.
"""

import argparse
import gc
import json
import resource
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from time import thread_time_ns
from typing import Any

from telekit.acd.events import PlanChanged
from tests.bench.decisions_world import Size, Taken, World, at, make_plan

PHASES = {
    "filling": "while all calls come in",
    "steady": "with all calls here",
    "noon": "from 20 s before to 20 s after the change of shift",
}


class Pauses:
    """Times the pauses that the garbage collector makes."""

    def __init__(self) -> None:
        self._begun = 0
        self.longest_ms = 0.0

    def __call__(self, phase: str, _: Mapping[str, int]) -> None:
        if phase == "start":
            self._begun = thread_time_ns()
        else:
            self.longest_ms = max(self.longest_ms, (thread_time_ns() - self._begun) / 1e6)


def measure(size: Size | None = None, minutes: int = 3) -> dict[str, Any]:
    """Play from 11:55 until just after noon; give the figures, those of one event in microseconds."""
    size = size or Size()
    before_mb = _memory_mb()
    world = World(size, at("11:55"))
    memory_mb = _memory_mb() - before_mb
    gc.collect()
    gc.freeze()
    pauses = Pauses()
    gc.callbacks.append(pauses)
    phases = {"filling": _phase(world, lambda: _fill(world))}
    world.run(at("11:56"))
    phases["steady"] = _phase(world, lambda: world.run(at("11:56") + timedelta(minutes=minutes)))
    present = {presence.value: count for presence, count in world.present.items() if count > 0}
    waiting = sum(len(queue.calls) for queue in world.distributor.queues())
    world.run(at("11:59:40"))
    phases["noon"] = _phase(world, lambda: world.run(at("12:00:20")))
    gc.callbacks.remove(pauses)
    gc.unfreeze()
    return {
        "size": {"agents": size.agents, "skills": size.skills, "queues": size.queues, "calls": size.calls},
        "memory_mb": memory_mb,
        "plan_change_ms": _change_plan(world),
        "longest_collection_ms": pauses.longest_ms,
        "waiting": waiting,
        "presence": present,
        "phases": phases,
    }


def _fill(world: World) -> None:
    while len(world.in_progress) < world.size.calls:
        world.arrive()


def _phase(world: World, play: Callable[[], None]) -> dict[str, Any]:
    world.times.clear()
    world.offers = 0
    play()
    every = [taken for times in world.times.values() for taken in times]
    seconds = sum(cpu for _, cpu in every) / 1e9
    return {
        "decisions_per_second": round(world.offers / seconds),
        "events_per_second": round(len(every) / seconds),
        "all": _summary(every),
        "kinds": {kind: _summary(times) for kind, times in sorted(world.times.items())},
    }


def _summary(times: list[Taken]) -> dict[str, float]:
    wall, cpu = (sorted(each) for each in zip(*times, strict=True))
    middle, high = len(times) // 2, min(len(times) - 1, len(times) * 99 // 100)
    return {
        "events": len(times),
        "p50_us": cpu[middle] / 1000,
        "p99_us": cpu[high] / 1000,
        "max_us": cpu[-1] / 1000,
        "p99_wall_us": wall[high] / 1000,
    }


def _change_plan(world: World) -> float:
    plan = make_plan(world.size)
    begun = thread_time_ns()
    world.distributor.handle(PlanChanged(plan), world.now)
    return (thread_time_ns() - begun) / 1e6


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(figures: Mapping[str, Any]) -> str:
    """Lay the figures out for a person."""
    lines = [f"{name}: {value}" for name, value in figures.items() if name != "phases"]
    for name, phase in figures["phases"].items():
        lines += [
            "",
            f"{PHASES[name]}: {phase['decisions_per_second']} decisions, {phase['events_per_second']} events/s",
        ]
        lines.append(f"{'event':20}{'count':>8}{'p50 us':>9}{'p99 us':>9}{'max us':>10}{'p99 wall us':>13}")
        for kind, row in {"all": phase["all"], **phase["kinds"]}.items():
            lines.append(
                f"{kind:20}{row['events']:>8}{row['p50_us']:>9.1f}{row['p99_us']:>9.1f}"
                f"{row['max_us']:>10.1f}{row['p99_wall_us']:>13.1f}"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("agents", 15_000), ("skills", 500), ("queues", 5_000), ("calls", 7_500), ("minutes", 3)):
        parser.add_argument(f"--{name}", type=int, default=value)
    asked = parser.parse_args()
    figures = measure(Size(asked.agents, asked.skills, asked.queues, asked.calls), min(asked.minutes, 3))
    sys.stdout.write(f"{table(figures)}\n{json.dumps(figures)}\n")


if __name__ == "__main__":
    main()
