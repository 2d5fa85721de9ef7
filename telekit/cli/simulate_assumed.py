"""What a simulation went by, as its page tells it: so that it can be made again, and judged."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import assert_never

from telekit import __version__
from telekit.cli.simulate_calls import Asked
from telekit.rules.duration import write_duration
from telekit.simulate.arrivals import Callers
from telekit.simulate.conduct import Conduct, Recurring
from telekit.simulate.spread import Constant, Exponential, LogNormal, Spread

NEVER = "none"


def assumed(
    rules: Sequence[str], asked: Asked, per: timedelta, callers: Callers, conduct: Conduct, seed: str
) -> Iterator[tuple[str, str]]:
    """Give what was assumed, each with its name; `callers` is what holds where a file does not tell."""
    yield "Rules", ", ".join(rules)
    yield "Calls", _calls(asked, per)
    learnt = "as in the file" if asked.arrivals is not None else "as they were" if asked.like is not None else ""
    talk = _spread(callers.talk) if callers.talk != Constant(0.0) else ""
    patience = _spread(callers.patience) if callers.patience is not None else "" if learnt else "endless"
    yield "Conversations", ", else ".join(filter(None, (learnt, talk)))
    yield "Patience", ", else ".join(filter(None, (learnt, patience)))
    yield "Answered after", _spread(conduct.pickup)
    yield "Offers missed", f"{conduct.missed:.1%}"
    yield "Offers rejected", f"{conduct.rejected:.1%}"
    yield "Back from a pause after misses", _spread(conduct.returns)
    yield "Breaks", _recurring(conduct.breaks)
    yield "Lines lost", _recurring(conduct.losses)
    yield "Seed", seed
    yield "telekit", __version__


def _calls(asked: Asked, per: timedelta) -> str:
    if asked.like is not None:
        return f"as in {asked.like}"
    if asked.arrivals is not None:
        return f"those of {asked.arrivals}, in intervals of {write_duration(per)}"
    return f"{', '.join(asked.calls)} in each {write_duration(per)} in which the queue is open"


def _spread(spread: Spread) -> str:
    match spread:
        case Constant(seconds):
            return f"always {_span(seconds)}"
        case Exponential(mean):
            return f"{_span(mean)} on average"
        case LogNormal(mean, deviation):
            return f"{_span(mean)} ± {_span(deviation)}"
        case _:
            assert_never(spread)


def _recurring(recurring: Recurring | None) -> str:
    return f"{_span(recurring.lasts)} every {_span(recurring.every)}" if recurring is not None else NEVER


def _span(seconds: float) -> str:
    return write_duration(timedelta(seconds=round(seconds)))
