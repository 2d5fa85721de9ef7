"""Going through what may be much, while calls are led."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

AT_A_TIME = 0.002
"""Seconds after which others have a turn."""


async def unhurried(items: Iterable[T]) -> AsyncIterator[T]:
    """Give items one by one, and now and then everybody else a turn."""
    began_at = monotonic()  # not the loop's own time, which may stand still in the middle of a turn
    for item in items:
        yield item
        if monotonic() - began_at > AT_A_TIME:
            await asyncio.sleep(0)
            began_at = monotonic()
