"""Files of rules that lie beside those that were named, and were not named: what is missing may be declared there."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from telekit.rules.diagnostic import Diagnostic
from telekit.rules.source import read_source
from telekit.rules.tree import Mapping, Text, read_tree

MOST = 100
"""Files are read at most, for a hint."""
TESTS = (".test.yaml", ".test.yml")


def is_rule_file(file: Path) -> bool:
    """Say whether a file in a folder of rules holds some, by its name: tests of rules and hidden files do not."""
    name = file.name
    return name.endswith((".yaml", ".yml")) and not name.endswith(TESTS) and not name.startswith(".") and file.is_file()


class Beside:
    """Looks for a name in the files beside those that are read; they are read when first asked about."""

    def __init__(self, named: Iterable[Path]) -> None:
        self._named = list(named)
        self._read: list[tuple[Path, Mapping]] | None = None

    def declares(self, section: str, name: str) -> Path | None:
        """Give the file that declares a name in a section; None where none does."""
        if self._read is None:
            self._read = list(self._files())
        for file, top in self._read:
            if name in (top.get(Text(section)) or ()):
                return file
        return None

    def _files(self) -> Iterator[tuple[Path, Mapping]]:
        named = {file.absolute() for file in self._named}
        for folder in dict.fromkeys(file.parent for file in self._named):
            found: list[Path] = []
            with suppress(OSError):
                found = sorted(file for file in folder.iterdir() if is_rule_file(file))
            for file in [file for file in found if file.absolute() not in named][:MOST]:
                source = read_source(file)
                top = None if isinstance(source, Diagnostic) else read_tree(source)[0]
                if top is not None:
                    yield file, top
