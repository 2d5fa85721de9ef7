"""The port to a switch: `Call` is one caller with one script, `Switch` is everything else that telekit needs of a PBX.

Each switch's folder keeps both; the contract tests hold them to it.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from telekit.domain.call import Caller
from telekit.domain.line_check import LineReading
from telekit.domain.names import CallId, LegId, OfferId, QueueName
from telekit.domain.phone import Phone
from telekit.domain.queue import MissCause
from telekit.pbx.losses import LinkDown, PhoneLost

T = TypeVar("T")

OFFER_VARIABLE = "TELEKIT_OFFER"
"""The variable that names an offer on the agent's leg, and on the caller's the last one that was made of the call."""


@dataclass(frozen=True, slots=True)
class Talked:
    """The offer was answered and the conversation is over; the caller may still be there."""

    talked: timedelta


@dataclass(frozen=True, slots=True)
class Missed:
    """The offer was not answered."""

    cause: MissCause


OfferOutcome = Talked | Missed


@dataclass(frozen=True, slots=True)
class Whisper:
    """What an agent hears after answering and before the caller is joined, who hears what they heard before."""

    language: str
    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RingOutcome:
    """How it went when several agents were rung at once."""

    talked_with: OfferId | None
    """Whose phone had the call."""
    talked: timedelta
    missed: Mapping[OfferId, MissCause]
    """Who did not take it, as far as known; of those who are in neither the phone just stopped ringing."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A message that a caller left."""

    path: str
    """Where the switch wrote it, as the switch names it."""
    length: timedelta


