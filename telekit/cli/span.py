"""Spans of time as the rules write them."""

from datetime import timedelta


def span(value: timedelta | float) -> str:
    """Write a span (`1h05m`, `1m30s`, `20s`); a number is seconds."""
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return f"{hours}h{minutes:02}m"
    return f"{minutes}m{seconds % 60:02}s" if minutes else f"{seconds}s"
