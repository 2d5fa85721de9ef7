"""Erlang C: callers wait for as long as it takes. In pure numbers; times are told in mean handle times."""

from math import exp

from telekit.planning.erlang_b import erlang_b


def erlang_c(agents: int, erlangs: float) -> float:
    """Give the share of callers who wait; the load must be less than the agents.

    Source: A. K. Erlang's delay formula, from the loss formula: ITU-D Teletraffic Engineering Handbook.
    """
    blocked = erlang_b(agents, erlangs)
    return agents * blocked / (agents - erlangs + erlangs * blocked)


def late_c(agents: int, erlangs: float, within: float) -> float:
    """Give the share of callers who wait longer than that."""
    return erlang_c(agents, erlangs) * exp(-(agents - erlangs) * within)


def mean_wait_c(agents: int, erlangs: float) -> float:
    """Give the mean wait of all callers."""
    return erlang_c(agents, erlangs) / (agents - erlangs)
