"""What agents and their lines do: how soon they answer, what they miss, when they rest, when a line is lost."""

from dataclasses import dataclass

from telekit.simulate.spread import Constant, Exponential, Spread

AT_ONCE = Constant(0.0)
SOON = Exponential(300.0)


@dataclass(frozen=True, slots=True)
class Recurring:
    """What comes again and again, and lasts for a while; both in seconds."""

    every: float
    """From the end of one to the begin of the next, on average."""
    lasts: float


@dataclass(frozen=True, slots=True)
class Conduct:
    """How all agents behave; left as it is, they answer at once, always, and never leave their phones."""

    pickup: Spread = AT_ONCE
    """From the first ring to the answer."""
    missed: float = 0.0
    """The share of offers that ring out without an answer."""
    rejected: float = 0.0
    """The share of offers that are rejected, as soon as others are answered."""
    returns: Spread = SOON
    """After how long an agent comes back whom missed offers have paused until they say so themselves."""
    breaks: Recurring | None = None
    """Pauses that an agent takes while on shift: begun once a conversation and its wrap-up are over."""
    losses: Recurring | None = None
    """How often a line at home is lost, and for how long. It ends the conversation on it."""


ALWAYS_THERE = Conduct()
