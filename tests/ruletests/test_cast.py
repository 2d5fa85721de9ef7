"""A test sees of a large plan what it can come by; how it goes is the same as with all of it."""

from pathlib import Path

import pytest

from telekit.domain.plan import Plan
from telekit.rules import load
from telekit.ruletests import reading
from telekit.ruletests.case import Case
from telekit.ruletests.cast import Casting
from telekit.ruletests.reading import read_cases
from telekit.ruletests.rehearsal import rehearse
from tests.docs.page import DOCS

RULES = """
timezone: Europe/Paris
skills: [french, english, dutch]
agents:
  amina: {phone: sip:amina, skills: {french: 9}, shifts: days}
  luc: {phone: sip:luc, skills: {english: 5}, shifts: days}
  zoe: {phone: sip:zoe, skills: {french: 3, dutch: 7}, shifts: days}
  paul: {phone: sip:paul, skills: {dutch: 8}, shifts: days}
shifts: {days: mon-sun 08:00-18:00}
exceptions: [{agent: zoe, on: 2026-11-25, off: leave}]
queues:
  billing: {requires: {french: 5}, steps: [{after: 20s, requires: {french: 1}}, {after: 1m, go: {queue: overflow}}]}
  overflow: {requires: {english: 1}}
  north: {requires: {dutch: 1}}
lookups: {crm: {get: 'https://crm.example/{caller}', gives: [segment]}}
menus: {main: {say: welcome, 1: {queue: billing}, 2: {queue: north}, nothing: hangup}}
routes:
  - {lookup: crm, when: {dialed: +33199001234}}
  - {when: {dialed: +33199001234, segment: gold}, queue: north, prefer: {agent: paul, for: 20s}}
  - {when: {dialed: +33199001234}, menu: main}
  - {when: {dialed: +33199001235}, queue: billing}
  - {queue: overflow}
"""
TESTS = """
at: 2026-11-24 10:00
tests:
  - {name: one queue, call: {dialed: +33199001235}, expect: {offer: amina}}
  - {name: by a menu, call: {dialed: +33199001234, menu: 2}, expect: {queue: north}}
  - {name: another, call: {dialed: "100"}, expect: {offer: luc}}
  - name: who is named is there
    call: {dialed: "100"}
    agents: {amina: "paused: lunch"}
    expect: {reason: {paul: lacks english}}
    then: [{after: 1s, zoe: pauses, expect: {presence: {zoe: paused}}}]
  - name: it fails in the same way
    at: 2026-11-25 10:00
    call: {dialed: +33199001235}
    agents: {amina: on-call}
    expect: {offer: paul}
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "rules.test.yaml").write_text(TESTS)
    return load(tmp_path / "rules.yaml")


@pytest.fixture
def cases(plan: Plan, tmp_path: Path) -> dict[str, Case]:
    found, complaints = read_cases(tmp_path / "rules.test.yaml", plan)
    assert complaints == []
    return {case.name: case for case in found}


@pytest.mark.parametrize(
    ("name", "queues", "agents"),
    [
        ("one queue", {"billing", "overflow"}, {"amina", "luc", "zoe"}),
        ("by a menu", {"billing", "overflow", "north"}, {"amina", "luc", "zoe", "paul"}),
        ("another", {"overflow"}, {"luc"}),
        ("who is named is there", {"overflow"}, {"amina", "luc", "zoe", "paul"}),
    ],
)
def test_only_who_could_ever_be_asked_and_who_is_named_is_there(
    plan: Plan, cases: dict[str, Case], name: str, queues: set[str], agents: set[str]
) -> None:
    part = Casting(plan).plan(cases[name])
    assert (part.queues.keys(), part.agents.keys()) == (queues, agents)


def test_each_test_goes_as_with_the_whole_plan(plan: Plan, cases: dict[str, Case]) -> None:
    casting = Casting(plan)
    for case in cases.values():
        part, whole = rehearse(casting.plan(case), case), rehearse(plan, case)
        assert part.reach == whole.reach
        assert (part.failure is None) == (whole.failure is None) == (case.name != "it fails in the same way")
        if part.failure is not None and whole.failure is not None:
            assert part.failure.differences == whole.failure.differences


def test_so_does_each_test_of_the_samples() -> None:
    plan = load(DOCS / "samples/rules")
    for file in reading.test_files([DOCS / "samples/rules", DOCS / "samples/mistaken"]):
        for case in read_cases(file, plan)[0]:
            part, whole = rehearse(Casting(plan).plan(case), case), rehearse(plan, case)
            assert (part.reach, part.failure is None) == (whole.reach, whole.failure is None)


def test_the_part_of_a_queue_is_made_once_however_many_queues_take_turns(tmp_path: Path) -> None:
    numbers = range(200)
    queues = "".join(f"  q{number}: {{open: mon-fri 08:00-18:00}}\n" for number in numbers)
    routes = "".join(f"  - {{when: {{dialed: '{number}'}}, queue: q{number}}}\n" for number in numbers)
    tests = "".join(f"  - {{name: t{number}, call: {{dialed: '{number}'}}}}\n" for number in numbers)
    (tmp_path / "rules.yaml").write_text(f"timezone: Europe/Paris\nqueues:\n{queues}routes:\n{routes}")
    (tmp_path / "rules.test.yaml").write_text(f"at: 2026-11-24 10:00\ntests:\n{tests}")
    plan = load(tmp_path / "rules.yaml")
    casting, (cases, _) = Casting(plan), read_cases(tmp_path / "rules.test.yaml", plan)
    first, again = ([casting.plan(case) for case in cases] for _ in range(2))
    assert len(first) == len(numbers)
    assert all(one is other for one, other in zip(first, again, strict=True))
