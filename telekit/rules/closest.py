"""Did you mean: the known word nearest to an unknown one."""

import unicodedata
from collections.abc import Collection, Iterable
from difflib import get_close_matches

_MOST_WORDS = 20_000
_LISTED = 8


def closest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that a person most likely meant; None when none is near."""
    folded: dict[str, str] = {}
    for count, candidate in enumerate(known):
        if count >= _MOST_WORDS:
            return None
        folded.setdefault(_fold(candidate), candidate)
    matches = get_close_matches(_fold(word), folded, n=1, cutoff=0.65)
    return folded[matches[0]] if matches else None


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Give the hint for an unknown word: the nearest known one, or all when they are few; may be empty."""
    near = closest(word, known)
    if near is not None:
        return f"did you mean '{near}'?"
    if 0 < len(known) <= _LISTED:
        return f"known are {', '.join(known)}"
    return ""


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))
