"""Agents kept in some order, so that the first of any crowd is found without looking at each."""

from bisect import bisect_left, insort
from collections.abc import Mapping

from telekit.acd.crowd import Crowd, gather, only

CHUNK = 96
"""Agents to a chunk, at most twice that: long enough to skip many at once, short enough to sort into quickly."""

FEW = 8
"""Up to so many agents are compared one by one; more, or most of a chunk, are found sooner by going down its order."""


class Ranking:
    """Agents sorted by rank, the lowest first; equal ranks by their order in the rules.

    The sorted agents are cut into chunks, and each chunk also is a crowd: chunks without anybody of the crowd that is
    asked for are skipped by one intersection.
    """

    __slots__ = ("_chunks", "_crowds", "_ranks")

    def __init__(self) -> None:
        self._chunks: list[list[tuple[int, int]]] = []
        self._crowds: list[Crowd] = []
        self._ranks: dict[int, int] = {}

    @classmethod
    def of(cls, ranks: Mapping[int, int]) -> "Ranking":
        """Rank many agents at once."""
        made = cls()
        made._ranks = dict(ranks)
        entries = sorted((rank, number) for number, rank in ranks.items())
        made._chunks = [entries[at : at + CHUNK] for at in range(0, len(entries), CHUNK)]
        made._crowds = [gather(number for _, number in chunk) for chunk in made._chunks]
        return made

    def place(self, number: int, rank: int) -> None:
        """Put an agent where the rank says; one who has a place already leaves it."""
        if number in self._ranks:
            if self._ranks[number] == rank:
                return
            self.remove(number)
        self._ranks[number] = rank
        entry = (rank, number)
        if not self._chunks:
            self._chunks.append([entry])
            self._crowds.append(only(number))
            return
        at = self._chunk_of(entry)
        chunk = self._chunks[at]
        insort(chunk, entry)
        self._crowds[at] |= only(number)
        if len(chunk) > 2 * CHUNK:
            self._split(at)

    def remove(self, number: int) -> None:
        """Take an agent out; one who has no place may be told too."""
        rank = self._ranks.pop(number, None)
        if rank is None:
            return
        entry = (rank, number)
        at = self._chunk_of(entry)
        chunk = self._chunks[at]
        del chunk[bisect_left(chunk, entry)]
        self._crowds[at] ^= only(number)
        if not chunk:
            del self._chunks[at], self._crowds[at]

    def first(self, crowd: Crowd) -> int:
        """Give the agent of this crowd who ranks first; raises LookupError when nobody of it has a place."""
        for at, chunk_crowd in enumerate(self._crowds):
            found = chunk_crowd & crowd
            if found:
                return self._first_in(self._chunks[at], found)
        raise LookupError("nobody of this crowd is ranked")

    def _first_in(self, chunk: list[tuple[int, int]], found: Crowd) -> int:
        count = found.bit_count()
        if count > FEW or count * count >= len(chunk):
            return next(number for _, number in chunk if found >> number & 1)
        entries = []
        while found:
            number = found.bit_length() - 1
            entries.append((self._ranks[number], number))
            found ^= only(number)
        return min(entries)[1]

    def _chunk_of(self, entry: tuple[int, int]) -> int:
        """Find the chunk that holds, or would hold, an entry: the last that starts at or before it."""
        low, high = 0, len(self._chunks) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._chunks[middle][0] <= entry:
                low = middle
            else:
                high = middle - 1
        return low

    def _split(self, at: int) -> None:
        chunk = self._chunks[at]
        tail = chunk[CHUNK:]
        del chunk[CHUNK:]
        crowd = gather(number for _, number in tail)
        self._chunks.insert(at + 1, tail)
        self._crowds[at] ^= crowd
        self._crowds.insert(at + 1, crowd)
