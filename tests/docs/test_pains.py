"""Each pain that the page tells has tests that carry its number, and no other number is carried."""

import re
from pathlib import Path

from tests.docs.page import DOCS, PROJECT, Page

TESTS = PROJECT / "tests"
CARRIED = re.compile(r'"""Pain (\d+): ')


def test_every_pain_on_the_page_has_a_test_that_carries_its_number_and_no_other_is_carried() -> None:
    told = re.findall(r"^\| (\d+) \|", Page(DOCS / "pains.md").text, re.MULTILINE)
    assert told == sorted(set(told), key=int)
    files: list[Path] = sorted(TESTS.rglob("test_*.py"))
    carried = {number for path in files for number in CARRIED.findall(path.read_text(encoding="utf-8"))}
    assert carried == set(told)
