"""Links lead somewhere."""

import pytest

from tests.docs.page import DOCS, PAGES, PROJECT, Page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path.name)
def test_every_relative_link_resolves(page: Page) -> None:
    for target in page.links:
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        leads_to = (page.path.parent / path).resolve() if path else page.path
        assert leads_to.exists(), f"{page.path.name}: {target}"
        if anchor:
            assert anchor in Page(leads_to).anchors, f"{page.path.name}: {target}"


def test_the_index_leads_to_every_page() -> None:
    index = {(DOCS / target.partition("#")[0]).resolve() for target in Page(DOCS / "index.md").links}
    others = {page.path for page in PAGES} - {DOCS / "index.md"}
    assert others <= index, f"the index lacks {[path.name for path in others - index]}"


def test_the_picture_says_in_words_what_it_shows() -> None:
    picture = (DOCS / "flow.svg").read_text()
    assert "<title" in picture
    assert "<desc" in picture
    assert "prefers-color-scheme: dark" in picture
    assert "![" in (PROJECT / "README.md").read_text().partition("](docs/flow.svg)")[0]
