"""Places and waits as prompts to be played one after the other, in the caller's language.

Source of what the prompts say: core-sounds-en.txt and core-sounds-fr.txt of Asterisk's packages, 1.6.1. The French
package has no feminine "une", so a number of minutes that ends in one is never put together from its digits.
"""

import unicodedata
from datetime import timedelta
from string import ascii_lowercase, digits

from telekit.callflow.prompts import WAIT_A_MINUTE, WAIT_OVER_AN_HOUR, WAIT_UNDER_A_MINUTE

UNDER_A_MINUTE = 0
OVER_AN_HOUR = 61

LONGEST_NAME = 20
"""Letters that are spelled of a name; nobody waits for more."""

HIGHEST = 999
"""A place after this is not told."""


def minutes_told(wait: timedelta) -> int:
    """Round a wait to the minutes that are told: to five from ten on; `OVER_AN_HOUR` where it is more."""
    seconds = wait.total_seconds()
    if seconds < 45:
        return UNDER_A_MINUTE
    minutes = max(1, round(seconds / 60))
    if minutes > 10:
        minutes = 5 * round(seconds / 300)
    return minutes if minutes <= 60 else OVER_AN_HOUR


def spoken_wait(minutes: int, language: str) -> tuple[str, ...]:
    """Say a wait of so many minutes, as `minutes_told` gives them."""
    if minutes == UNDER_A_MINUTE:
        return (WAIT_UNDER_A_MINUTE,)
    if minutes == OVER_AN_HOUR:
        return (WAIT_OVER_AN_HOUR,)
    if minutes == 1:
        return (WAIT_A_MINUTE,)
    return ("queue-holdtime", *spoken_number(minutes, language), "queue-minutes")


def spoken_place(place: int, language: str) -> tuple[str, ...]:
    """Say a place in the line, 1 for who is next; nothing for one that is too far back to be told."""
    if place == 1:
        return ("queue-youarenext",)
    return ("queue-thereare", *spoken_number(place, language)) if place <= HIGHEST else ()


def spoken_number(number: int, language: str) -> tuple[str, ...]:
    """Say a number from 1 to 999, in French where the language is any French, else in English."""
    words = _french(number) if _is_french(language) else _english(number)
    return tuple(f"digits/{word}" for word in words)


def _is_french(language: str) -> bool:
    return language.replace("_", "-").partition("-")[0].casefold() == "fr"


def _english(number: int) -> tuple[str, ...]:
    hundreds, rest = divmod(number, 100)
    words = (str(hundreds), "hundred") if hundreds else ()
    if rest > 20:
        return (*words, str(rest // 10 * 10), *((str(rest % 10),) if rest % 10 else ()))
    return (*words, str(rest)) if rest else words


def _french(number: int) -> tuple[str, ...]:
    """Count as in France: seventy is sixty-ten, ninety is eighty-ten.

    Twenty-one to seventy-one have an "et" before the one or the eleven, eighty-one and ninety-one have none.
    """
    hundreds, rest = divmod(number, 100)
    words = ((str(hundreds), "hundred") if hundreds > 1 else ("hundred",)) if hundreds else ()
    if not rest:
        return words
    if rest <= 20 or (rest < 70 and rest % 10 == 0):
        return (*words, str(rest))
    if rest == 80:
        return (*words, "80")
    tens = 60 if 60 < rest < 80 else 80 if rest > 80 else rest // 10 * 10
    ones = rest - tens
    return (*words, str(tens), "et", str(ones)) if ones in (1, 11) and tens < 80 else (*words, str(tens), str(ones))


def spelled(name: str) -> tuple[str, ...]:
    """Spell a name, letter by letter, without accents; whatever else is in it is left out."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    told = [sign for sign in plain if sign in ascii_lowercase or sign in digits][:LONGEST_NAME]
    return tuple(f"digits/{sign}" if sign in digits else f"letters/{sign}" for sign in told)
