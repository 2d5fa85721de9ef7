"""The pages of the documentation, with what tests ask of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"

FENCED = re.compile(r"(?:<!-- (?P<mark>[^\n]*?) -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)```\n", re.DOTALL)
INDENTED = re.compile(r"(?:^    .*\n)+", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A block of code, with the comment right above it."""

    kind: str
    text: str
    mark: str | None


@dataclass(frozen=True)
class Page:
    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def blocks(self) -> list[Block]:
        return [Block(found["kind"], found["text"], found["mark"]) for found in FENCED.finditer(self.text)]

    @property
    def prose(self) -> str:
        """What is neither in a block nor in backquotes."""
        return re.sub(r"`[^`\n]*`", "", FENCED.sub("", self.text))

    @property
    def links(self) -> list[str]:
        return [found["target"] for found in LINK.finditer(FENCED.sub("", self.text))]

    @property
    def anchors(self) -> set[str]:
        """What its headings are called in links, as GitHub does it."""
        headings = re.findall(r"^#+ (.*)$", FENCED.sub("", self.text), re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    def commands(self) -> Iterator[str]:
        """Give every line of shell, without its prompt; a line that ends in a backslash goes on."""
        fenced = [block.text for block in self.blocks if block.kind == "console"]
        indented = INDENTED.findall(FENCED.sub("", self.text))
        for text in fenced + indented:
            for line in text.replace("\\\n", " ").splitlines():
                prompt = line[:2] in ("$ ", "# ")
                if prompt or (text in indented):
                    yield line.strip().removeprefix("$ ").removeprefix("# ")


PAGES = [Page(path) for path in (PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted(DOCS.glob("*.md")))]
OWN = [page for page in PAGES if page.path.name not in ("docker.md", "reference-rules.md")]
