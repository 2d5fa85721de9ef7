"""The writer of the event socket: commands to bytes, and nothing that could become a second one."""

import re
from collections.abc import Iterable

from telekit.errors import UnsafeValue

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def command(line: str) -> bytes:
    """Return the bytes of a command of one line; raises `UnsafeValue` for a control character, or what is no text."""
    return _checked("the command", line) + b"\n\n"


def message(line: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """Return the bytes of a command with headers, as `sendmsg` is; raises `UnsafeValue` as `command` does."""
    lines = [_checked("the command", line)]
    for name, value in headers:
        if not _NAME.fullmatch(name):
            raise UnsafeValue(f"{name!r} is not the name of a header; nothing was sent")
        lines.append(_checked(f"the value of {name}", f"{name}: {value}"))
    return b"\n".join(lines) + b"\n\n"


def execute(application: str, argument: str = "", *, uuid: str = "", mark: str = "") -> bytes:
    """Return the bytes that run an application of the dialplan in a session.

    `uuid` names the session where the connection is not its own; `mark` comes back in CHANNEL_EXECUTE_COMPLETE as
    Application-UUID. Applications of one session run one after the other.
    """
    headers = [("call-command", "execute"), ("execute-app-name", application)]
    if argument:
        headers.append(("execute-app-arg", argument))
    headers.append(("event-lock", "true"))
    if mark:
        headers.append(("Event-UUID", mark))
    return message(f"sendmsg {uuid}" if uuid else "sendmsg", headers)


def _checked(what: str, text: str) -> bytes:
    found = _CONTROL.search(text)
    if found:
        raise UnsafeValue(f"{what} holds the control character {found[0]!r}; nothing was sent")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise UnsafeValue(f"{what} is not text; nothing was sent") from error
