"""Keys that a caller presses while nothing of FreeSWITCH's listens: what listens next is to hear them.

Between two applications FreeSWITCH takes a key, tells of it and forgets it; so does music that nobody listens over yet.
Source: FreeSWITCH src/switch_ivr.c, switch_ivr_park; src/switch_channel.c, switch_channel_dequeue_dtmf; observed on
1.10.12.
"""

from collections.abc import Callable
from enum import Enum, auto

from telekit.pbx import word

KEPT_FOR = 3.0
"""Seconds after which a key that nothing has heard was pressed for nothing."""


class Heed(Enum):
    """What becomes of a key that is pressed while an application runs."""

    HEARD = auto()
    """The application hears it, and what is kept as well."""
    KEPT = auto()
    LOST = auto()


class Keys:
    """Those of one caller that are still to be heard."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` is in seconds."""
        self._clock = clock
        self._heeds: dict[str, Heed] = {}
        """Of applications that are yet to begin, by their marks."""
        self._heed = Heed.KEPT
        self._kept: list[tuple[float, str]] = []

    def expect(self, mark: str, heed: Heed) -> None:
        """Note what an application that is to begin does with keys."""
        self._heeds[mark] = heed

    def begins(self, mark: str) -> str:
        """Note that an application has begun; give the keys that it is to hear."""
        if mark in self._heeds:
            self._heed = self._heeds.pop(mark)
        return self.take() if self._heed is Heed.HEARD else ""

    def ends(self, heard: str) -> None:
        """Note that an application has ended, and the key that ended it, if one did."""
        if self._heed is Heed.KEPT and self._kept and self._kept[-1][1] == heard:
            self._kept.pop()
        self._heed = Heed.KEPT

    def pressed(self, key: str) -> None:
        """Note that FreeSWITCH has taken a key."""
        if self._heed is Heed.KEPT and key in word.KEYS:
            self._kept.append((self._clock(), key))

    def take(self) -> str:
        """Give the keys that are still to be heard; they are kept no more."""
        kept, self._kept = self._kept, []
        return "".join(key for pressed_at, key in kept if self._clock() - pressed_at <= KEPT_FOR)
