"""What health looks at: each part says of itself whether it is in order."""

import os
import shutil
from collections.abc import Callable, Collection
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from telekit.domain.names import LookupName
from telekit.domain.plan import Plan
from telekit.pbx.losses import LinkDown
from telekit.pbx.port import LinkUp, SwitchEvent
from telekit.service.clock import TOLERATED, Clock, SteadyClock
from telekit.service.health import Finding
from telekit.service.lookups import Lookups
from telekit.service.pulse import Pulse
from telekit.service.watch import Watch
from telekit.store.port import JournalState

LATEST_WRITE = 3.0
"""Seconds after which a fact should be on the disk."""
LEAST_FREE = 100 * 1024 * 1024
"""Bytes on the journal's disk: a busy day's facts."""
LATEST_ANSWER = 1.0
"""Seconds; a switch answers a ping within a few milliseconds."""
LATEST_BEAT = 0.5
"""Seconds by which the event loop may be late before callers notice."""
FRESH = timedelta(minutes=10)
"""For so long after it something that went wrong is still told as trouble."""
FRESH_REFUSAL = 60.0
"""Seconds."""
MIB = 1024 * 1024


class LinkVitals:
    """The link to a switch, since when it is up or down, and when and why it was lost last."""

    def __init__(self, clock: Clock, link: str) -> None:
        """`link` says which: `the link to Asterisk at 127.0.0.1:5038`."""
        self._clock = clock
        self._link = link
        self._since_at: datetime | None = None
        self._version: str | None = None
        """None while it is down."""
        self._lost: tuple[datetime, str] | None = None
        self._losses = 0
        self._missed = ""
        """Why it could not be brought up, the last time."""

    def miss(self, why: Exception) -> None:
        """Heed that it could not be brought up."""
        self._missed = str(why)

    def hear(self, event: SwitchEvent) -> None:
        """Heed how the link comes and goes."""
        if isinstance(event, LinkUp):
            self._since_at, self._version = self._clock(), event.version
        elif isinstance(event, LinkDown):
            self._since_at, self._version = self._clock(), None
            self._lost = (self._since_at, event.why)
            self._losses += 1

    def examine(self, zone: tzinfo) -> Finding:
        """Say how it is."""
        often = f"{self._losses} times, last" if self._losses > 1 else "once,"
        lost = f"; lost {often} {told_at(self._lost[0], zone)}: {self._lost[1]}" if self._lost else ""
        values = {
            "up_since": self._since_at.isoformat() if self._since_at is not None and self._version else None,
            "losses": self._losses,
            "last_lost": self._lost[0].isoformat() if self._lost else None,
        }
        if self._since_at is None:
            says = f"{self._link} is not up yet" + (f": {self._missed}" if self._missed else "")
            return Finding(False, says, True, values)
        if self._version is None:
            why = self._lost[1] if self._lost else ""
            return Finding(False, f"{self._link} is down since {told_at(self._since_at, zone)}: {why}", True, values)
        says = f"{self._link} is up since {told_at(self._since_at, zone)}, {self._version}{lost}"
        return Finding(True, says, True, values)

    def examine_answers(self, switch: str, round_trip: float) -> Finding:
        """Say how fast a switch answers, if the link to it is up; `round_trip` is in seconds, 0 before the first."""
        if self._version is None:
            return Finding(True, "not known while the link is down", True, {"round_trip": None})
        if not round_trip:
            return Finding(True, f"{switch} was not asked yet", True, {"round_trip": None})
        return examine_answers(switch, round_trip)


def examine_answers(switch: str, round_trip: float) -> Finding:
    """Say how fast a switch answers; `round_trip` is in seconds."""
    values = {"round_trip": round(round_trip, 4)}
    if round_trip > LATEST_ANSWER:
        says = f"{switch} takes {round_trip:.1f} s to answer: it is overloaded, or the way to it is; news come late"
        return Finding(False, says, False, values)
    return Finding(True, f"{switch} answers within {round_trip * 1000:.0f} ms", False, values)


class RulesVitals:
    """The rules that hold, and whether newer ones were refused."""

    def __init__(self, clock: Clock, plan: Callable[[], Plan]) -> None:
        self._clock = clock
        self._plan = plan
        self._loaded_at = clock()
        self._refused_at: datetime | None = None
        self._mistakes = 0

    def loaded(self) -> None:
        """Note that the rules hold that there are."""
        self._loaded_at, self._refused_at = self._clock(), None

    def refused(self, mistakes: int) -> None:
        """Note that newer rules have so many mistakes."""
        self._refused_at, self._mistakes = self._clock(), mistakes

    def examine(self) -> Finding:
        """Say how it is."""
        plan, at = self._plan(), self._refused_at
        says = (
            f"of {told_at(self._loaded_at, plan.zone)}: {len(plan.agents)} agents, {len(plan.queues)} queues, "
            f"{len(plan.routes)} routes"
        )
        values = {"loaded": self._loaded_at.isoformat(), "refused": at.isoformat() if at else None}
        if at is None:
            return Finding(True, says, True, values)
        mistakes = f"{self._mistakes} mistake{'s' if self._mistakes != 1 else ''}"
        says += f"; newer ones were refused {told_at(at, plan.zone)} for {mistakes}: `telekit check` tells which"
        return Finding(False, says, True, values)


