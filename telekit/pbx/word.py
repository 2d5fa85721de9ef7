"""What may stand in what a switch is told: names and keys that it takes as just one thing.

Each function gives the word back, or raises `UnsafeValue`.
"""

import re

from telekit.errors import UnsafeValue

KEYS = "0123456789*#"

_PROMPT = re.compile(r"[A-Za-z0-9_/-]+")
_MUSIC = re.compile(r"[A-Za-z0-9_.-]+")
_NUMBER = re.compile(r"\+?[0-9]{3,20}")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_OFFER = re.compile(r"[A-Za-z0-9_.:+-]+")


def prompt(name: str) -> str:
    """Take a prompt's name, without language and format."""
    if not _PROMPT.fullmatch(name):
        raise UnsafeValue(f"{name!r} cannot be a prompt: letters, digits and - _ / only.")
    return name


def music(kind: str) -> str:
    """Take a class of music."""
    if not _MUSIC.fullmatch(kind):
        raise UnsafeValue(f"{kind!r} cannot be a class of music: letters, digits and - _ . only.")
    return kind


def file(name: str) -> str:
    """Take a file's name that leads into no other folder and is no option."""
    if not _FILE.fullmatch(name):
        raise UnsafeValue(f"{name!r} cannot be the name of a recording: letters, digits and - _ . only.")
    return name


def offer(name: str, switch: str) -> str:
    """Take an offer's name, as a switch is told it."""
    if not _OFFER.fullmatch(name):
        raise UnsafeValue(f"{name!r} cannot name an offer on {switch}: letters, digits and _ . : + - only.")
    return name


def digits(text: str) -> str:
    """Take digits to be said."""
    if not text.isascii() or not text.isdigit():
        raise UnsafeValue(f"{text!r} cannot be said as digits.")
    return text


def keys(text: str) -> str:
    """Take keys of a telephone, or none."""
    if text.strip(KEYS):
        raise UnsafeValue(f"{text!r} holds more than the keys of a telephone.")
    return text


def is_number(text: str) -> bool:
    """Say whether a text can be shown, and dialled, as a number."""
    return _NUMBER.fullmatch(text) is not None


def number(text: str) -> str:
    """Take a number that is to be shown."""
    if not is_number(text):
        # It may be a caller's, and this comes into the log.
        raise UnsafeValue("What is to be shown is no number: digits only, after a plus sign or none.")
    return text
