"""What a queue whispers to its agents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Whisper:
    """What an agent hears after answering, before the caller is joined."""

    say: tuple[str, ...] = ()
    """Names of prompts."""
    wait: bool = False
    """Tell how long the caller has waited."""
    name: bool = False
    """Spell the caller's name."""
