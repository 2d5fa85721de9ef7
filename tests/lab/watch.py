"""Waiting for what another task reports, without sleeping."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 40.0  # seconds a test waits for what should take some milliseconds on a quiet machine

Found = TypeVar("Found")


class TooLate(AssertionError):  # noqa: N818 (it reads as the sentence it prints)
    """What a test waited for did not happen in time; the text says what was seen in its place."""


class Watch:
    """Wakes whoever waits each time something changed."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def changed(self) -> None:
        """Let all who wait look again."""
        self._event.set()
        self._event = asyncio.Event()

    async def until(self, look: Callable[[], Found | None], within: float, sought: Callable[[], str]) -> Found:
        """Return the first answer of `look` that isn't None.

        Raises TooLate after `within` seconds, with what `sought` says then.
        """
        try:
            async with asyncio.timeout(within):
                while (found := look()) is None:
                    await self._event.wait()
                return found
        except TimeoutError:
            raise TooLate(f"within {within} s, {sought()}") from None
