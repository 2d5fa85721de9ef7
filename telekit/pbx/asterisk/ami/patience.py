"""How long the link waits for what."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """The time-outs of the link."""

    connect: timedelta = timedelta(seconds=5)
    """For the network to let us in, and for Asterisk's greeting."""
    login: timedelta = timedelta(seconds=10)
    """For each answer while logging in; Asterisk takes a second over a refusal."""
    boot: timedelta = timedelta(seconds=10)
    """For Asterisk to say that it has loaded everything. An account without `read = system` is never told."""
    answer: timedelta = timedelta(seconds=10)
    """For the answer to an action, unless it is told otherwise."""
    ping_every: timedelta = timedelta(seconds=10)
    ping: timedelta = timedelta(seconds=5)
    """How long nothing at all may come after a ping before the link is dead."""
    steady: timedelta = timedelta(seconds=30)
    """How long the link must hold before the next loss counts as the first."""
