"""What may stand in an AGI command: names and keys that Asterisk takes as just one thing.

Each function gives the word back, or raises `UnsafeValue`.
"""

import re
from datetime import timedelta

from telekit.errors import UnsafeValue
from telekit.pbx.asterisk.agi.codec import Reply

KEYS = "0123456789*#"

_PROMPT = re.compile(r"[A-Za-z0-9_/-]+")
_MUSIC = re.compile(r"[A-Za-z0-9_.-]+")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_VARIABLE = re.compile(r"_{0,2}[A-Za-z][A-Za-z0-9_]*(\([A-Za-z0-9_,:.-]*\))?")
_PLAIN = re.compile(r"[A-Za-z0-9_.:/+@-]*")


def prompt(name: str) -> str:
    """Take a prompt's name, without language and format."""
    if not _PROMPT.fullmatch(name):
        raise UnsafeValue(f"{name!r} cannot be a prompt on Asterisk: letters, digits and - _ / only.")
    return name


def music(kind: str) -> str:
    """Take a class of music."""
    if not _MUSIC.fullmatch(kind):
        raise UnsafeValue(f"{kind!r} cannot be a class of music on Asterisk: letters, digits and - _ . only.")
    return kind


def file(name: str) -> str:
    """Take a file's name that leads into no other folder and is no option."""
    if not _FILE.fullmatch(name):
        raise UnsafeValue(f"{name!r} cannot be the name of a recording: letters, digits and - _ . only.")
    return name


def variable(name: str) -> str:
    """Take a variable's name, or a function's with plain arguments."""
    if not _VARIABLE.fullmatch(name):
        raise UnsafeValue(f"{name!r} cannot be a variable's name on Asterisk.")
    return name


def plain(value: str) -> bool:
    """Say whether a value means itself among the arguments of an application."""
    return _PLAIN.fullmatch(value) is not None


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


def key(reply: Reply) -> str:
    """Read the key that was pressed, which comes as its ASCII code; empty for none."""
    return chr(int(reply.result)) if reply.result not in ("", "0") else ""


def milliseconds(span: timedelta) -> str:
    """Write a time-out; zero would mean Asterisk's own."""
    return str(max(1, round(span.total_seconds() * 1000)))