def examine_calls(*, listens: bool, where: str, calls: int, turned_away: tuple[float, str] | None) -> Finding:
    """Say whether the switch can hand over calls; `turned_away` is how many seconds ago one could not, and why."""
    values = {"calls": calls}
    if not listens:
        return Finding(False, f"nobody listens on {where} yet: the dialplan takes calls to the fallback", False, values)
    if turned_away is not None and turned_away[0] < FRESH_REFUSAL:
        ago, why = turned_away
        return Finding(False, f"a call was turned away {ago:.0f} s ago: {why}", False, values)
    return Finding(True, f"taken on {where}, {calls} here now", False, values)


def examine_lookups(lookups: Lookups, names: Collection[LookupName]) -> Finding:
    """Say whether the services answer that are asked about callers."""
    down = sorted(name for name in names if lookups.is_down(name))
    values = {"asked": len(names), "down": len(down)}
    if down:
        says = f"{', '.join(down)} failed too often and is left alone for a while: routes go on without it"
        return Finding(False, says, False, values)
    return Finding(True, f"{len(names)} answer" if names else "none in the rules", False, values)


def examine_callbacks(complaint: str | None) -> Finding:
    """Say whether people can be called back; `complaint` is why not."""
    if complaint is not None:
        return Finding(False, f"nobody can be called back: {complaint}", True, {})
    return Finding(True, "people can be called back", True, {})


def examine_journal(state: JournalState) -> Finding:
    """Say whether facts get to the disk."""
    values = {"waiting": state.waiting, "lag": round(state.lag, 3), "lost": state.lost}
    lost = f", {state.lost} lost" if state.lost else ""
    if state.trouble:
        return Finding(False, f"{state.trouble} {state.waiting} facts wait{lost}", True, values)
    if state.lag > LATEST_WRITE:
        says = f"{state.waiting} facts wait since {state.lag:.0f} s: the disk is slow, or a program holds the file"
        return Finding(False, says + lost, False, values)
    return Finding(True, f"written, {state.waiting} facts wait{lost}", True, values)


def examine_disk(folder: Path) -> Finding:
    """Say whether there is room for more facts."""
    free = shutil.disk_usage(folder).free
    says = f"{free / MIB:,.0f} MiB free for {folder}"
    if free < LEAST_FREE:
        return Finding(False, f"{says}: make room, or facts are lost once it is full", False, {"free": free})
    return Finding(True, says, False, {"free": free})


def examine_clock(clock: SteadyClock) -> Finding:
    """Say whether the machine's clock was stepped."""
    clock()
    ahead = clock.offset.total_seconds()
    values = {"ahead": round(ahead, 3)}
    if abs(ahead) <= TOLERATED.total_seconds():
        return Finding(True, "as the machine's", False, values)
    if ahead > 0:
        says = f"the machine's clock was stepped and is {ahead:.0f} s ahead: if that lasts it is followed as soon as "
        says += "nobody waits or talks, and approached by going half as fast again until then"
    else:
        says = f"the machine's clock was stepped and is {-ahead:.0f} s behind: it is approached at half speed, "
        says += "or at once by a restart of telekit"
    return Finding(False, says, False, values)


def examine_pulse(pulse: Pulse) -> Finding:
    """Say how long callers wait for telekit itself."""
    worst = pulse.worst
    says = f"at most {worst * 1000:.0f} ms late within the last minute"
    return Finding(worst <= LATEST_BEAT, says, False, {"late": round(worst, 4)})


def examine_watch(watch: Watch, now: datetime, zone: tzinfo) -> Finding:
    """Say whether something had to be put right."""
    values: dict[str, str | int | float | None] = {rule.value: count for rule, count in watch.repaired.items()}
    if watch.last is None:
        return Finding(True, "nothing had to be repaired", True, values)
    at, breach = watch.last
    total = sum(watch.repaired.values())
    says = f"{total} repaired since the start, last {told_at(at, zone)}: {breach}"
    return Finding(now - at > FRESH, says, True, values)


def examine_no_hook(plan: Plan, *, handled: bool) -> Finding:
    """Say whether anybody can remind agents where the settings name no program."""
    if plan.reminder is None:
        return Finding(True, "the rules remind nobody")
    if handled:
        return Finding(True, "handlers alone are told whom to remind")
    return Finding(False, "the rules want agents reminded, but nobody does: name a program as `hook` in the settings")


def examine_memory() -> Finding:
    """Say how much memory is in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    resident = pages * os.sysconf("SC_PAGE_SIZE")
    return Finding(True, f"{resident / MIB:,.0f} MiB resident", False, {"resident": resident})


def told_at(at: datetime, zone: tzinfo) -> str:
    """Tell a moment in the zone of the rules, with its name: the machine may be in another, and so may who reads."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S} {zone}"
