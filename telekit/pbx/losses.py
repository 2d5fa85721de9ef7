"""What is lost with the link to a switch."""

from dataclasses import dataclass

from telekit.domain.phone import Phone


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The link to the switch is gone; it comes back by itself."""

    why: str
    left: str = ""
    """Of two switches, the version of the one that is still there; empty where none is."""


@dataclass(frozen=True, slots=True)
class PhoneLost:
    """Of two switches the one is away at which alone a phone was registered: nothing is known of it any more."""

    phone: Phone
