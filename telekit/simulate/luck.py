"""Chance that hangs on what it is asked of and on nothing else, so that two rule sets meet the same."""

from hashlib import blake2b

MASK = (1 << 64) - 1
SCALE = 2.0**-53


class Luck:
    """Gives for each number a luck from 0 to below 1; the same seed always gives the same.

    Source: S. Steele, D. Lea, C. Flood, Fast Splittable Pseudorandom Number Generators, 2014 (SplitMix64).
    """

    __slots__ = ("_start",)

    def __init__(self, seed: object) -> None:
        self._start = int.from_bytes(blake2b(str(seed).encode(), digest_size=8).digest(), "little")

    def of(self, number: int) -> float:
        """Give the luck of one number."""
        mixed = (self._start + number * 0x9E3779B97F4A7C15) & MASK
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & MASK
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & MASK
        return ((mixed ^ mixed >> 31) >> 11) * SCALE
