"""FastAGI's bytes to values and back, without any I/O.

Source: Asterisk res/res_agi.c (setup_env, parse_args, agi_handle_command, run_agi).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from telekit.errors import LinkError, UnsafeValue

MAX_ENVIRONMENT = 64 * 1024
MAX_REPLY = 64 * 1024
MAX_COMMAND = 8190
"""Bytes of one command; Asterisk takes what is beyond for a second command (AGI_BUF_LEN)."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What Asterisk tells of the call before the first command."""

    values: Mapping[str, str]
    """By name without the `agi_`; of a repeated name the first counts."""
    forged: bool
    """A name came twice or a line had none: some value held a line break, so a caller's words are not to be trusted."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Asterisk's answer to one command."""

    code: int
    """200 done, 510 no such command, 511 not on a dead channel, 520 wrong arguments."""
    result: str = ""
    """What follows `result=`: often a number, -1 for a failure, digits of GET DATA."""
    value: str | None = None
    """What stood in parentheses: a variable's value, or a mark such as `timeout`."""
    endpos: int | None = None
    """The position in samples that a playback or recording reached."""
    raw: str = ""
    """All of it as it came, several lines for a 520, without the last line break."""


@dataclass(frozen=True, slots=True)
class Hangup:
    """The caller has hung up; only commands that need no caller work from here."""


_DONE = re.compile(r"200 result=(\S*)(?: \((.*)\))?(?: endpos=(-?\d+))?(?: [^(].*)?", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HANGUP = Hangup()


def command(verb: str, *arguments: str) -> bytes:
    """Write one command; `verb` is ours, every argument is quoted.

    Raises `UnsafeValue` for a control character, and for more than Asterisk reads as one command.
    """
    words = [verb]
    for argument in arguments:
        if _CONTROL.search(argument):
            raise UnsafeValue(f"A control character in {argument!r}: it was not sent to Asterisk.")
        words.append('"' + argument.replace("\\", "\\\\").replace('"', '\\"') + '"')
    return line(" ".join(words))


def line(text: str) -> bytes:
    """Write one command that is already put together; raises as `command` does."""
    if _CONTROL.search(text):
        raise UnsafeValue(f"A control character in {text!r}: it was not sent to Asterisk.")
    try:
        encoded = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise UnsafeValue(f"{text!r} is not text that can be sent to Asterisk.") from error
    if len(encoded) > MAX_COMMAND:
        raise UnsafeValue(f"A command of {len(encoded)} bytes is longer than Asterisk reads ({MAX_COMMAND}).")
    return encoded + b"\n"


class Decoder:
    """Turn what Asterisk sends into an `Environment`, then replies and hang-ups, however the bytes are cut."""

    __slots__ = ("_buffer", "_lines", "_open")

    def __init__(self) -> None:
        self._buffer = b""
        self._lines: list[str] = []
        self._open = False

    def feed(self, data: bytes) -> list[Environment | Reply | Hangup]:
        """Take what came; raises `LinkError` when it cannot be FastAGI."""
        buffer = self._buffer + data if self._buffer else data
        found: list[Environment | Reply | Hangup] = []
        if not self._open:
            end = buffer.find(b"\n\n")
            if end > MAX_ENVIRONMENT or (end < 0 and len(buffer) > MAX_ENVIRONMENT):
                raise LinkError(f"An AGI environment of more than {MAX_ENVIRONMENT} bytes: this is not Asterisk.")
            if end < 0:
                self._buffer = buffer
                return found
            self._open = True
            found.append(_environment(buffer[:end]))
            buffer = buffer[end + 2 :]
        *complete, self._buffer = buffer.split(b"\n")
        for each in complete:
            self._take(each.decode("utf-8", "surrogateescape"), found)
        if len(self._buffer) + sum(map(len, self._lines)) > MAX_REPLY:
            raise LinkError(f"An AGI reply of more than {MAX_REPLY} bytes: the link cannot be trusted.")
        return found

    def _take(self, text: str, found: list[Environment | Reply | Hangup]) -> None:
        lines = self._lines
        if lines:
            lines.append(text)
            if lines[0].startswith("520-"):
                if text.startswith("520 "):
                    found.append(Reply(520, raw="\n".join(lines)))
                    lines.clear()
            elif match := _DONE.fullmatch(raw := "\n".join(lines)):
                found.append(_done(match, raw))
                lines.clear()
        elif match := _DONE.fullmatch(text):
            found.append(_done(match, text))
        elif text == "HANGUP":
            found.append(_HANGUP)
        elif text.startswith(("200 result=", "520-")):
            lines.append(text)
        elif text.startswith("agi_"):
            raise LinkError("The AGI environment went on after its end: a value in it held line breaks.")
        elif text[:3].isdigit() and text[3:4] in (" ", "") and text[:3] != "100":
            found.append(Reply(int(text[:3]), raw=text))


def _done(match: re.Match[str], raw: str) -> Reply:
    result, value, endpos = match.groups()
    return Reply(200, result, value, None if endpos is None else int(endpos), raw)


def _environment(block: bytes) -> Environment:
    values: dict[str, str] = {}
    forged = False
    for each in block.decode("utf-8", "surrogateescape").split("\n"):
        name, separator, value = each.partition(": ")
        if not separator or not name.startswith("agi_") or name[4:] in values:
            forged = True
        else:
            values[name[4:]] = value
    return Environment(values, forged)
