"""How many agents an interval needs, and what so many are worth: Erlang B, C and A.

Erlang C where callers never give up, Erlang A where they have a patience, Erlang B where no call may wait. Calls come
at random (Poisson), handle times and patience are exponential, and the interval is long beside both.
"""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from math import ceil, floor

from telekit.errors import PlanningError
from telekit.planning.demand import Demand
from telekit.planning.erlang_a import ErlangA
from telekit.planning.erlang_b import erlang_b
from telekit.planning.erlang_c import erlang_c, late_c, mean_wait_c
from telekit.planning.prediction import Prediction
from telekit.planning.target import Target

NOTHING = timedelta(0)


def blocking(demand: Demand, lines: int) -> float:
    """Give the share of calls that find all lines busy and are lost, by Erlang B."""
    return erlang_b(_count(lines, "lines"), demand.erlangs)


def least_lines(demand: Demand, blocked: float) -> int:
    """Give the least number of lines with which at most this share of calls is lost."""
    if not 0.0 < blocked <= 1.0:
        raise PlanningError("No number of lines is sure that no call is lost: allow a share above 0, up to 1.")
    return _least(lambda lines: blocking(demand, lines) <= blocked, 0)


def is_stable(demand: Demand, agents: int) -> bool:
    """Say whether the queue has a steady state: it always does where callers give up."""
    return demand.patience is not None or demand.erlangs < agents or demand.erlangs == 0.0


def predict(demand: Demand, agents: int, within: timedelta) -> Prediction:
    """Work out what so many agents are worth; by Erlang A where callers have a patience, else by Erlang C.

    Raises `PlanningError` where there is no steady state.
    """
    load = demand.erlangs
    _count(agents, "agents")
    if load == 0.0:
        return Prediction(agents, 1.0, NOTHING, 0.0, 0.0, 0.0, NOTHING)
    if not is_stable(demand, agents):
        raise PlanningError(
            f"{agents:,} agents cannot keep up with {load:,.6g} erlangs: the queue would grow without end. Give "
            f"{floor(load) + 1:,} agents or more, or tell the callers' patience."
        )
    limit = within / demand.handle
    if demand.patience is None:
        wait = _times(demand.handle, mean_wait_c(agents, load))
        late = late_c(agents, load, limit)
        return Prediction(agents, 1.0 - late, wait, erlang_c(agents, load), load / agents, 0.0, wait)
    state = ErlangA.of(agents, load, demand.patience / demand.handle)
    return Prediction(
        agents,
        state.answered_within(limit) if agents else 0.0,
        _times(demand.handle, state.speed_of_answer) if agents else None,
        state.waiting,
        state.occupancy if agents else 1.0,
        state.abandoning,
        _times(demand.handle, state.mean_wait),
    )


def least_agents(demand: Demand, target: Target) -> int:
    """Give the least number of agents that keeps every bound: with one fewer some bound is broken."""
    load = demand.erlangs
    if load == 0.0:
        return 0
    least = floor(load) + 1 if demand.patience is None else 0  # where nobody need be answered, nobody is needed
    return _least(lambda agents: target.met_by(predict(demand, agents, target.within)), least)


def with_shrinkage(agents: int, shrinkage: float) -> int:
    """Give how many must be on the roster for so many at their phones, when this share of paid time is not worked.

    In fractions as they are written, so that 14 with a shrinkage of 0.3 are 20 and not 21.
    """
    if not 0.0 <= shrinkage < 1.0:
        raise PlanningError(f"A shrinkage of {shrinkage:g} leaves nobody: give a share of 0 or more and less than 1.")
    return ceil(_count(agents, "agents") / (1 - Fraction(str(shrinkage))))


def _least(is_enough: Callable[[int], bool], first: int) -> int:
    """Find the first number that is enough, where all greater ones are: by ever longer steps, then by halves."""
    step, low, high = 1, first - 1, first
    while not is_enough(high):
        low, high, step = high, high + step, 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _times(span: timedelta, factor: float) -> timedelta:
    """Multiply; what no timedelta can hold is the longest there is."""
    try:
        return span * factor
    except OverflowError:
        return timedelta.max


def _count(number: int, what: str) -> int:
    if number < 0:
        raise PlanningError(f"There cannot be {number} {what}: give 0 or more.")
    return number
