"""Where a call is sent when no agent gets it, or before one is looked for."""

from dataclasses import dataclass
from datetime import timedelta

from telekit.domain.names import MenuName, QueueName, ScriptName


@dataclass(frozen=True, slots=True)
class ToQueue:
    """Wait for an agent of a queue."""

    queue: QueueName
    priority: int = 0
    """Added to the order of the line: the higher, the sooner."""
    keeps_age: bool = False
    """The call stands in line as if it had waited here since it came to the queue that sends it."""


@dataclass(frozen=True, slots=True)
class ToMenu:
    """Let the caller choose by key."""

    menu: MenuName


@dataclass(frozen=True, slots=True)
class ToScript:
    """Run an administrator's own call script."""

    script: ScriptName


@dataclass(frozen=True, slots=True)
class ToVoicemail:
    """Let the caller leave a message."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True, slots=True)
class ToNumber:
    """Ring a number of the public network, whoever answers there."""

    number: str
    """E.164."""
    ring: timedelta = timedelta(seconds=30)
    otherwise: ToVoicemail | HangUp = HangUp()
    """When nobody answers there."""


@dataclass(frozen=True, slots=True)
class ToCallback:
    """Offer to call back; who does not want it, or cannot have it, waits on at the same place."""


Destination = ToQueue | ToMenu | ToScript | ToNumber | ToVoicemail | HangUp


@dataclass(frozen=True, slots=True)
class Treatment:
    """Say something, then send the call on."""

    play: tuple[str, ...] = ()
    """Names of prompts."""
    then: Destination = HangUp()
    offers_callback: bool = False
    """Ask first whether to be called back, where that can be promised; who says yes is not sent on."""
