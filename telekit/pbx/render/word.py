"""What may stand in a switch's files: every value from the rules and settings passes one of these."""

import re

from telekit.errors import UnsafeValue

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_NUMBER = re.compile(r"\+[0-9]{0,20}|[0-9]{1,20}")
_PROMPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*")
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*|[0-9A-Fa-f:.]+")
_PATH = re.compile(r"[A-Za-z0-9/][A-Za-z0-9_./-]*")
_SECRET = re.compile(r"[!-~]([ -~]*[!-~])?")
_ZONE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+/-]*")
_KEY = re.compile(r"[0-9*#]")


def is_name(text: str) -> bool:
    """Say whether a text is a name."""
    return bool(_NAME.fullmatch(text))


def is_host(text: str) -> bool:
    """Say whether a text is the name or address of a host."""
    return bool(_HOST.fullmatch(text))


def is_path(text: str) -> bool:
    """Say whether a text is a plain path."""
    return bool(_PATH.fullmatch(text))


def name(text: str) -> str:
    """Let a name through: of an agent, a queue, a menu, a list, an endpoint, a class of music."""
    return _checked(_NAME, text, "a name")


def number(text: str) -> str:
    """Let a number, or the start of one, through."""
    return _checked(_NUMBER, text, "a number")


def zone(text: str) -> str:
    """Let the key of a time zone through."""
    return _checked(_ZONE, text, "a time zone")


def key(text: str) -> str:
    """Let a key of a telephone through."""
    return _checked(_KEY, text, "a key")


def prompt(text: str) -> str:
    """Give the sound file of a prompt: `closed` is telekit's own, `custom/hello` is the administrator's."""
    checked = _checked(_PROMPT, text, "a prompt")
    return checked if "/" in checked else f"telekit/{checked}"


def secret(text: str) -> str:
    """Write a secret so that Asterisk reads it back: printable ASCII, with `;` kept from starting a comment."""
    if not _SECRET.fullmatch(text) or "\\" in text or text.startswith(">"):
        raise UnsafeValue("A secret has printable ASCII characters, no backslash, no > or space at its start.")
    return text.replace(";", "\\;")


def comment(text: str) -> str:
    """Make a text harmless behind `; `: on one line, and never the mark of a comment of many lines."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain.replace(";", ",")


def full_name(text: str) -> str:
    """Keep of a person's name what a display between quotes can hold."""
    kept = "".join(character for character in text if character.isalnum() or character in " .'-")
    return " ".join(kept.split())[:64]


def _checked(form: re.Pattern[str], text: str, what: str) -> str:
    if not form.fullmatch(text):
        raise UnsafeValue(f"{text!r} cannot stand in the switch's files as {what}.")
    return text
