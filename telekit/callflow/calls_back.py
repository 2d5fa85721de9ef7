"""Callbacks as call scripts see them: who is to be called, and what is to be told of how it went."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from telekit.acd.actions import Offer
from telekit.domain.call import Caller
from telekit.domain.names import CallId, OfferId, QueueName
from telekit.domain.place import Place
from telekit.domain.queue import MissCause


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be called back."""

    caller: Caller
    number: str
    shown: str | None
    """What they see."""
    ring: timedelta
    offer: Offer | None = None
    """What was decided; None where an earlier telekit has decided it."""


class CallsBack(Protocol):
    """What call scripts need of the service that carries callbacks out."""

    def waiting_for(self, caller: Caller, dialed: str, queue: QueueName) -> tuple[CallId, Place] | None:
        """Give the callback that a caller was promised in a queue, with its place, while it waits."""

    def agent_answers(self, offer: OfferId) -> Person | None:
        """Give whom an agent who has answered is to call back; None when the offer was taken back meanwhile."""

    def talked(self, offer: OfferId, talked: timedelta) -> None:
        """Tell that they have talked."""

    def not_reached(self, offer: OfferId, cause: MissCause) -> None:
        """Tell that the person did not answer."""

    def agent_left(self, offer: OfferId) -> None:
        """Tell that the agent hung up while the person was rung."""

    def failed(self, offer: OfferId) -> None:
        """Tell that the switch failed to ring the person."""

    def lost(self, offer: OfferId) -> None:
        """Tell that the script is lost; whatever it has begun goes on by itself."""

    def person_answers(self, leg: CallId) -> tuple[CallId, Place] | None:
        """Give the callback of a person who has answered, and its place; None when it is over by now."""

    def person_left(self, leg: CallId, cause: MissCause) -> None:
        """Tell that somebody answered who does not want to be connected, if a person at all."""
