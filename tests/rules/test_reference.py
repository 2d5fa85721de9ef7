"""The reference page is made from the rules' own descriptions."""

from pathlib import Path

from telekit.rules.document.rules import RulesDocument
from telekit.rules.reference import reference

PAGE = Path(__file__).parents[2] / "docs/reference-rules.md"


def test_the_committed_page_is_the_one_that_is_made() -> None:
    assert PAGE.read_text() == reference(), "run: python -m telekit.rules docs"


def test_it_has_every_section_and_no_broken_link() -> None:
    page = reference()
    for section in RulesDocument.model_fields:
        assert f"| `{section}` |" in page
    anchors = {line[3:].lower().replace(" ", "-") for line in page.splitlines() if line.startswith("## ")}
    links = {part.partition(")")[0] for part in page.split("](#")[1:]}
    assert links <= anchors
