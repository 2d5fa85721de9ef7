"""What was measured of an agent's line, and what is to be said of it.

It is about the line, for the one whose line it is: no offer, no order among agents, depends on it.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

SLOWEST = timedelta(milliseconds=300)
"""There and back; a conversation is not disturbed by half of it each way.

Source: ITU-T G.114 (05/2003), §4: 150 ms one way; G.1010 (11/2001), table I.1, prefers the same.
"""
MOST_LOST = 0.02
"""The share of packets; told before it gets to the 3 % that a conversation bears.

Source: ITU-T G.1010 (11/2001), table I.1, conversational voice.
"""
FEWEST_PACKETS = 250
"""Five seconds of sound: the loss of a packet more or less decides nothing then. Source: RFC 3551 §4.5, 20 ms each."""
LONGEST_TRIP = 60.0
"""Seconds; more is the clock of some phone, not a way."""
WRAPS_AT = 65536.0
"""Seconds, which a report counts in 16 bits: a little less than none seems a little less than these.

Source: RFC 3550 §6.4.1.
"""
CLOCK_STEP = 0.01
"""Seconds; by as much may a phone, whose clock goes in steps, seem to answer a report before it came."""


class Finding(StrEnum):
    """What is not fine. The words are kept for good in the journal. The first of several matters most."""

    NOT_REGISTERED = "not-registered"
    NOTHING_COMES = "nothing-comes"
    """Not one packet of sound came from the phone, so that no key can be heard either."""
    NO_SOUND_IN = "no-sound-in"
    """Nothing came from the agent's microphone, as measured."""
    NO_SOUND_OUT = "no-sound-out"
    """The agent does not hear well, and says so."""
    UNCONFIRMED = "unconfirmed"
    """Nobody said whether the agent hears."""
    LOSS = "loss"
    SLOW = "slow"
    NOT_ENCRYPTED = "not-encrypted"
    UNMEASURED = "unmeasured"
    """Something could not be measured, so that nobody may call it fine."""


def trip_of(seconds: float) -> timedelta | None:
    """Take how long sound is said to take there and back; None where some phone's clock is wrong."""
    told = seconds % WRAPS_AT
    if told > WRAPS_AT - CLOCK_STEP:
        return timedelta(0)
    return timedelta(seconds=told) if 0 < told < LONGEST_TRIP else None


@dataclass(frozen=True, slots=True)
class Stream:
    """Sound in one direction, in packets."""

    packets: int
    """As many as arrived, or were sent where the other end counts what it lacks."""
    lost: int

    @property
    def loss(self) -> float | None:
        """The share that was lost; None when too few say anything."""
        return self.lost / self.packets if self.packets >= FEWEST_PACKETS else None


@dataclass(frozen=True, slots=True)
class LineReading:
    """What a switch has measured of one leg so far; what it cannot tell is None."""

    registered: bool | None = None
    """Whether calls get to the phone that this leg belongs to."""
    answers_in: timedelta | None = None
    """How long the phone took to answer when it was last asked whether it lives."""
    travels_in: timedelta | None = None
    """How long sound takes there and back, from the reports of both ends."""
    sound_in: Stream | None = None
    """From the phone; `packets` counts those that came and those that did not."""
    sound_out: Stream | None = None
    """To the phone, as the phone itself reports; None while it has not."""
    signals_encrypted: bool | None = None
    sound_encrypted: bool | None = None

    @property
    def round_trip(self) -> timedelta | None:
        """There and back: of the sound, or where the phone does not report, of the signals."""
        return self.travels_in if self.travels_in is not None else self.answers_in

    @property
    def encrypted(self) -> bool | None:
        """Signals and sound; who can hear the signals has the key of the sound (RFC 4568 §8)."""
        both = (self.signals_encrypted, self.sound_encrypted)
        return None if None in both and False not in both else all(both)


@dataclass(frozen=True, slots=True)
class LineCheck:
    """One check: what the switch measured, and what the agent said."""

    reading: LineReading
    spoke: bool | None
    """Whether sound came from the microphone, as measured while the agent was asked to speak; None: not measured."""
    hears: bool | None
    """Whether the agent says that they hear; None when they did not say."""

    def findings(self) -> tuple[Finding, ...]:
        """Give what is not fine, what matters most first; nothing is fine that was not measured or confirmed."""
        return tuple(finding for finding in Finding if self._has(finding))

    def _has(self, finding: Finding) -> bool:
        reading = self.reading
        match finding:
            case Finding.NOT_REGISTERED:
                return reading.registered is False
            case Finding.NOTHING_COMES:
                return self._nothing_comes
            case Finding.NO_SOUND_IN:
                return self.spoke is False and not self._nothing_comes
            case Finding.NO_SOUND_OUT:
                return self.hears is False
            case Finding.UNCONFIRMED:
                return self.hears is None and not self._nothing_comes
            case Finding.LOSS:
                return any(loss > MOST_LOST for loss in self._losses() if loss is not None)
            case Finding.SLOW:
                return reading.round_trip is not None and reading.round_trip > SLOWEST
            case Finding.NOT_ENCRYPTED:
                return reading.encrypted is False
            case Finding.UNMEASURED:
                heard = () if self.spoke is False or self._nothing_comes else self._losses()
                return None in (reading.registered, self.spoke, reading.round_trip, reading.encrypted, *heard)

    @property
    def _nothing_comes(self) -> bool:
        return self.spoke is not True and self.reading.sound_in is not None and self.reading.sound_in.packets == 0

    def _losses(self) -> tuple[float | None, float | None]:
        streams = (self.reading.sound_in, self.reading.sound_out)
        into, out = (stream.loss if stream is not None else None for stream in streams)
        return into, out
