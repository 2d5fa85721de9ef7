"""Who calls, what they dialled and what the dialplan asked for, from the AGI environment.

Source: Asterisk res/res_agi.c, setup_env; include/asterisk/callerid.h, AST_PRES_RESTRICTION.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from telekit.domain.call import Caller
from telekit.pbx.asterisk.agi.codec import Environment

PRESENTATION = 0x60
"""The bits that say whether a number may be shown; zero is yes."""
NO_NUMBER = frozenset({"", "unknown", "anonymous", "restricted", "unavailable", "private"})
"""What stands for a number where none was given."""
SPECIAL = frozenset({"s", "h", "t", "T", "i", "e", "a", "o", "+"})
"""Extensions that nobody dialled (`+` is telekit's own for none): then the number is in `dnid`."""


def caller_of(environment: Environment) -> Caller:
    """Give the caller; a withheld number and a name that goes with it are dropped here."""
    values = environment.values
    if environment.forged or _withheld(values.get("agi_callingpres", "0")):
        return Caller(None)
    number = _printable(values.get("agi_callerid", ""))
    name = _printable(values.get("agi_calleridname", ""))
    return Caller(None if number.lower() in NO_NUMBER else number, "" if name == "unknown" else name)


def dialed_of(environment: Environment, arguments: Mapping[str, str]) -> str:
    """Give the number that was dialled: what the dialplan says, else the extension, else the number of the trunk."""
    extension = _printable(arguments.get("dialed") or environment.values.get("agi_extension", ""))
    number = _printable(environment.values.get("agi_dnid", ""))
    return number if extension in SPECIAL and number not in ("", "unknown") else extension


def script_of(environment: Environment) -> tuple[str, Mapping[str, str]]:
    """Split `NAME?key=value` and gather what `AGI(agi://host/NAME,one,two)` adds as `1` and `2`."""
    values = environment.values
    name, _, query = values.get("agi_network_script", "").partition("?")
    arguments = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    if "agi_arg_1" in values:
        arguments.update((key[8:], value) for key, value in values.items() if key.startswith("agi_arg_"))
    return name.strip("/"), arguments


def _withheld(presentation: str) -> bool:
    return not presentation.isdigit() or bool(int(presentation) & PRESENTATION)


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(filter(str.isprintable, text))
