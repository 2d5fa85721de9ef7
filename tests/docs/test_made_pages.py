"""What is made in the pages is made of what holds today."""

import runpy

import pytest

from telekit.settings import Settings
from tests.docs.page import DOCS, PAGES, Page

GENERATE = runpy.run_path(str(DOCS / "generate.py"))
AGAIN = "run: python docs/generate.py"
FILLED = [page for page in PAGES if "<!-- run in" in page.text]


def test_the_page_of_the_settings_is_the_one_that_is_made() -> None:
    assert (DOCS / "settings.md").read_text() == GENERATE["settings_page"](), AGAIN


def test_the_page_of_the_settings_has_every_setting() -> None:
    page = (DOCS / "settings.md").read_text()
    for key, field in Settings.model_fields.items():
        fields = getattr(field.annotation, "model_fields", None)
        assert f"## `{key}`" in page if fields else f"| `{key}` |" in page
        for inner in fields or ():
            assert f"| `{inner}` |" in page.partition(f"## `{key}`")[2].partition("## ")[0]


def test_the_reference_of_the_rule_tests_is_the_one_that_is_made() -> None:
    assert (DOCS / "rule-tests.md").read_text() == GENERATE["rule_tests_page"](), AGAIN


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "<!-- run in" in page.text], ids=lambda page: page.path.name
)
def test_the_commands_of_a_page_print_what_it_says(page: Page) -> None:
    assert page.text == GENERATE["with_output"](page.text), AGAIN
