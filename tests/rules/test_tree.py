"""YAML is read as the administrator typed it: as text, with its place."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telekit.rules.diagnostic import Diagnostic
from telekit.rules.source import Source, source_of
from telekit.rules.tree import Mapping, Sequence, Text, read_tree

TRAPS = (
    *("22:00", "07:00", "1:30:00", "no", "NO", "off", "on", "yes", "y", "true", "null", "~", "0123", "0o17", "0x1F"),
    *(
        "+33199001234",
        "0199001234",
        "1_000",
        "1e3",
        ".5",
        "5.0",
        "-0",
        ".inf",
        ".nan",
        "2026-11-28",
        "2026-11-28 09:00",
    ),
    *("sip:amina", "tel:+33199005512", "9*", "1 per 10s", "=", "<"),
)
WORDS = st.text("abcdefghijklmnopqrstuvwxyzÀéß0123456789+-.:_/ ", min_size=1).filter(lambda text: text == text.strip())


def _read(text: str) -> Mapping:
    top, complaints = read_tree(Source("rules.yaml", text, Path()))
    assert top is not None
    assert not complaints
    return top


@pytest.mark.parametrize("trap", TRAPS)
def test_what_yaml_would_turn_into_something_else_stays_as_it_was_typed(trap: str) -> None:
    assert _read(f"key: {trap}\n") == {"key": trap}
    assert _read(f"{trap}: value\n") == {trap: "value"}
    assert _read(f"key: [{trap}, {trap}]\n") == {"key": [trap, trap]}


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1))
def test_quoted_text_comes_back_as_it_was(words: list[str]) -> None:
    listed = ", ".join(f'"{word}"' for word in words)
    assert _read(f"key: [{listed}]\n") == {"key": words}


def test_every_node_knows_its_line_and_column() -> None:
    top = _read("queues:\n  billing:\n    open: [mon 08:00-09:00,\n           tue 09:00-10:00]\n    ring: 20s\n")
    section, billing = top[Text("queues")], top[Text("queues")][Text("billing")]
    hours = billing[Text("open")]
    keys = {str(key): (key.line, key.column) for key in (*top, *section, *billing)}
    assert keys == {"queues": (1, 1), "billing": (2, 3), "open": (3, 5), "ring": (5, 5)}
    assert [(item.line, item.column) for item in hours] == [(3, 12), (4, 12)]
    assert (hours.line, hours.column) == (3, 11)
    assert (billing[Text("ring")].line, billing[Text("ring")].column) == (5, 11)


def test_columns_count_characters_not_bytes() -> None:
    top = _read("lists: {é: [a, ü, b]}\n")
    items = top[Text("lists")][Text("é")]
    assert [item.column for item in items] == [13, 16, 19]


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n", "--- # nothing\n...\n"])
def test_a_file_without_rules_is_fine(text: str) -> None:
    assert _read(text) == {}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(ends: str) -> None:
    top = _read(ends.join(["skills:", "  - french", "  - english", ""]))
    skills = top[Text("skills")]
    assert skills == ["french", "english"]
    assert [skill.line for skill in skills] == [2, 3]


def test_a_byte_order_mark_is_not_part_of_the_first_key() -> None:
    source = source_of("rules.yaml", b"\xef\xbb\xbfskills: [french]\n", Path())
    assert isinstance(source, Source)
    top, complaints = read_tree(source)
    assert top == {"skills": ["french"]}
    assert not complaints
    assert next(iter(top)).column == 1


def test_of_a_key_written_twice_the_first_holds_and_checking_goes_on() -> None:
    top, complaints = read_tree(Source("rules.yaml", "skills: [french]\nskills: [english]\nqueues: {}\n", Path()))
    assert top == {"skills": ["french"], "queues": {}}
    assert [complaint.line for complaint in complaints] == [2]


def test_a_deep_file_is_refused_and_does_not_fell_the_parser() -> None:
    top, complaints = read_tree(Source("rules.yaml", "[" * 100_000, Path()))
    assert top is None
    assert len(complaints) == 1


def test_a_file_that_is_not_utf_8_is_answered_with_the_place_of_the_byte() -> None:
    complaint = source_of("rules.yaml", b"\xef\xbb\xbfskills:\n  - fran\xe7ais\n", Path())
    assert isinstance(complaint, Diagnostic)
    assert (complaint.line, complaint.column) == (2, 9)


@settings(deadline=None)
@given(st.text())
def test_no_text_whatsoever_fells_the_reader(text: str) -> None:
    source = source_of("rules.yaml", text.encode("utf-8", "surrogatepass"), Path())
    if isinstance(source, Source):
        top, complaints = read_tree(source)
        assert isinstance(top, Mapping | Sequence) or complaints
