"""Why an agent is off shift, and why a queue is closed, as values that `str` turns into a few words."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from telekit.domain.names import AgentName
from telekit.domain.origin import Origin
from telekit.roster.block import Block


@dataclass(frozen=True, slots=True)
class OutsideShifts:
    """The agent works this day, but not now. At least one of the two blocks is given."""

    ended: Block | None
    """The last block that ended this day, in the agent's zone."""
    starts: Block | None
    """The next block that starts this day."""
    zone: ZoneInfo

    @property
    def origins(self) -> tuple[Origin, ...]:
        return tuple(block.origin for block in (self.ended, self.starts) if block)

    def __str__(self) -> str:
        ended = [f"{self.ended.label} ended {_clock(self.ended.end_at, self.zone)}"] if self.ended else []
        starts = [f"{self.starts.label} starts {_clock(self.starts.start_at, self.zone)}"] if self.starts else []
        return ", ".join(ended + starts)


@dataclass(frozen=True, slots=True)
class DayOff:
    """An exception says that the agent does not work this day."""

    why: str
    on: date
    origin: Origin

    @property
    def origins(self) -> tuple[Origin, ...]:
        return (self.origin,)

    def __str__(self) -> str:
        return f"off: {self.why} (exception)"


@dataclass(frozen=True, slots=True)
class Replaced:
    """An exception says that another agent works this day instead."""

    by: AgentName
    on: date
    origin: Origin

    @property
    def origins(self) -> tuple[Origin, ...]:
        return (self.origin,)

    def __str__(self) -> str:
        return f"{self.by} works instead (exception)"


@dataclass(frozen=True, slots=True)
class NoShift:
    """Nothing says that the agent works this day."""

    on: date
    origin: Origin
    """Where the agent's shifts were written."""

    @property
    def origins(self) -> tuple[Origin, ...]:
        return (self.origin,)

    def __str__(self) -> str:
        return "no shift"


OffReason = OutsideShifts | DayOff | Replaced | NoShift


@dataclass(frozen=True, slots=True)
class OutsideHours:
    """The queue's opening hours do not cover this instant."""

    opens_at: datetime | None
    """The next opening; None when there is none."""
    zone: ZoneInfo
    origin: Origin

    def __str__(self) -> str:
        if self.opens_at is None:
            return "never opens again"
        return f"closed until {self.opens_at.astimezone(self.zone):%a %d %b %H:%M}"


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """The queue is closed, for the day is a public holiday."""

    holiday: str
    """Its name; empty when the plan knows only its date."""
    on: date
    origin: Origin

    def __str__(self) -> str:
        return f"public holiday: {self.holiday}" if self.holiday else "public holiday"


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """An exception closes the queue this day."""

    why: str
    on: date
    origin: Origin

    def __str__(self) -> str:
        return f"closed: {self.why} (exception)"


ClosedReason = OutsideHours | PublicHoliday | ClosedDay


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"
