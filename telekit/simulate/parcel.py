"""What came of a run as plain values: those of compiled classes cannot be handed from one process to another."""

from dataclasses import fields
from operator import attrgetter
from typing import Any

from telekit.domain.names import AgentName, QueueName
from telekit.simulate.result import Result
from telekit.simulate.tally import Tally
from telekit.simulate.timesheet import Hours
from telekit.simulate.trip import End

Parcel = tuple[
    dict[QueueName, dict[int, tuple[Any, ...]]],
    dict[AgentName, dict[int, tuple[Any, ...]]],
    dict[str, int],
]
"""By queue and slot what a `Tally` counted, by agent and slot their `Hours`, and how calls ended."""

TALLIED = attrgetter(*(each.name for each in fields(Tally)))
WORKED = attrgetter(*(each.name for each in fields(Hours)))


def pack(result: Result) -> Parcel:
    """Take a result apart."""
    tallies, hours = result.tallies, result.timesheet.hours
    return (
        {queue: {slot: TALLIED(each) for slot, each in found.items()} for queue, found in tallies.items()},
        {agent: {slot: WORKED(each) for slot, each in found.items()} for agent, found in hours.items()},
        {end.value: count for end, count in result.ends.items()},
    )


def unpack(parcel: Parcel, result: Result) -> Result:
    """Put it together again, into a result in which nothing is counted yet."""
    tallies, hours, ends = parcel
    for queue, counted in tallies.items():
        result.tallies[queue] = {slot: Tally(*each) for slot, each in counted.items()}
    for agent, worked in hours.items():
        result.timesheet.hours[agent] = {slot: Hours(*each) for slot, each in worked.items()}
    for end, count in ends.items():
        result.ends[End(end)] = count
    return result
