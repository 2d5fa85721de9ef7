"""A context of the dialplan, as text."""

from collections.abc import Iterable

from telekit.pbx.render import word

LONGEST_NAME = 79
"""Source: Asterisk include/asterisk/channel.h, AST_MAX_CONTEXT."""


def context(name: str, lines: Iterable[str], about: str = "", exten: str = "s") -> str:
    """Write a context with one extension; a line is an application, `(label)` before it or `; ` for a comment."""
    written = [f"; {word.comment(about)}"] if about else []
    written.append(f"[{name}]")
    head = f"exten => {exten},1"
    for line in lines:
        if line.startswith("; "):
            written.append(f"; {word.comment(line[2:])}")
            continue
        label, application = _split(line)
        written.append(f"{head}{label},{application}")
        head = " same => n"
    return "\n".join(written) + "\n"


def _split(line: str) -> tuple[str, str]:
    if not line.startswith("("):
        return "", line
    label, _, application = line.partition(")")
    return f"{label})", application


def numbers(name: str, patterns: Iterable[str], includes: Iterable[str] = ()) -> str:
    """Write a context that only tells which extensions exist in it: a set of numbers that the dialplan can ask."""
    written = [f"[{name}]", *(f"include => {included}" for included in includes)]
    written += [f"exten => {pattern},1,NoOp()" for pattern in patterns]
    return "\n".join(written) + "\n"
