"""The search for the highest rate that holds."""

from collections.abc import Awaitable, Callable

GROWTH = 1.2
RESOLUTION = 1.035
LOWEST = 5.0


async def highest(
    holds: Callable[[float], Awaitable[bool]], begin: float, over: Callable[[], bool] = lambda: False
) -> float:
    """Return a rate that holds, less than RESOLUTION times below one that does not; 0 when even LOWEST does not.

    It goes up, or down, from `begin` until the limit is between two rates, then closes in on it. Once it is `over` it
    gives the best rate so far, if there is one.
    """
    good, bad, rate = 0.0, float("inf"), begin
    while rate >= LOWEST and bad > good * RESOLUTION and not (good and over()):
        if await holds(rate):
            good = rate
        else:
            bad = rate
        if bad == float("inf"):
            rate = good * GROWTH
        elif not good:
            rate = bad / GROWTH
        else:
            rate = (good * bad) ** 0.5
    return good
