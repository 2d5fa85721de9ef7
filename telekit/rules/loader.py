"""From rule files to a plan, or to everything that is wrong with them."""

import gc
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from telekit.domain.exception import AgentException, QueueException
from telekit.domain.names import ListName, SkillName
from telekit.domain.plan import Plan
from telekit.domain.route import Inquiry, Route
from telekit.rules import build, build_exception
from telekit.rules.clash import clashes
from telekit.rules.complaint import complain, diagnose
from telekit.rules.diagnostic import BadRules, Diagnostic
from telekit.rules.document.exception import AgentExceptionDocument
from telekit.rules.document.pause import PausesDocument
from telekit.rules.document.route import NumbersFile
from telekit.rules.gather import Edited, Entry, Gathered, gather
from telekit.rules.mistake import Mistake
from telekit.rules.number_list import read_numbers
from telekit.rules.section import SECTIONS

_READERS = {name: TypeAdapter[Any](section.form) for name, section in SECTIONS.items()}

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Reading:
    """Rules without a mistake: what they say, and what was written."""

    plan: Plan
    written: Gathered


def load(paths: Iterable[Path | str] | Path | str, scripts: Collection[str] | None = None) -> Plan:
    """Read rule files and folders of them; raise `BadRules` with all mistakes when there is any.

    `scripts` are the call scripts that there are: naming another is a mistake, unless they are None for unknown.
    """
    return read(paths, scripts).plan


def read(
    paths: Iterable[Path | str] | Path | str,
    scripts: Collection[str] | None = None,
    edited: Edited | None = None,
) -> Reading:
    """Read rules as `load` does; give also what was written. `edited` is text to be read in place of a file's."""
    reading, diagnostics = _read(paths, scripts, edited or {})
    if diagnostics:
        raise BadRules(tuple(diagnostics))
    return reading


def check(paths: Iterable[Path | str] | Path | str) -> list[Diagnostic]:
    """Give everything that is wrong with rule files and folders of them, sorted by place."""
    return _read(paths, None, {})[1]


def _read(
    paths: Iterable[Path | str] | Path | str, scripts: Collection[str] | None, edited: Edited
) -> tuple[Reading, list[Diagnostic]]:
    several = [paths] if isinstance(paths, Path | str) else paths
    with _collector_off():
        loader = _Loader(gather((Path(path) for path in several), edited))
        loader.gathered.declared.scripts = scripts
        plan = loader.plan()
        loader.look_for_clashes(plan)
    diagnostics = loader.gathered.diagnostics
    order = {name: number for number, name in enumerate(loader.gathered.sources)}
    diagnostics.sort(key=lambda one: (order.get(one.file, len(order)), one.file, one.line, one.column))
    return Reading(plan, loader.gathered), diagnostics


@contextmanager
def _collector_off() -> Iterator[None]:
    """Keep the cyclic collector from walking a growing tree again and again; it makes loading thrice as long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Loader:
    """Reads each entry closely; what can be read goes on, what cannot leaves diagnostics."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered

    def plan(self) -> Plan:
        """Make the plan of all entries that are right."""
        zone: ZoneInfo | None = next((zone for _, zone in self._entries("timezone")), None)
        shifts = {shift.name: shift for shift in (build.build_shift(*one) for one in self._entries("shifts"))}
        agent_exceptions, queue_exceptions = self._exceptions(shifts)
        agents = (build.build_agent(entry, agent, zone or _UTC) for entry, agent in self._entries("agents"))
        queues = (build.build_queue(entry, queue) for entry, queue in self._entries("queues"))
        menus = (build.build_menu(entry, menu) for entry, menu in self._entries("menus"))
        pauses: PausesDocument | None = next((pauses for _, pauses in self._entries("pauses")), None)
        return Plan(
            zone=zone or _UTC,
            holidays=next((days for _, days in self._entries("holidays")), frozenset()),
            skills=frozenset(SkillName(skill) for _, skill in self._entries("skills")),
            agents={agent.name: agent for agent in agents},
            shifts=shifts,
            agent_exceptions=tuple(agent_exceptions),
            queue_exceptions=tuple(queue_exceptions),
            queues={queue.name: queue for queue in queues},
            lists={ListName(str(entry.key)): self._numbers(entry, form) for entry, form in self._entries("lists")},
            lookups={one.name: one for one in (build.build_lookup(*pair) for pair in self._entries("lookups"))},
            routes=tuple(self._routes()),
            menus={menu.name: menu for menu in menus},
            reminder=next((span for _, span in self._entries("reminder")), None),
            pauses=pauses.reasons if pauses is not None else {},
        )

    def look_for_clashes(self, plan: Plan) -> None:
        """Leave diagnostics for what is wrong only together."""
        has_zone = bool(self.gathered.entries["timezone"]) or not self.gathered.declared.complete
        for clash in clashes(plan, has_zone=has_zone):
            source = self.gathered.sources[clash.origin.file]
            line, column = clash.origin.line, clash.origin.column
            self.gathered.diagnostics.append(source.complain(line, column, clash.message, clash.hint, path=clash.path))

    def _entries(self, section: str) -> Iterator[tuple[Entry, Any]]:
        """Give a section's entries that are of their form, as documents."""
        read = _READERS[section].validate_python
        context = self.gathered.declared
        for entry in self.gathered.entries[section]:
            try:
                yield entry, read(entry.node, context=context)
            except ValidationError as error:
                self.gathered.diagnostics += diagnose(entry, error, SECTIONS[section].form)

    def _routes(self) -> Iterator[Route]:
        """Give the routes, each with what is looked up just before it."""
        inquiries: list[Inquiry] = []
        read = 0
        for entry, document in self._entries("routes"):
            read += 1
            if document.lookup is not None:
                inquiries.append(build.build_inquiry(entry, document, document.lookup))
            else:
                yield replace(build.build_route(entry, document), inquiries=tuple(inquiries))
                inquiries.clear()
        for inquiry in inquiries if read == len(self.gathered.entries["routes"]) else ():
            source = self.gathered.sources[inquiry.origin.file]
            message = "no route comes after this lookup that could ask for what it gives"
            line, column = inquiry.origin.line, inquiry.origin.column
            self.gathered.diagnostics.append(source.complain(line, column, message, path="routes"))

    def _exceptions(self, shifts: Any) -> tuple[list[AgentException], list[QueueException]]:
        of_agents: list[AgentException] = []
        of_queues: list[QueueException] = []
        for entry, document in self._entries("exceptions"):
            if isinstance(document, AgentExceptionDocument):
                try:
                    of_agents.append(build_exception.build_agent_exception(entry, document, shifts))
                except Mistake as mistake:
                    self.gathered.diagnostics.append(complain(entry, mistake.at, mistake))
            else:
                of_queues.append(build_exception.build_queue_exception(entry, document))
        return of_agents, of_queues

    def _numbers(self, entry: Entry, written: NumbersFile | tuple[str, ...]) -> frozenset[str]:
        if not isinstance(written, NumbersFile):
            return frozenset(written)
        file = entry.source.folder / written.file
        numbers, complaints = read_numbers(file)
        for complaint in complaints:
            about_all = Mistake(f"{complaint.file} {complaint.message}", complaint.hint)
            self.gathered.diagnostics.append(complaint if complaint.line else complain(entry, ("file",), about_all))
        return numbers
