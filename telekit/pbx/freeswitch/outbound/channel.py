"""Who calls, what they dialled and what the dialplan asked for, from the channel that FreeSWITCH describes."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from telekit.domain.call import Caller
from telekit.errors import UnsafeValue

NO_NUMBER = frozenset({"", "unknown", "anonymous", "restricted", "unavailable", "private", "0000000000"})
"""What stands for a number where none was given. Source: FreeSWITCH src/switch_caller.c; mod_sofia's default."""
SCRIPT, DIALED, CALLER = "telekit_script", "telekit_dialed", "telekit_caller"
"""Variables of the dialplan's: `NAME?key=value`, and the number that was dialled where it is not the destination; the
last is of one whom telekit has called, whose own number it is."""

ARGUMENTS = "telekit_arguments"
"""Of one whom telekit has called, the script's arguments."""
SIGN = "~"
"""In the place of their percent signs: FreeSWITCH leaves a value's own `%XX` as it is when it encodes the value."""

_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def caller_of(channel: Mapping[str, str]) -> Caller:
    """Give the caller; a withheld number and a name that goes with it are dropped here."""
    called = channel.get(f"variable_{CALLER}")
    if called is not None:
        return Caller(called or None)
    if channel.get("Caller-Privacy-Hide-Number") == "true" or channel.get("Caller-Screen-Bit") == "hidden":
        return Caller(None)
    number = _printable(channel.get("Caller-Caller-ID-Number", ""))
    name = _printable(channel.get("Caller-Caller-ID-Name", ""))
    if number.lower() in NO_NUMBER:
        return Caller(None)
    return Caller(number, "" if name in ("unknown", number) else name)


def dialed_of(channel: Mapping[str, str]) -> str:
    """Give the number that was dialled."""
    return _printable(channel.get(f"variable_{DIALED}") or channel.get("Caller-Destination-Number", ""))


def is_phone(channel: Mapping[str, str]) -> bool:
    """Say whether a phone calls that has shown its password, and nobody from outside."""
    return channel.get("variable_sip_authorized") == "true"


def script_of(channel: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    """Split `NAME?key=value`; `route` where the dialplan names none."""
    name, _, query = channel.get(f"variable_{SCRIPT}", "route").partition("?")
    if (told := channel.get(f"variable_{ARGUMENTS}")) is not None:
        query = told.replace(SIGN, "%")
    return name, dict(parse_qsl(query, keep_blank_values=True))


def script_variables(called: str) -> dict[str, str]:
    """Write what a script is called with, as a form that has only letters, digits and `_ . - + % & =` says it."""
    name, _, query = called.partition("?")
    return {SCRIPT: name, ARGUMENTS: query.replace(SIGN, "%7E").replace("%", SIGN)}


def variable(name: str) -> str:
    """Take a variable's name, or raise `UnsafeValue`."""
    if not _VARIABLE.fullmatch(name):
        raise UnsafeValue(f"{name!r} cannot be a variable's name on FreeSWITCH.")
    return name


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(filter(str.isprintable, text))
