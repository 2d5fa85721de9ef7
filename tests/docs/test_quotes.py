"""What a page quotes stands in the file that it quotes; what it shows of YAML is right."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from telekit.errors import TelekitError
from telekit.rules import load
from telekit.settings import load_settings
from tests.docs.page import DOCS, OWN, PROJECT, Block, Page

BLOCKS = [(page, block) for page in OWN for block in page.blocks]
QUOTES = [(page, block) for page, block in BLOCKS if (block.mark or "").startswith("docs/")]


def named(value: object) -> str:
    return value.path.name if isinstance(value, Page) else str(getattr(value, "mark", ""))


@pytest.mark.parametrize(("page", "block"), QUOTES, ids=named)
def test_a_quote_stands_in_its_file(page: Page, block: Block) -> None:
    assert block.mark is not None
    assert block.text in (PROJECT / block.mark).read_text(), f"{page.path.name} quotes what {block.mark} no longer says"


def test_every_sample_is_quoted_or_linked() -> None:
    told = "".join(page.text for page in OWN)
    for path in (DOCS / "samples").rglob("*.*"):
        if path.suffix in (".py", ".yaml", ".service", ".timer", ".path") and "__pycache__" not in path.parts:
            relative = path.relative_to(DOCS)
            places = [relative, *relative.parents][:-2]
            assert any(str(place) in told for place in places), f"{relative} is told of nowhere"


def test_the_rules_in_the_readme_are_right(tmp_path: Path) -> None:
    (block,) = (block for page, block in BLOCKS if page.path.name == "README.md" and block.mark == "rules")
    (tmp_path / "rules.yaml").write_text(block.text)
    plan = load([tmp_path])
    assert set(plan.agents) == {"amina", "luc"}
    assert block.text.count("\n") <= 11


@pytest.mark.parametrize("page", [page for page, block in BLOCKS if block.mark == "settings"], ids=named)
def test_settings_that_a_page_shows_are_right(page: Page, tmp_path: Path) -> None:
    for block in page.blocks:
        if block.mark == "settings":
            (tmp_path / "telekit.yaml").write_text(block.text)
            load_settings(tmp_path / "telekit.yaml")


def test_python_that_a_page_shows_is_python() -> None:
    shown = [dedent(block.text) for _, block in BLOCKS if block.kind == "python"]
    assert shown
    for text in shown:
        ast.parse(text)


SENTENCES = re.compile(r"^\| (?P<quoted>`[^|]*) \|", re.MULTILINE)


def told() -> Iterator[str]:
    """Give what telekit's own code can say, with a gap where a value comes in."""
    for path in (PROJECT / "telekit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)


def test_every_sentence_that_the_troubleshooting_explains_can_be_said() -> None:
    section = (DOCS / "install.md").read_text().partition("## What telekit says")[2].partition("Asterisk's side")[0]
    said = list(told())
    sentences = [quote for found in SENTENCES.finditer(section) for quote in re.findall(r"`([^`]+)`", found["quoted"])]
    own = [sentence for sentence in sentences if ".yaml:" not in sentence]
    assert len(own) >= 12
    for sentence in own:
        pattern = re.compile(".*?".join(re.escape(part.strip()) for part in sentence.split("…")), re.DOTALL)
        assert any(pattern.search(text) for text in said), f"telekit does not say {sentence!r}"


def test_what_the_troubleshooting_says_of_a_wrong_key_is_said(tmp_path: Path) -> None:
    (tmp_path / "telekit.yaml").write_text("asterisk:\n  secert: env:X\n")
    with pytest.raises(
        TelekitError, match=r"telekit\.yaml:2:3: asterisk: unknown key 'secert'; did you mean 'secret'\?"
    ):
        load_settings(tmp_path / "telekit.yaml")