class Call(Protocol):
    """One caller, and the verbs of a call script.

    Every verb raises `CallerGone` once the caller has hung up, `UnsafeValue` for a control character in what would
    be sent, `SwitchError` when the switch refuses or does not understand, and `LinkError` when the way to it is lost.
    One verb runs at a time.
    """

    @property
    def id(self) -> CallId: ...
    @property
    def dialed(self) -> str: ...
    @property
    def caller(self) -> Caller: ...
    @property
    def language(self) -> str: ...
    @property
    def script(self) -> str:
        """The name that the dialplan asked for."""

    @property
    def passed_on(self) -> bool:
        """The caller is elsewhere on the switch, sent there by the agent; known at the latest after `hang_up`."""

    @property
    def caller_left(self) -> bool:
        """It was the caller who hung up, also in a conversation; known once `hang_up` has returned."""

    @property
    def arguments(self) -> Mapping[str, str]:
        """What the dialplan sent beside the name (`agi://host/NAME?key=value`)."""

    async def answer(self) -> None: ...

    async def speak(self, language: str) -> None:
        """Choose the language (`en`, `fr`) of every prompt from now on."""

    async def play(self, *prompts: str, interrupt: str = "") -> str:
        """Play prompts one after another; a key in `interrupt` stops them and is returned, else an empty text."""

    async def say_digits(self, digits: str, *, interrupt: str = "") -> str:
        """Say each digit; interrupted as `play` is."""

    async def say_time(self, moment: datetime) -> None:
        """Say hours and minutes of a moment, in the zone that it carries."""

    async def ask(self, *prompts: str, digits: int = 1, timeout: timedelta = timedelta(seconds=5)) -> str:
        """Play prompts and collect up to so many digits, `#` ending early; the time-out is per digit."""

    async def menu(
        self,
        *prompts: str,
        choices: Collection[str],
        tries: int = 3,
        timeout: timedelta = timedelta(seconds=5),
        invalid: str | None = None,
    ) -> str | None:
        """Ask for one key of `choices`; None after so many tries with nothing, or nothing of them, pressed.

        `invalid` is the prompt played between tries.
        """

    async def music_on(self, kind: str = "default") -> None: ...
    async def music_off(self) -> None: ...

    async def offer(
        self,
        phones: Sequence[Phone],
        *,
        ring: timedelta,
        offer: OfferId | None = None,
        music: str | None = None,
        whisper: Whisper | None = None,
        variables: Mapping[str, str] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> OfferOutcome:
        """Ring phones at once, join the first that answers, return when that is over.

        The caller hears `music` of that kind while it rings, or ringing when None. `offer` names the legs in the
        switch's own events and is kept in `OFFER_VARIABLE`; `variables` are set on the agent's leg, `notes` on the
        caller's own.
        """

    async def ring_all(
        self,
        phones: Mapping[OfferId, Phone],
        *,
        ring: timedelta,
        music: str | None = None,
        whispers: Mapping[OfferId, Whisper] | None = None,
    ) -> RingOutcome:
        """Ring several agents at once, one phone each, and join the first that answers; the others stop at once.

        A phone that asks for a key has answered when it was pressed; the ring time holds for that too. Each leg is
        named by its own offer in the switch's events, the caller's by the last of them. Returns as `offer` does.
        """

    async def connect(
        self, number: str, *, ring: timedelta, music: str | None = None, shown: str | None = None
    ) -> OfferOutcome:
        """Ring a number of the public network, join whoever answers, return when that is over.

        There a number of the company's is seen: that of the settings, else `shown`, else what the caller has dialled.
        No key is asked for, and the caller's display is shown nothing of the number. It is nobody's offer.
        """

    async def record(
        self,
        name: str,
        *,
        longest: timedelta = timedelta(minutes=3),
        silence: timedelta = timedelta(seconds=5),
    ) -> Recording:
        """Record until `#`, silence or the longest time; `name` is a plain file name without a folder."""

    async def echo(self, *, longest: timedelta = timedelta(seconds=6)) -> bool:
        """Hear the caller for so long and play it back; say whether there was sound, without which nothing is played.

        What was said is deleted by `hang_up`, which is therefore to follow however this ends.
        """

    async def measure(self) -> LineReading:
        """Tell what the switch has measured of the caller's own leg so far; it may take some seconds."""

    async def get(self, variable: str) -> str | None: ...
    async def set(self, variable: str, value: str) -> None: ...

    async def until(self, done: Awaitable[T]) -> T:
        """Wait for something of our own while the caller hears what is on; raises `CallerGone` if they leave first."""

    async def hang_up(self) -> None: ...

    async def hand_back(self, label: str | None = None) -> None:
        """Let the dialplan go on: where it left off, or at `label` of the same extension (a priority label)."""


Script = Callable[[Call], Awaitable[None]]
"""Lead one caller; done when it returns. `CallerGone` may pass out of it."""
FindScript = Callable[[str], Script | None]
"""Give the script of a name, or None."""


@dataclass(frozen=True, slots=True)
class PhoneState:
    """What the switch says of one phone."""

    phone: Phone
    reachable: bool
    engaged: bool


@dataclass(frozen=True, slots=True)
class PhoneRegisters:
    """A phone has registered with the switch, for the first time or again."""

    phone: Phone


@dataclass(frozen=True, slots=True)
class OfferRings:
    """An agent's leg was made for an offer."""

    offer: OfferId
    leg: LegId


@dataclass(frozen=True, slots=True)
class OfferJoined:
    """An agent's leg was answered (and confirmed where asked) and joined with the caller."""

    offer: OfferId
    leg: LegId
    phone: Phone | None = None
    """Whose leg it is; after a transfer not that of the agent to whom the offer was made."""


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """An agent has put the caller on hold, or taken them back."""

    offer: OfferId
    leg: LegId
    held: bool


@dataclass(frozen=True, slots=True)
class Transferred:
    """An agent has passed the caller on."""

    offer: OfferId
    """The last that was made of the call."""
    leg: LegId
    """Of the agent who did so."""
    phone: Phone | None
    """Whose leg that is."""
    number: str
    """What was dialled for the caller; empty when the agent has first asked there."""
    target: LegId | None
    """Of the one who was asked first, and talks with the caller now; None when that is still to come."""
    target_phone: Phone | None


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """The leg of a caller to whom offers were made is gone, whoever led it."""

    call: CallId


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A leg that belonged to an offer is gone."""

    offer: OfferId
    leg: LegId
    refused: MissCause | None = None
    """Given where it is sure that the phone itself ended it, before anybody answered."""
    dropped: bool = False
    """Nothing came from its line any more, so the switch has ended it."""


@dataclass(frozen=True, slots=True)
class LegAlive:
    """One leg that the switch says is alive, with what telekit once wrote on it."""

    leg: LegId
    call: CallId
    offer: OfferId | None
    """Given on an agent's leg; None on a caller's."""
    phone: Phone | None
    joined: bool
    """Sound flows between it and another leg."""
    queue: QueueName | None
    """On a caller's leg, the queue it last waited in, if any."""
    since_at: datetime
    answered: bool = True
    """Somebody has taken it up; whose phone still rings has not."""
    lost: bool = False
    """The switch that had it is away, so that nobody knows what became of it."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that a switch says is alive, at one moment: after each (re)connect presence is rebuilt from it."""

    phones: tuple[PhoneState, ...]
    legs: tuple[LegAlive, ...]
    whole: bool = True
    """Not so while one of two switches was never there since the start: more may be alive."""

    def alone(self) -> set[CallId]:
        """Give the callers who talk with nobody, and for whom no phone rings."""
        callers = {leg.call for leg in self.legs if leg.offer is None and not leg.joined}
        return callers - {leg.call for leg in self.legs if leg.offer is not None}


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The link to the switch is up and this is what is alive; phones that it does not show are told of right after."""

    survey: Survey
    version: str
    away: str = ""
    """Of two switches, the one that is away; what it had when it was lost is in the survey."""


SwitchEvent = (
    PhoneState
    | PhoneRegisters
    | OfferRings
    | OfferJoined
    | HoldChanged
    | Transferred
    | CallerLeft
    | LegEnded
    | LinkUp
    | LinkDown
    | PhoneLost
)


class Switch(Protocol):
    """One PBX beside its calls: events in, a few commands out."""

    async def start(self, tell: Callable[[SwitchEvent], None]) -> None:
        """Connect and keep connected; `tell` is called for every event, from the event loop.

        Raises `LinkError` when the first connection fails for a reason that only a person can mend.
        """

    async def survey(self) -> Survey:
        """Ask what is alive; raises `LinkError` when the link is down."""

    async def legs(self) -> Sequence[LegAlive]:
        """Ask only which legs are alive that telekit has written on.

        Raises `LinkError` when the link is down, `SwitchError` when that is not told.
        """

    async def hang_up(self, leg: LegId) -> None:
        """End one leg; a leg that is gone already is fine."""

    async def mark(self, leg: LegId, offer: OfferId) -> None:
        """Write an offer's name on a leg that was not made for it, so that it is told of; one that is gone is fine."""

    async def stop(self) -> None: ...
    async def call_out(
        self,
        phone: Phone,
        script: str,
        *,
        arguments: Mapping[str, str],
        leg: LegId,
        ring: timedelta,
        offer: OfferId | None = None,
        shown: str | None = None,
    ) -> MissCause | None:
        """Ring a phone by itself and let a script lead it once it has answered; None when it leads, else why not.

        The phone is an agent's where an `offer` is given, which is written on its leg so that events name it; a number
        of an agent's is asked for a key before the script begins. Else it is a person's outside, and no key is asked
        for. `arguments` reach the script as `call.arguments`. `leg` is a name that `own_leg` has made and that was
        never used: for the script it is `call.id`, and what is alive goes by it too. `shown` is seen on the phone;
        outside, the number of the settings comes before it. For the script it is `call.dialed`, and the person's
        number is `call.caller.number`.

        Whoever hangs up in the instant of answering has rejected it. To cancel this ends the leg, as `hang_up` does.

        Raises `UnsafeValue` for what must not be sent, `SwitchError` when the switch refuses, in both of which nothing
        has rung; and `LinkError` when the link is down, or is lost: then `legs` tells, once it is up again, whether the
        leg was made, and before that nobody knows. A leg is never made twice.
        """
