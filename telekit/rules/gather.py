"""All entries of all rule files, before any of them is read closely."""

from collections.abc import Iterable
from collections.abc import Mapping as Readonly
from dataclasses import dataclass, field
from pathlib import Path

from telekit.rules.beside import TESTS, Beside, is_rule_file
from telekit.rules.closest import did_you_mean
from telekit.rules.declared import Declared, Kind
from telekit.rules.diagnostic import Diagnostic
from telekit.rules.mistake import Mistake
from telekit.rules.name import parse_name
from telekit.rules.section import SECTIONS, Layout, Section
from telekit.rules.source import Source, read_source, source_of
from telekit.rules.tree import Mapping, Node, Sequence, Text, read_tree

OF_SETTINGS = frozenset(("rules", "asterisk", "agi", "journal", "control"))
"""Keys of telekit.yaml that the rules do not have."""

Edited = Readonly[str, str]
"""By the name of a file, text to be read in place of its own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One agent, one route, …: what the administrator wrote, and where."""

    source: Source
    path: str
    node: Node
    key: Text | None = None
    """Its name, where the section has names; the section itself, where that is all."""


@dataclass(slots=True)
class Gathered:
    """What the files hold, section by section, in the order written."""

    entries: dict[str, list[Entry]] = field(default_factory=lambda: {section: [] for section in SECTIONS})
    declared: Declared = field(default_factory=Declared)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    """The files that could be read as text, in the order given."""

    def add_file(self, source: Source) -> None:
        """Add the entries of one file."""
        self.sources[source.name] = source
        top, complaints = read_tree(source)
        self.diagnostics += complaints
        if top is None:
            self.declared.complete = False
            return
        if len(OF_SETTINGS & {*top}) > len({*SECTIONS} & {*top}):
            first = next(iter(top))
            self._complain(source, first, "these are telekit's settings, not rules", "--settings names them")
            return
        for key, node in top.items():
            section = SECTIONS.get(key)
            if section is None:
                hint = did_you_mean(key, SECTIONS) or f"sections are {', '.join(SECTIONS)}"
                self._complain(source, key, f"unknown section '{key}'", hint)
            elif section.layout is Layout.SINGLE:
                self._add_single(source, section, key, node)
            elif isinstance(node, Text) and not node:
                continue
            elif section.layout is Layout.NAMED:
                self._add_named(source, section, node)
            else:
                self._add_listed(source, section, node)

    def declare_given(self) -> None:
        """Note what lookups give, as far as it can be read: the routes name it."""
        names = self.declared.names[Kind.VARIABLE]
        for entry in self.entries["lookups"]:
            gives = entry.node.get(Text("gives")) if isinstance(entry.node, Mapping) else None
            for item in gives if isinstance(gives, Sequence) else [gives]:
                if isinstance(item, Text) and item:
                    names.setdefault(str(item), entry.source.origin(item.line, item.column))

    def _add_single(self, source: Source, section: Section, key: Text, node: Node) -> None:
        for first in self.entries[section.name]:
            place = first.key or first.node
            origin = first.source.origin(place.line, place.column)
            self._complain(source, key, f"'{key}' is declared twice; the first is at {origin}", path=key)
            return
        self.entries[section.name].append(Entry(source, key, node, key))

    def _add_named(self, source: Source, section: Section, node: Node) -> None:
        if not isinstance(node, Mapping):
            message = f"expected names, each with what it is, below '{section.name}:'"
            self._complain(source, node, message, path=section.name)
            return
        for key, value in node.items():
            path = f"{section.name}.{key}"
            if self._declare(source, section.declares, key, path):
                self.entries[section.name].append(Entry(source, path, value, key))

    def _add_listed(self, source: Source, section: Section, node: Node) -> None:
        if not isinstance(node, Sequence):
            self._complain(source, node, f"expected a list below '{section.name}:'", path=section.name)
            return
        for number, item in enumerate(node, 1):
            path = f"{section.name}[{number}]"
            if not isinstance(item, Text) or self._declare(source, section.declares, item, path):
                self.entries[section.name].append(Entry(source, path, item))

    def _declare(self, source: Source, kind: Kind | None, name: Text, path: str) -> bool:
        """Note what a name is declared as, and say whether it is for the first time; complain when it is no name."""
        if kind is None:
            return True
        names = self.declared.names[kind]
        if name in names:
            self._complain(source, name, f"'{name}' is declared twice; the first is at {names[name]}", path=path)
            return False
        names[str(name)] = source.origin(name.line, name.column)
        try:
            parse_name(name)
        except Mistake as mistake:
            self._complain(source, name, mistake.message, mistake.hint, path=path)
            return kind is not Kind.SKILL
        return True

    def _complain(self, source: Source, place: Node, message: str, hint: str = "", *, path: str = "") -> None:
        self.diagnostics.append(source.complain(place.line, place.column, message, hint, path=path))


def gather(paths: Iterable[Path], edited: Edited | None = None) -> Gathered:
    """Read files, and folders of them, and put their entries together."""
    files, complaints = rule_files(paths)
    gathered = Gathered(diagnostics=complaints)
    gathered.declared.complete = not complaints
    gathered.declared.beside = Beside(files)
    for file in files:
        text = (edited or {}).get(str(file))
        source = read_source(file) if text is None else source_of(str(file), text.encode(), file.parent)
        if isinstance(source, Diagnostic):
            gathered.diagnostics.append(source)
            gathered.declared.complete = False
        else:
            gathered.add_file(source)
    gathered.declare_given()
    return gathered


def rule_files(paths: Iterable[Path]) -> tuple[list[Path], list[Diagnostic]]:
    """List the rule files that paths name: files as they are, folders by their `*.yaml` and `*.yml`, sorted.

    Tests of rules (`*.test.yaml`) and hidden files are left out, and so is a file that was named before.
    """
    files: dict[Path, Path] = {}
    complaints: list[Diagnostic] = []
    for path in paths:
        try:
            is_folder = path.is_dir()
            found = sorted(file for file in path.iterdir() if is_rule_file(file)) if is_folder else [path]
        except OSError as error:
            complaints.append(Diagnostic(str(path), 0, 0, "", f"cannot be read: {error.strerror}"))
            continue
        if not is_folder and path.name.endswith(TESTS):
            hint = "`telekit test` runs them"
            complaints.append(Diagnostic(str(path), 0, 0, "", "holds tests of rules, not rules", hint))
            continue
        if not found:
            complaints.append(Diagnostic(str(path), 0, 0, "", "holds no rule file", "their names end in .yaml"))
        for file in found:
            files.setdefault(file.absolute(), file)
    return list(files.values()), complaints
