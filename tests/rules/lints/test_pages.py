"""There is a page on every lint; its wrong example has that lint and no other, its right example has none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from telekit import rules
from telekit.rules.lints.name import LINTS, LintName
from tests.rules.lints.page import DOCS, LINT_PAGES, LintPage

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def named(page: LintPage) -> str:
    return page.name


def found(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    return [one.name for one in rules.lint(rules.read(file), NOW)]


def test_every_lint_has_its_page_and_every_page_its_lint() -> None:
    assert {page.name for page in LINT_PAGES} == {name.value for name in LintName} == {name.value for name in LINTS}


@pytest.mark.parametrize("page", LINT_PAGES, ids=named)
def test_the_wrong_example_has_the_lint_and_no_other(page: LintPage, tmp_path: Path) -> None:
    assert set(found(tmp_path, page.examples["wrong"])) == {page.name}


@pytest.mark.parametrize("page", LINT_PAGES, ids=named)
def test_the_right_example_has_none(page: LintPage, tmp_path: Path) -> None:
    assert found(tmp_path, page.examples["right"]) == []


@pytest.mark.parametrize("page", LINT_PAGES, ids=named)
def test_a_comment_at_the_place_silences_it(page: LintPage, tmp_path: Path) -> None:
    if page.name == LintName.NEEDLESS_SILENCE:
        return
    text = page.examples["wrong"]
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    lines = text.splitlines()
    for line in sorted({one.line for one in rules.lint(rules.read(file), NOW)}, reverse=True):
        indent = " " * (len(lines[line - 1]) - len(lines[line - 1].lstrip()))
        lines.insert(line - 1, f"{indent}# meant: {page.name}")
    assert found(tmp_path, "\n".join(lines)) == []


@pytest.mark.parametrize("page", LINT_PAGES, ids=named)
def test_a_page_begins_with_what_the_list_says(page: LintPage) -> None:
    lint = LINTS[LintName(page.name)]
    mended = ", mended by `--fix`" if lint.mended else ""
    summary = lint.summary[0].upper() + lint.summary[1:]
    begins = f"# {page.name}\n\n{summary}. *{lint.severity.capitalize()}{mended}.*\n"
    assert page.text.startswith(begins)


def test_the_table_of_lints_has_each_once() -> None:
    table = (DOCS / "lints.md").read_text()
    for name in LINTS:
        assert table.count(f"[{name}](lints/{name}.md)") == 1
