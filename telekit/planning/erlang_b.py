"""Erlang B: calls that find no free line are lost. In pure numbers; every step adds or multiplies what is positive."""

from math import sqrt

FORGOTTEN = 12
"""So many square roots of the load below it, the recursion may start anywhere: where it began no longer shows."""


def erlang_b(lines: int, erlangs: float) -> float:
    """Give the share of calls that find all lines busy; time grows with the square root of the load alone.

    From one number of lines k to the next the inverse goes I(k) = 1 + k/a I(k-1): an error at k0 is multiplied by the
    k/a up to the load, or the lines if they are fewer, which together are less than exp(-(a - k0)^2 / 2a), here 10^-31.

    Source: the recursion of Erlang's loss formula, ITU-D Teletraffic Engineering Handbook.
    """
    if erlangs == 0.0:
        return 0.0 if lines else 1.0
    start = max(0, int(min(lines, erlangs) - FORGOTTEN * sqrt(erlangs)))
    blocked = max(1.0 - start / erlangs, 1.0 / (start + 1.0)) if start else 1.0
    for line in range(start + 1, lines + 1):
        carried = erlangs * blocked
        blocked = carried / (line + carried)
        if blocked == 0.0:
            break
    return blocked
