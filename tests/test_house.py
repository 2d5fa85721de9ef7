"""The house: imports go down only, and the deciding core stays pure."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "telekit"

FLOORS = (
    {"telekit.errors"},
    {"telekit.domain"},
    {"telekit.roster"},
    {"telekit.acd"},
    {"telekit.rules"},
    {"telekit.settings", "telekit.history", "telekit.pbx.losses"},
    {"telekit.pbx.port", "telekit.store.port"},
    {"telekit.pbx", "telekit.store"},
    {"telekit.callflow", "telekit.planning", "telekit.reports", "telekit.simulate"},
    {"telekit.service"},
    {"telekit.replay", "telekit.sides"},
    {"telekit.node", "telekit.ruletests"},
    {"telekit.cli"},
    {"telekit.__main__"},
)
"""From the ground up; a file imports from its own part and from the floors below."""

CORE = ("domain", "roster", "acd")
OUTSIDE = {
    *("asyncio", "logging", "os", "pathlib", "random", "secrets", "socket"),
    *("sqlalchemy", "subprocess", "threading", "time", "yaml"),
}
LONGEST_FILE = 400


def _files() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def _module(file: Path) -> str:
    parts = file.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _room(module: str) -> tuple[int, str] | None:
    """Give the floor and the part that a module belongs to; the longest name wins."""
    rooms = [
        (len(part), floor, part)
        for floor, parts in enumerate(FLOORS)
        for part in parts
        if module == part or module.startswith(f"{part}.")
    ]
    return max(rooms)[1:] if rooms else None


@pytest.mark.parametrize("file", _files(), ids=_module)
def test_imports_go_down_only(file: Path) -> None:
    here = _room(_module(file))
    if here is None:
        assert _module(file) == "telekit", f"{file} has no place in the house"
        return
    for imported in _imports(file):
        there = _room(imported)
        if there is not None and there[1] != here[1]:
            assert there[0] < here[0], f"{_module(file)} imports {imported}, which is not below it"


@pytest.mark.parametrize("file", [file for part in CORE for file in (ROOT / part).rglob("*.py")], ids=_module)
def test_the_core_knows_no_clock_no_chance_and_no_outside(file: Path) -> None:
    assert not {imported.split(".")[0] for imported in _imports(file)} & OUTSIDE
    assert "datetime.now(" not in file.read_text()


@pytest.mark.parametrize("file", _files(), ids=_module)
def test_no_file_is_too_long_to_read(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize(
    "file", [file for part in ("roster", "acd") for file in (ROOT / part).rglob("*.py")], ids=_module
)
def test_no_offer_depends_on_how_good_a_line_is(file: Path) -> None:
    assert not [imported for imported in _imports(file) if "line_check" in imported]
    assert "LINE_CHECKED" not in file.read_text()
