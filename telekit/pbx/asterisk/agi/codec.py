"""FastAGI's bytes to values and back, without any I/O.

Source: Asterisk res/res_agi.c (setup_env, parse_args, agi_handle_command, run_agi).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from telekit.errors import LinkError, UnsafeValue

MAX_ENVIRONMENT = 64 * 1024
MAX_REPLY = 64 * 1024
MAX_COMMAND = 8190
"""Bytes of one command; Asterisk takes what is beyond for a second command (AGI_BUF_LEN)."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What Asterisk tells of the call before the first command."""

    values: Mapping[str, str]
    """By name, such as `agi_callerid`; of a repeated name the first counts."""
    forged: bool
    """A name came twice or a line had none: some value held a line break, so a caller's words are not to be trusted."""


class Reply(NamedTuple):
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


_DONE = re.compile(r"200 result=(\S*)(?: \((.*)\))?(?: endpos=(-?\d+))?(?: [^(].*)?", re.DOTALL).fullmatch
_CLOSES = re.compile(r"\)(?: endpos=-?\d+)?(?: [^(].*)?$").search
"""The end of a value that holds line breaks."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]").search
_HANGUP = Hangup()
_PERSONAL = re.compile(r"\+?[0-9]{6,}")


def command(verb: str, *arguments: str) -> bytes:
    """Write one command; `verb` is ours, every argument is quoted.

    Raises `UnsafeValue` for a control character, and for more than Asterisk reads as one command.
    """
    text = verb
    for argument in arguments:
        if "\\" in argument or '"' in argument:
            argument = argument.replace("\\", "\\\\").replace('"', '\\"')
        text += f' "{argument}"'
    return line(text)


def in_logs(line: bytes) -> str:
    """Tell a command where anybody may read: without the numbers that it is about."""
    return _PERSONAL.sub("(a number)", line.decode(errors="replace").strip())


def line(text: str) -> bytes:
    """Write one command that is already put together; raises as `command` does."""
    if _CONTROL(text):
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

    def __init__(self, *, opened: bool = False) -> None:
        """`opened` says that the environment has been read already."""
        self._buffer = b""
        self._lines: list[str] = []
        self._open = opened

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
        *complete, rest = buffer.split(b"\n")
        self._buffer = rest
        for each in complete:
            self._take(each.decode("utf-8", "surrogateescape"), found)
        if len(rest) > MAX_REPLY or (self._lines and len(rest) + sum(map(len, self._lines)) > MAX_REPLY):
            raise LinkError(f"An AGI reply of more than {MAX_REPLY} bytes: the link cannot be trusted.")
        return found

    def _take(self, text: str, found: list[Environment | Reply | Hangup]) -> None:
        if self._lines:
            self._go_on(text, found)
        elif match := _DONE(text):
            found.append(_done(match, text))
        elif text == "HANGUP":
            found.append(_HANGUP)
        elif text.startswith(("200 result=", "520-")):
            self._lines.append(text)
        elif text.startswith("agi_"):
            raise LinkError("The AGI environment went on after its end: a value in it held line breaks.")
        elif text[:3].isdigit() and text[3:4] in (" ", "") and text[:3] != "100":
            found.append(Reply(int(text[:3]), raw=text))

    def _go_on(self, text: str, found: list[Environment | Reply | Hangup]) -> None:
        """Take a further line of a usage text, or of a value that holds line breaks."""
        self._lines.append(text)
        usage = self._lines[0].startswith("520-")
        if not (text.startswith("520 ") if usage else _CLOSES(text)):
            return
        raw = "\n".join(self._lines)
        self._lines.clear()
        if usage:
            found.append(Reply(520, raw=raw))
        elif match := _DONE(raw):
            found.append(_done(match, raw))


def _done(match: re.Match[str], raw: str) -> Reply:
    result, value, endpos = match.groups()
    return Reply(200, result, value, None if endpos is None else int(endpos), raw)


def _environment(block: bytes) -> Environment:
    text = block.decode("utf-8", "surrogateescape")
    lines = text.split("\n")
    if text.startswith("agi_") and text.count("\nagi_") == len(lines) - 1:
        try:
            values = dict([each.split(": ", 1) for each in lines])
        except ValueError:
            pass
        else:
            if len(values) == len(lines):
                return Environment(values, False)
    first: dict[str, str] = {}
    for each in lines:
        name, _, value = each.partition(": ")
        if name.startswith("agi_"):
            first.setdefault(name, value)
    return Environment(first, True)
