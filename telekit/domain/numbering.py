"""Numbers as people of a country dial them, and as the whole world does (E.164).

Source: ITU-T E.164 §6 and its list of country codes; ITU-T E.123; ITU Operational Bulletin, "Dialling procedures
(international prefix, national (trunk) prefix and national (significant) number)".
"""

import re

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_BEGINNING = re.compile(r"\+[1-9][0-9]{,14}")

_ONE_DIGIT = "1 7"
_TWO_DIGITS = (
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90"
    " 91 92 93 94 95 98"
)
_CODES = frozenset((*_ONE_DIGIT.split(), *_TWO_DIGITS.split()))
"""Country codes; all others have three digits."""

_NO_TRUNK_PREFIX = (
    "30 34 39 45 47 48 52 56 65 216 220 221 222 223 224 225 226 227 228 229 230 235 236 237 238 239 240 241 242 244 245"
    " 246 247 248 253 257 258 266 267 268 269 290 297 298 299 350 351 352 354 356 357 371 372 376 378 420 500 501 502"
    " 503 504 505 506 507 509 592 597 599 670 672 673 674 675 676 677 678 679 680 681 682 683 685 687 688 689 690 691"
    " 852 853 960 965 968 973 974 975 992 998"
)
_TRUNK_PREFIX = {
    **dict.fromkeys(_NO_TRUNK_PREFIX.split(), ""),
    **dict.fromkeys(("1", "692"), "1"),
    **dict.fromkeys(("7", "375", "993"), "8"),
    "36": "06",
}
"""What is dialled before a number of the same country, by the country's code."""
_USUAL_TRUNK_PREFIX = "0"

_ABROAD = {"1": "011", "7": "810", "61": "0011", "81": "010", "375": "810", "692": "011", "992": "810", "993": "810"}
"""What is dialled before a number of another country, where that is not `00`."""
_USUALLY_ABROAD = "00"


def country_of(number: str) -> str:
    """Give the country code of a number in E.164, or of the first digits of one; empty for anything else."""
    if not _BEGINNING.fullmatch(number):
        return ""
    known = [number[1 : 1 + length] for length in (1, 2) if number[1 : 1 + length] in _CODES]
    return known[0] if known else number[1:4]


def to_e164(dialled: str, country: str) -> str | None:
    """Read what somebody in a country (by its code, or empty) has dialled, or a trunk tells; None for no such number.

    `0199007788`, `0033199007788`, `33199007788` and `+33199007788` are the same in France.
    """
    if dialled.startswith("+"):
        number = dialled
    elif not (dialled.isascii() and dialled.isdecimal()):
        return None
    elif dialled.startswith(abroad := _ABROAD.get(country, _USUALLY_ABROAD)):
        number = f"+{dialled.removeprefix(abroad)}"
    elif not country:
        return None
    else:
        prefix = _TRUNK_PREFIX.get(country, _USUAL_TRUNK_PREFIX)
        if dialled.startswith(prefix):
            number = f"+{country}{dialled.removeprefix(prefix)}"
        elif dialled.startswith(country):
            number = f"+{dialled}"
        elif prefix == "1":  # in North America it may be left out
            number = f"+{country}{dialled}"
        else:
            return None
    return number if _E164.fullmatch(number) else None


def as_dialled(number: str, country: str) -> str:
    """Give the digits that somebody in a country (by its code, or empty) dials for a number in E.164."""
    if country and country_of(number) == country:
        return _TRUNK_PREFIX.get(country, _USUAL_TRUNK_PREFIX) + number[1 + len(country) :]
    return _ABROAD.get(country, _USUALLY_ABROAD) + number[1:]
