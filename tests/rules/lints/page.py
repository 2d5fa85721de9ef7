"""The pages on the lints, with the two examples of each."""

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"
FOLDER = DOCS / "lints"
_EXAMPLE = re.compile(r"<!-- (?P<kind>wrong|right) -->\n```yaml\n(?P<text>.*?)```\n", re.DOTALL)


@dataclass(frozen=True)
class LintPage:
    """One page."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def examples(self) -> dict[str, str]:
        """Give the wrong and the right example."""
        found = list(_EXAMPLE.finditer(self.text))
        assert [one["kind"] for one in found] == ["wrong", "right"], self.path
        return {one["kind"]: one["text"] for one in found}


LINT_PAGES = [LintPage(path) for path in sorted(FOLDER.glob("*.md"))]
