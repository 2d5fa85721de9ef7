"""From files of rule tests to cases, or to everything that is wrong with them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from telekit.domain.names import AgentName
from telekit.domain.origin import Origin
from telekit.domain.plan import Plan
from telekit.rules.complaint import complain, diagnose
from telekit.rules.declared import Declared, Kind
from telekit.rules.diagnostic import Diagnostic, Severity
from telekit.rules.gather import Entry
from telekit.rules.instant import parse_instant
from telekit.rules.mistake import Mistake
from telekit.rules.source import read_source
from telekit.rules.tree import Mapping, Node, Sequence, Text, read_tree
from telekit.ruletests.case import Case, Places, Step, Way
from telekit.ruletests.document import TestDocument, TestsDocument

ENDINGS = (".test.yaml", ".test.yml")
START = "a file of rule tests starts with a key, such as 'at:' or 'tests:', at the left margin"

_reader = TypeAdapter(TestsDocument)


def test_files(paths: Iterable[Path]) -> list[Path]:
    """List the files of rule tests that paths name: themselves, those in folders, and those beside a file of rules."""
    files: dict[Path, Path] = {}
    for path in paths:
        places = path.rglob("*") if path.is_dir() else [path] if is_test_file(path) else path.parent.glob("*")
        for file in sorted(file for file in places if is_test_file(file)):
            files.setdefault(file.absolute(), file)
    return list(files.values())


def is_test_file(file: Path) -> bool:
    """Say whether a file holds rule tests, by its name."""
    return file.name.endswith(ENDINGS) and not file.name.startswith(".")


def read_cases(file: Path, plan: Plan) -> tuple[list[Case], list[Diagnostic]]:
    """Read one file of tests of a plan; give its cases, and what is wrong with it or, as lints, hardly meant."""
    source = read_source(file)
    if isinstance(source, Diagnostic):
        return [], [source]
    top, complaints = read_tree(source, START)
    if not top or complaints:  # a file that nobody has written a test into yet has none
        return [], complaints
    entry = Entry(source, "", top)
    try:
        document = _reader.validate_python(top, context=declared_by(plan))
    except ValidationError as error:
        return [], list(diagnose(entry, error, TestsDocument))
    reading = _Reading(entry, document, plan)
    cases = list(reading.cases())
    return cases, reading.diagnostics


def declared_by(plan: Plan) -> Declared:
    """Give the names of a plan, for a test to name."""
    declared = Declared()
    named = (
        (Kind.AGENT, {name: agent.origin for name, agent in plan.agents.items()}),
        (Kind.QUEUE, {name: queue.origin for name, queue in plan.queues.items()}),
        (Kind.MENU, {name: menu.origin for name, menu in plan.menus.items()}),
    )
    for kind, names in named:
        declared.names[kind].update({str(name): origin for name, origin in names.items()})
    return declared


class _Reading:
    """One file, on its way to cases."""

    def __init__(self, entry: Entry, document: TestsDocument, plan: Plan) -> None:
        self.entry, self.document, self.plan = entry, document, plan
        self.diagnostics: list[Diagnostic] = []
        assert isinstance(entry.node, Mapping)  # noqa: S101  (that is what was read)
        self._nodes = entry.node[Text("tests")]
        self._above = dict(self._keys(Mapping({key: entry.node[key] for key in entry.node if key == "agents"})))

    def cases(self) -> Iterator[Case]:
        """Give each test that is right."""
        names: dict[str, int] = {}
        for number, test in enumerate(self.document.tests):
            try:
                case = self._case(number, test)
            except Mistake as mistake:
                self.diagnostics.append(complain(self.entry, ("tests", number, *mistake.at), mistake))
                continue
            yield case
            self._lint(number, test, names)

    def _case(self, number: int, test: TestDocument) -> Case:
        at = self._instant(test.at or self.document.at, test)
        agents = {AgentName(name): condition for name, condition in (self.document.agents | test.agents).items()}
        node = self._nodes[number]
        return Case(
            name=test.name,
            at=at,
            agents=agents,
            call=test.call,
            expect=test.expect,
            steps=tuple(self._steps(test, at, node)),
            places=self._places(node),
        )

    def _instant(self, text: str | None, test: TestDocument) -> datetime:
        if text is None:
            raise Mistake(
                "when the call comes is missing", "write at: 2026-11-24 21:15, here or at the top of the file"
            )
        try:
            return parse_instant(text, self.plan.zone)
        except Mistake as mistake:
            if test.at is not None:
                raise Mistake(mistake.message, mistake.hint, at=("at",)) from None
            raise

    def _steps(self, test: TestDocument, at: datetime, node: Node) -> Iterator[Step]:
        names = {test.call.as_}
        for number, step in enumerate(test.then):
            where = ("then", number)
            if step.at is not None:
                try:
                    then = parse_instant(step.at, self.plan.zone)
                except Mistake as mistake:
                    raise Mistake(mistake.message, mistake.hint, at=(*where, "at")) from None
                if then < at:
                    raise Mistake("is earlier than what comes before it", at=(*where, "at"))
                at = then
            else:
                at += step.after
            if step.call is not None:
                if step.call.as_ in names:
                    hint = "give it another name, such as as: second"
                    raise Mistake(f"the test has a call '{step.call.as_}' already", hint, at=(*where, "call"))
                names.add(step.call.as_)
            asked = {("which",): step.which, ("expect", "call"): step.expect.call if step.expect is not None else None}
            for way, name in asked.items():
                if name is not None and name not in names:
                    raise Mistake(f"no call is named '{name}' yet", at=(*where, *way))
            yield Step(step, at, self._places(_child(node, "then", number)))

    def _lint(self, number: int, test: TestDocument, names: dict[str, int]) -> None:
        """Tell what is right, but hardly meant."""
        node = self._nodes[number]
        if test.expect is None and all(step.expect is None for step in test.then):
            self._tell(node, "expects-nothing", "this test expects nothing, so it cannot fail")
        first = names.setdefault(test.name, node.line)
        if first != node.line:
            self._tell(node, "same-name", f"the test at line {first} has the same name")

    def _tell(self, node: Node, name: str, message: str) -> None:
        source = self.entry.source
        place = (source.name, node.line, node.column)
        self.diagnostics.append(
            Diagnostic(*place, "", message, excerpt=source.line(node.line), severity=Severity.WARNING, name=name)
        )

    def _places(self, node: Node) -> Places:
        """Tell where a test or a step was written; agents also by the top of the file, which counts for each test."""
        return Places(self._origin(node), self._above | dict(self._keys(node)))

    def _keys(self, node: Node, above: Way = ()) -> Iterator[tuple[Way, Origin]]:
        for key, below in node.items() if isinstance(node, Mapping) else ():
            way = (*above, str(key))
            yield way, self._origin(key)
            yield from self._keys(below, way)

    def _origin(self, node: Node) -> Origin:
        return self.entry.source.origin(node.line, node.column)


def _child(node: Node, key: str, number: int) -> Node:
    below = node[Text(key)] if isinstance(node, Mapping) else node
    child: Node = below[number] if isinstance(below, Sequence) else below
    return child
