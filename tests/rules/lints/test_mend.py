"""What is mended is right, says the same as before, and stays as it was written elsewhere."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telekit import rules
from telekit.rules.lints.find import find
from telekit.rules.lints.mend import mended
from tests.rules.lints.subject import NOW

HEAD = "timezone: Europe/Paris\nagents: {amina: {phone: sip:amina}}\n"
ROUTE = "routes: [{when: {caller: {in: vip}}, go: hangup}, {go: voicemail}]\n"


def mend(tmp_path: Path, text: str) -> str:
    """Mend a file; what comes of it loads, and has nothing left to mend."""
    file = tmp_path / "rules.yaml"
    file.write_bytes(text.encode())
    reading = rules.read(file)
    made = mended(reading.written.sources[str(file)], find(reading, NOW))
    file.write_bytes(made.encode())
    assert [one for one in find(rules.read(file), NOW) if one.mend is not None] == []
    return made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("vip: [1, 1]", "vip: [1]"),
        ("vip: [1, 2, 1]", "vip: [1, 2]"),
        ("vip: [1, 1, 2, 2, 3]", "vip: [1, 2, 3]"),
        ("vip: [ 1 , 1 , 2 ]   # both", "vip: [ 1 , 2 ]   # both"),
        (
            "vip:\n    - 1    # one\n    # two\n    - 1    # again\n    - 2",
            "vip:\n    - 1    # one\n    # two\n    - 2",
        ),
        ("vip:\n  - 1\n  - 1", "vip:\n  - 1"),
        ("vip: [1,  # one\n        1,  # two\n        2]", "vip: [1,  # one\n          # two\n        2]"),
        ("vip: [1,  # one\n        1   # two\n       ]", "vip: [1  # one\n           # two\n       ]"),
        ("vip: [\"1\", '1', 1]", 'vip: ["1"]'),
        ("vip:\r\n    - 1\r\n    - 1\r\n    - 2", "vip:\r\n    - 1\r\n    - 2"),
    ],
)
def test_a_number_goes_and_the_rest_stays_as_it_was_written(tmp_path: Path, before: str, after: str) -> None:
    made = mend(tmp_path, f"{HEAD}{ROUTE}lists:\n  {before}\n")
    assert made == f"{HEAD}{ROUTE}lists:\n  {after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  - 1   # hers\n  - 1   # again", "  - 1   # hers"),
        ("  # keep me\n  - 1\n  - 1", "  # keep me\n  - 1"),
        ("  - 1\n\n  - 1\n\n  - 2", "  - 1\n\n  - 2"),
        ("  - 1\r\n\r\n  - 1\r\n\r\n  - 2", "  - 1\r\n\r\n  - 2"),
        ("  - 1\n\n  - 1\n\n  # next\n  - 2", "  - 1\n\n  # next\n  - 2"),
    ],
)
def test_a_number_goes_with_its_line(tmp_path: Path, before: str, after: str) -> None:
    assert mend(tmp_path, f"{HEAD}{ROUTE}lists:\n vip:\n{before}\n") == f"{HEAD}{ROUTE}lists:\n vip:\n{after}\n"


def test_no_exception_goes_since_a_test_may_be_about_its_day(tmp_path: Path) -> None:
    text = f"{HEAD}exceptions:\n  - {{agent: amina, on: 2025-12-24, off: leave}}\n"
    assert mend(tmp_path, text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("shifts: {}   # meant: never-open\n", "shifts: {}\n"),
        ("# meant: never-open\nshifts: {}\n", "shifts: {}\n"),
        ("  # meant in this file: never-open, never-served\nshifts: {}\n", "shifts: {}\n"),
        ("shifts: {}   # hers # meant: never-open - really\n", "shifts: {}   # hers\n"),
        ("lists: {vip: [1]}   # meant: never-open, unused-list\n", "lists: {vip: [1]}   # meant: unused-list\n"),
        (
            "lists: {vip: [1]}   # meant: unused-list, never-opn; yes\n",
            "lists: {vip: [1]}   # meant: unused-list; yes\n",
        ),
        ("shifts: {}   # meant: never-open\r\nmenus:\r\n", "shifts: {}\r\nmenus:\r\n"),
    ],
)
def test_a_name_goes_from_its_comment_and_an_empty_comment_goes(tmp_path: Path, before: str, after: str) -> None:
    assert mend(tmp_path, HEAD + before) == HEAD + after


numbers = st.lists(st.sampled_from(("1", "22", "+33199001234", "'3'")), min_size=1, max_size=6)
breaks = st.sampled_from((", ", ",", " , ", ",\n      ", ",   # a remark\n      ", "  # a remark\n     ,"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers, st.lists(breaks, min_size=6, max_size=6), st.sampled_from(("flow", "block")), st.booleans())
def test_however_a_list_is_written_it_says_the_same_and_keeps_its_remarks(
    tmp_path: Path, written: list[str], between: list[str], style: str, ends: bool
) -> None:
    if style == "flow":
        body = "".join(number + gap for number, gap in zip(written[:-1], between, strict=False)) + written[-1]
        text = f"lists:\n  vip: [{body}{',' if ends else ''}]   # the end\n"
    else:
        text = "lists:\n  vip:\n" + "".join(f"    # before {number}\n    - {number}\n" for number in written)
    file = tmp_path / "rules.yaml"
    file.write_text(HEAD + ROUTE + text)
    before = rules.load(file)
    made = mend(tmp_path, HEAD + ROUTE + text)
    after = rules.load(file)
    assert after.lists == before.lists
    assert [replace(one, origin=before.routes[0].origin) for one in after.routes] == [
        replace(one, origin=before.routes[0].origin) for one in before.routes
    ]
    assert sorted(re.findall(r"#.*", made)) == sorted(re.findall(r"#.*", HEAD + ROUTE + text))


def test_text_that_only_looks_like_a_comment_is_none(tmp_path: Path) -> None:
    text = "agents:\n  amina:\n    name: 'Amina # meant: never-open'\n    phone: sip:amina\n"
    assert mend(tmp_path, text) == text
