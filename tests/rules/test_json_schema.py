"""The JSON Schema lets an editor complete and explain every key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from telekit import rules
from tests.rules.editor import seen_by_an_editor

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
SAMPLES = [path for path in sorted((DOCS / "samples/rules").glob("*.yaml")) if not path.name.endswith(".test.yaml")]
GOOD = [HERE / "language.yaml", *SAMPLES]

SEEN_BY_THE_SCHEMA = (
    *("agent-unknown-key", "agent-without-phone", "agent-is-text", "agent-login", "agent-skills-as-list"),
    *("proficiency-too-high", "proficiency-in-words", "phone-without-kind", "phone-with-host", "phone-tel-national"),
    *("hours-without-days", "hours-time-too-late", "hours-unknown-day", "hours-every-without-from", "hours-in-list"),
    *(
        "exception-off-and-shift",
        "exception-without-day",
        "exception-off-works-instead",
        "exception-of-agent-and-queue",
    ),
    *("queue-unknown-key", "queue-strategy", "queue-ring-without-unit", "queue-missed-unknown-cause"),
    *("queue-closed-as-word", "step-without-after", "step-go-and-requires", "step-go-with-strategy"),
    *("destination-unknown-word", "destination-two", "destination-only-priority", "list-empty", "list-unknown-key"),
    *("route-without-destination", "route-with-two-destinations", "route-priority-without-queue"),
    *("menu-without-nothing", "menu-without-keys", "menu-key-of-two-digits", "menu-key-bare-queue"),
    *("section-unknown", "section-of-names-is-a-list", "announce-unknown-key", "callback-unknown-key"),
    *("callback-key-of-two-digits", "callback-first-misspelt", "callback-is-true"),
    *("step-offers-and-goes", "step-offers-something-else", "overflow-offers-and-goes", "overflow-without-go"),
    *("prefer-without-queue", "prefer-unknown-key", "lookup-unknown-key", "lookup-gives-nothing"),
    *("lookup-of-another-kind", "lookup-with-priority", "lookup-within-in-words", "lookup-given-mapping"),
    *("name-with-a-slash", "skill-twice", "skill-with-accent", "phone-in-list-twice"),
)


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = rules.schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("file", GOOD, ids=lambda path: path.stem)
def test_good_rules_are_good_to_an_editor_too(file: Path, validator: Draft202012Validator) -> None:
    assert list(validator.iter_errors(seen_by_an_editor(file.read_text()))) == []


@pytest.mark.parametrize(
    "text",
    [
        "agents: {1001: {phone: sip:1001, name: 42, shifts: 1}}",
        "shifts: {1: mon-fri 22:00-06:00}",
        "lists: {vip: [0123, +33199005566, 100]}",
        "routes: [{when: {dialed: 0199001234, caller: +33199005566}, queue: 1}]",
        "routes: [{when: {caller: {starts: +331}}, go: {queue: 1, priority: -5}}]",
        "exceptions: [{agent: 1001, on: 2026-12-24, off: no}]",
        "menus: {main: {say: 1, 1: voicemail, '*': hangup, nothing: {menu: 2}}}",
        "agents:\nroutes:\n",
        "",
    ],
)
def test_what_an_editor_takes_for_numbers_and_nothing_is_accepted(text: str, validator: Draft202012Validator) -> None:
    assert list(validator.iter_errors(seen_by_an_editor(text))) == []


@pytest.mark.parametrize("name", SEEN_BY_THE_SCHEMA)
def test_an_editor_underlines_the_mistakes_that_it_can_see(name: str, validator: Draft202012Validator) -> None:
    assert list(validator.iter_errors(seen_by_an_editor((HERE / "bad" / f"{name}.yaml").read_text())))


def _properties(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for inner in schema.values():
            yield from _properties(inner)


def test_every_key_is_explained() -> None:
    for key, schema in _properties(rules.schema()):
        assert schema.get("description", "").endswith("."), key


def test_every_example_is_right() -> None:
    made = rules.schema()
    for key, schema in _properties(made):
        for example in schema.get("examples", ()):
            errors = list(Draft202012Validator({**schema, "$defs": made["$defs"]}).iter_errors(example))
            assert errors == [], key


def test_the_committed_schema_is_the_one_that_is_made() -> None:
    assert json.loads((DOCS / "rules.schema.json").read_text()) == rules.schema(), "run: python -m telekit.rules docs"


def test_the_samples_tell_the_editor_where_the_schema_is() -> None:
    for file in SAMPLES:
        first = file.read_text().splitlines()[0]
        there = (file.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
        assert there == DOCS / "rules.schema.json", file
