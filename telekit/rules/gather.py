"""All entries of all rule files, before any of them is read closely."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from telekit.rules.closest import did_you_mean
from telekit.rules.declared import Declared, Kind
from telekit.rules.diagnostic import Diagnostic
from telekit.rules.mistake import Mistake
from telekit.rules.name import parse_name
from telekit.rules.source import Source, read_source
from telekit.rules.tree import Mapping, Node, Sequence, Text, read_tree

SINGLE = ("timezone", "holidays")
NAMED = ("agents", "shifts", "queues", "lists", "menus")
LISTED = ("skills", "exceptions", "routes")
SECTIONS = (
    "timezone", "holidays", "skills", "agents", "shifts", "exceptions", "queues", "lists", "routes", "menus"
)  # fmt: skip

_KINDS = {kind.section: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Entry:
    """One agent, one route, …: what the administrator wrote, and where."""

    source: Source
    path: str
    node: Node
    key: Text | None = None
    """Its name, where the section has names."""


@dataclass(slots=True)
class Gathered:
    """What the files hold, section by section, in the order written."""

    entries: dict[str, list[Entry]] = field(default_factory=lambda: {section: [] for section in SECTIONS})
    declared: Declared = field(default_factory=Declared)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    """The files that could be read as text, in the order given."""


def rule_files(paths: Iterable[Path]) -> tuple[list[Path], list[Diagnostic]]:
    """List the rule files that paths name: files as they are, folders by their `*.yaml` and `*.yml`, sorted.

    Tests of rules (`*.test.yaml`) and hidden files are left out.
    """
    files: dict[Path, Path] = {}
    complaints: list[Diagnostic] = []
    for path in paths:
        if path.is_dir():
            found = sorted(file for file in path.iterdir() if _is_rule_file(file))
            if not found:
                complaints.append(Diagnostic(str(path), 0, 0, "", "holds no rule file", "their names end in .yaml"))
        elif path.exists():
            found = [path]
        else:
            found = []
            complaints.append(Diagnostic(str(path), 0, 0, "", "there is no such file or folder"))
        for file in found:
            files.setdefault(file.resolve(), file)
    return list(files.values()), complaints


def gather(paths: Iterable[Path]) -> Gathered:
    """Read files and put their entries together."""
    gathered = Gathered()
    files, gathered.diagnostics = rule_files(paths)
    gathered.declared.complete = not gathered.diagnostics
    for file in files:
        source = read_source(file)
        if isinstance(source, Diagnostic):
            gathered.diagnostics.append(source)
            gathered.declared.complete = False
        else:
            gathered.sources[source.name] = source
            _add_file(gathered, source)
    return gathered


def _is_rule_file(file: Path) -> bool:
    name = file.name
    return (
        name.endswith((".yaml", ".yml"))
        and not name.endswith((".test.yaml", ".test.yml"))
        and not name.startswith(".")
        and file.is_file()
    )


def _add_file(gathered: Gathered, source: Source) -> None:
    top, complaints = read_tree(source)
    gathered.diagnostics += complaints
    if top is None:
        gathered.declared.complete = False
        return
    for section, node in top.items():
        if section not in SECTIONS:
            hint = did_you_mean(section, SECTIONS) or f"sections are {', '.join(SECTIONS)}"
            gathered.diagnostics.append(
                source.complain(section.line, section.column, f"unknown section '{section}'", hint)
            )
        elif section in SINGLE:
            _add_single(gathered, source, section, node)
        elif node == "" and isinstance(node, Text):
            continue
        elif section in NAMED:
            _add_named(gathered, source, section, node)
        else:
            _add_listed(gathered, source, section, node)


def _add_single(gathered: Gathered, source: Source, section: Text, node: Node) -> None:
    earlier = gathered.entries[section]
    if earlier and earlier[0].key is not None:
        first = earlier[0].source.origin(earlier[0].key.line, earlier[0].key.column)
        _complain_of_twin(gathered, source, section, section, str(first))
        return
    earlier.append(Entry(source, section, node, section))


def _add_named(gathered: Gathered, source: Source, section: Text, node: Node) -> None:
    if not isinstance(node, Mapping):
        message = f"expected names, each with what it is, below '{section}:'"
        gathered.diagnostics.append(source.complain(node.line, node.column, message, path=section))
        return
    entries, kind = gathered.entries[section], _KINDS[section]
    for key, value in node.items():
        path = f"{section}.{key}"
        if _declare(gathered, source, kind, key, path):
            entries.append(Entry(source, path, value, key))


def _add_listed(gathered: Gathered, source: Source, section: Text, node: Node) -> None:
    if not isinstance(node, Sequence):
        message = f"expected a list below '{section}:'"
        gathered.diagnostics.append(source.complain(node.line, node.column, message, path=section))
        return
    for number, item in enumerate(node, 1):
        path = f"{section}[{number}]"
        if section != "skills" or not isinstance(item, Text) or _declare(gathered, source, Kind.SKILL, item, path):
            gathered.entries[section].append(Entry(source, path, item))


def _declare(gathered: Gathered, source: Source, kind: Kind, name: Text, path: str) -> bool:
    """Note that a name is declared, and say whether to read on; complain when it is none, or declared already."""
    names = gathered.declared.names[kind]
    if name in names:
        first = names[name]
        _complain_of_twin(gathered, source, name, path, str(first))
        return False
    try:
        names[parse_name(name)] = source.origin(name.line, name.column)
    except Mistake as mistake:
        gathered.diagnostics.append(source.complain(name.line, name.column, mistake.message, mistake.hint, path=path))
        names[name] = source.origin(name.line, name.column)
        return kind is not Kind.SKILL
    return True


def _complain_of_twin(gathered: Gathered, source: Source, name: Text, path: str, first: str) -> None:
    gathered.diagnostics.append(
        source.complain(name.line, name.column, f"'{name}' is declared twice; the first is at {first}", path=path)
    )
