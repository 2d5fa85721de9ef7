"""The writer of the manager interface: an action's headers to bytes, and nothing that could become a second one."""

import re
from collections.abc import Iterable

from telekit.errors import SwitchError, UnsafeValue

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAME = re.compile(r"[!-9;-~]+")

LONGEST_LINE = 1024
"""Bytes of one line with its end. Source: Asterisk main/manager.c, `inbuf` of `struct mansession_session`."""
MOST_LINES = 128
"""Source: Asterisk include/asterisk/manager.h, AST_MAX_MANHEADERS."""


def encode(headers: Iterable[tuple[str, str]]) -> bytes:
    """Return one action's bytes.

    Raises `UnsafeValue` for a control character anywhere, a name that is not one, or text that is not UTF-8, and
    `SwitchError` for what Asterisk would cut short or refuse.
    """
    lines = []
    for name, value in headers:
        if not _NAME.fullmatch(name):
            raise UnsafeValue(f"{name!r} is not the name of a manager header; nothing was sent")
        found = _CONTROL.search(value)
        if found:
            raise UnsafeValue(f"the value of {name} holds the control character {found[0]!r}; nothing was sent")
        try:
            line = f"{name}: {value}\r\n".encode()
        except UnicodeEncodeError as error:
            raise UnsafeValue(f"the value of {name} is not text; nothing was sent") from error
        if len(line) > LONGEST_LINE:
            raise SwitchError(
                f"the value of {name} is too long: Asterisk reads manager lines of at most {LONGEST_LINE} bytes"
            )
        lines.append(line)
    if len(lines) > MOST_LINES:
        raise SwitchError(f"Asterisk reads at most {MOST_LINES} headers of one action, this one has {len(lines)}")
    return b"".join(lines) + b"\r\n"
