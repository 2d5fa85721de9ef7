"""Spans of time as the rules write them: `20s`, `5m`, `1h30m`."""

import re
from datetime import timedelta

from telekit.rules.mistake import Mistake

FORM = "a duration such as 20s, 5m or 1h30m"

_WRITTEN = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """Read a duration; raise `Mistake` when it is none."""
    match = _WRITTEN.fullmatch(text)
    if not match or not text:
        raise Mistake(f"expected {FORM}, not '{text}'", _guess(text))
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def write_duration(span: timedelta) -> str:
    """Write a span of whole seconds so that reading it gives it back: `1h30m`; one below a second as `300ms`."""
    if timedelta(0) < span < timedelta(seconds=1):
        return f"{span // timedelta(milliseconds=1)}ms"
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def _guess(text: str) -> str:
    tight = re.sub(r"\s+", "", text.casefold())
    tight = re.sub(r"(\d)(hours?|hrs?)", r"\1h", tight)
    tight = re.sub(r"(\d)(minutes?|mins?)", r"\1m", tight)
    tight = re.sub(r"(\d)(seconds?|secs?)", r"\1s", tight)
    if re.fullmatch(r"\d{1,6}", tight):
        return f"did you mean '{tight}s'?"
    return f"did you mean '{tight}'?" if tight and _WRITTEN.fullmatch(tight) else ""
