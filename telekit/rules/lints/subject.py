"""What the lints look at."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from telekit.domain.names import MenuName, QueueName
from telekit.domain.origin import NOWHERE, Origin
from telekit.domain.plan import Plan
from telekit.roster.roster import Roster
from telekit.rules.declared import Kind
from telekit.rules.gather import Gathered
from telekit.rules.lints.rhythm import Rhythms
from telekit.rules.lints.staffing import Staffing
from telekit.rules.lints.way import ways_from


@dataclass
class Subject:
    """Rules without a mistake, and what several lints want to know of them."""

    plan: Plan
    written: Gathered
    now: datetime
    """Tells what is past, and when clocks change next."""

    @property
    def today(self) -> date:
        """The day in the zone of the rules."""
        return self.now.astimezone(self.plan.zone).date()

    @cached_property
    def staffing(self) -> Staffing:
        """Who works when, by the week's pattern."""
        return Staffing(self.plan, self.now)

    @cached_property
    def roster(self) -> Roster:
        """Who works when, by the calendar."""
        return Roster(self.plan)

    @cached_property
    def rhythms(self) -> Rhythms:
        """What people do who work some shifts, by the clock on the wall."""
        return Rhythms(self.plan, self.today)

    @cached_property
    def reached(self) -> tuple[set[QueueName], set[MenuName]]:
        """The queues and menus to which a way leads from a route."""
        return ways_from(self.plan, [route.destination for route in self.plan.routes])

    def declared_at(self, kind: Kind, name: str) -> Origin:
        """Give where a name is declared."""
        return self.written.declared.names[kind].get(name, NOWHERE)
