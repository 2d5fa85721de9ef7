"""Variables, keys and spans as AGI writes them; names are in `telekit.pbx.word`.

What takes a word gives it back, or raises `UnsafeValue`.
"""

import re
from datetime import timedelta

from telekit.errors import UnsafeValue
from telekit.pbx.asterisk.agi.codec import Reply

_VARIABLE = re.compile(r"_{0,2}[A-Za-z][A-Za-z0-9_]*(\([A-Za-z0-9_,:.-]*\))?")
_PLAIN = re.compile(r"[A-Za-z0-9_.:/+@-]*")


def variable(name: str) -> str:
    """Take a variable's name, or a function's with plain arguments."""
    if not _VARIABLE.fullmatch(name):
        raise UnsafeValue(f"{name!r} cannot be a variable's name on Asterisk.")
    return name


def plain(value: str) -> bool:
    """Say whether a value means itself among the arguments of an application."""
    return _PLAIN.fullmatch(value) is not None


def pressed(reply: Reply) -> str:
    """Read the key that was pressed, which comes as its ASCII code; empty for none."""
    return chr(int(reply.result)) if reply.result not in ("", "0") else ""


def milliseconds(span: timedelta) -> str:
    """Write a time-out; zero would mean Asterisk's own."""
    return str(max(1, round(span.total_seconds() * 1000)))
