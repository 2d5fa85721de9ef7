"""What is known of a caller at the start."""

from dataclasses import dataclass

from telekit.domain.names import CallId


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the network says: data, never code."""

    number: str | None
    """E.164 where the trunk gives it so; None when the caller withheld it or none came."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call as it comes in."""

    call: CallId
    dialed: str
    caller: Caller
