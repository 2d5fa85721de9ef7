"""Sets of agents as the bits of one int: bit n stands for the agent who comes n-th in the rules.

With 15,000 agents a union or an intersection is one operation of a tenth of a microsecond, and the lowest bit is
the agent who stands first in the rules.
"""

from collections.abc import Iterable, Iterator

Crowd = int
"""A set of agents' numbers."""

NOBODY: Crowd = 0


def only(number: int) -> Crowd:
    """Give the crowd of one agent."""
    return 1 << number


def first_of(crowd: Crowd) -> int:
    """Give the number of whoever stands first in the rules; the crowd is not empty."""
    return (crowd & -crowd).bit_length() - 1


def gather(numbers: Iterable[int]) -> Crowd:
    """Give the crowd of these numbers."""
    numbers = sorted(numbers)
    if not numbers:
        return NOBODY
    bits = bytearray(numbers[-1] // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def numbers_in(crowd: Crowd) -> Iterator[int]:
    """Give the numbers in a crowd, lowest first."""
    for byte, bits in enumerate(crowd.to_bytes((crowd.bit_length() + 7) // 8, "little")):
        if bits:
            for bit in range(8):
                if bits >> bit & 1:
                    yield byte << 3 | bit
