"""How a spread is written: `4m`, `4m +- 3m`, `always 4m`."""

import re

from telekit.rules.duration import parse_duration
from telekit.rules.mistake import Mistake
from telekit.simulate.spread import Constant, Exponential, LogNormal, Spread

FORM = "a mean such as 4m, one with its standard deviation such as '4m +- 3m', or 'always 4m'"

_WRITTEN = re.compile(r"(?P<always>always )?(?P<mean>\w+)(?: ?(?:\+-|\+/-|±) ?(?P<deviation>\w+))?")


def parse_spread(text: str) -> Spread:
    """Read a spread; raise `Mistake` when it is none.

    A mean alone is exponential, as the Erlang formulas have it; with a standard deviation lengths are log-normal.
    """
    match = _WRITTEN.fullmatch(" ".join(text.split()))
    if not match or (match["always"] and match["deviation"]):
        raise Mistake(f"expected {FORM}, not '{text}'")
    mean = parse_duration(match["mean"]).total_seconds()
    if match["always"]:
        return Constant(mean)
    if not mean:
        raise Mistake(f"a mean of {text} says nothing", "write 'always 0s' for what takes no time")
    if not match["deviation"]:
        return Exponential(mean)
    deviation = parse_duration(match["deviation"]).total_seconds()
    return LogNormal(mean, deviation) if deviation else Constant(mean)
