"""What is made in the pages is made of what holds today."""

import runpy
from collections.abc import Iterator
from typing import get_args

import pytest
from pydantic import BaseModel

from telekit.settings import Settings
from tests.docs.page import DOCS, PAGES, Page

GENERATE = runpy.run_path(str(DOCS / "generate.py"))
AGAIN = "run: python docs/generate.py"
FILLED = [page for page in PAGES if "<!-- run in" in page.text]


def test_the_page_of_the_settings_is_the_one_that_is_made() -> None:
    assert (DOCS / "settings.md").read_text() == GENERATE["settings_page"](), AGAIN


def sections(form: type[BaseModel], above: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Give every section of the settings below one, by its name in the page."""
    for key, field in form.model_fields.items():
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield f"{above}{key}", kind
                yield from sections(kind, f"{above}{key}.")


def test_the_page_of_the_settings_has_every_setting() -> None:
    page = (DOCS / "settings.md").read_text()
    places = dict(sections(Settings))
    forms: dict[str, type[BaseModel]] = {"At the top": Settings, **{f"`{name}`": form for name, form in places.items()}}
    for name, form in forms.items():
        told = page.partition(f"## {name}\n")[2].partition("## ")[0]
        for key in form.model_fields:
            where = f"{name.strip('`')}.{key}".removeprefix("At the top.")
            assert where in places or f"| `{key}` |" in told, where
    assert "freeswitch.calls" in places


def test_the_reference_of_the_rule_tests_is_the_one_that_is_made() -> None:
    assert (DOCS / "rule-tests.md").read_text() == GENERATE["rule_tests_page"](), AGAIN


def test_the_table_of_what_is_shown_on_freeswitch_is_the_one_that_is_made() -> None:
    page = (DOCS / "freeswitch.md").read_text()
    (table,) = GENERATE["SHOWN_TABLE"].findall(page)
    assert table == GENERATE["shown_table"](), AGAIN
    assert table.count("| yes |") > table.count("| no: ")


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "<!-- run in" in page.text], ids=lambda page: page.path.name
)
def test_the_commands_of_a_page_print_what_it_says(page: Page) -> None:
    assert page.text == GENERATE["with_output"](page.text), AGAIN
