"""What is in order and what is not; each trouble is in the log once when it begins and once when it ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two looks, so that what begins and ends is in the log soon also when nobody asks."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part."""

    fine: bool
    says: str
    """In a few words; where it is not fine, with what to do."""
    told: bool = False
    """The part itself has its troubles in the log."""
    values: Mapping[str, str | int | float | None] = field(default_factory=dict)
    """The same for programs; spans are seconds, sizes bytes."""


Examine = Callable[[], Finding | Awaitable[Finding]]


class Health:
    """Examine every part, when asked and every few seconds."""

    def __init__(self, parts: Mapping[str, Examine]) -> None:
        self._parts = dict(parts)
        self._degraded: dict[str, str] = {}
        self._looking = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def also(self, name: str, examine: Examine) -> None:
        """Examine one part more."""
        self._parts[name] = examine

    def start(self) -> None:
        """Look from now on."""
        self._task = asyncio.get_running_loop().create_task(self._go_on())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def look(self) -> Mapping[str, Finding]:
        """Examine every part, and log what began or ended since the last look; one look at a time."""
        async with self._looking:  # or an older finding would be logged after a newer one
            findings = {name: await self._examine(name) for name in tuple(self._parts)}
            self._log(findings)
        return findings

    def _log(self, findings: Mapping[str, Finding]) -> None:
        for name, finding in findings.items():
            before = name in self._degraded
            if not finding.fine:
                self._degraded[name] = finding.says
                if not before and not finding.told:
                    log.warning("degraded: %s: %s", name, finding.says)
            elif before:
                del self._degraded[name]
                if not finding.told:
                    log.warning("fine again: %s: %s", name, finding.says)

    async def tell(self) -> Mapping[str, Any]:
        """Tell everything in plain values."""
        findings = await self.look()
        return {
            "healthy": all(finding.fine for finding in findings.values()),
            "parts": [
                {"part": name, "fine": finding.fine, "says": finding.says, **finding.values}
                for name, finding in findings.items()
            ],
        }

    async def _examine(self, name: str) -> Finding:
        try:
            finding = self._parts[name]()
            return finding if isinstance(finding, Finding) else await finding
        except Exception as error:  # one part that cannot be examined hides no other
            return Finding(False, f"could not be examined ({error!r})")

    async def _go_on(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(EVERY)
