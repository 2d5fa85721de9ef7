"""What is wrong with a file of rule tests is told with its place, in the words of the rules."""

from pathlib import Path

import pytest

from telekit.ruletests.reading import test_files as files_of_tests
from tests.ruletests.rules import HEAD, cases_in

ONE = "tests:\n  - {name: it, call: {dialed: 100}, expect: {offer: amina}"

WRONG = {
    "an unknown key": (f"{HEAD}test: []\n", "all.test.yaml:2:1: unknown key 'test'; did you mean 'tests'?"),
    "no test": (HEAD, "all.test.yaml:1:1: 'tests' is missing, such as tests: [{name: it rings, call: {…}}]"),
    "no time": (f"{ONE}}}\n", "when the call comes is missing; write at: 2026-11-24 21:15, here or at the top"),
    "a time that clocks skip": (f"at: 2026-03-29 02:30\n{ONE}}}\n", "there is no 02:30 on 2026-03-29 in Europe/Paris"),
    "an unknown agent": (
        f"{HEAD}agents: {{anina: paused}}\n{ONE}}}\n",
        "all.test.yaml:2:10: agents: unknown agent 'anina'; did you mean 'amina'?",
    ),
    "an unknown state": (
        f"{HEAD}agents: {{amina: avaliable}}\n{ONE}}}\n",
        "all.test.yaml:2:17: agents.amina: expected how an agent is",
    ),
    "an unknown queue": (
        f"{HEAD}tests: [{{name: it, call: {{dialed: 100}}, expect: {{queue: biling}}}}]\n",
        "all.test.yaml:2:57: tests[1].expect.queue: unknown queue 'biling'; did you mean 'billing'?",
    ),
    "a step with an unknown agent": (
        f"{HEAD}{ONE}, then: [{{anina: answers}}]}}\n",
        "unknown key or agent 'anina'; did you mean 'amina'?",
    ),
    "an unknown deed": (
        f"{HEAD}{ONE}, then: [{{amina: anwsers}}]}}\n",
        "tests[1].then[1].amina: unknown deed 'anwsers'; did you mean 'answers'?",
    ),
    "an unknown outcome": (
        f"{HEAD}tests: [{{name: it, call: {{dialed: 100}}, expect: {{outcome: anwsered}}}}]\n",
        "tests[1].expect.outcome: unknown outcome 'anwsered'; did you mean 'answered'?",
    ),
    "nothing expected": (
        f"{HEAD}tests: [{{name: it, call: {{dialed: 100}}, expect: {{}}}}]\n",
        "tests[1].expect: nothing is expected; write what must be so, such as {offer: amina}",
    ),
    "a second call of the same name": (
        f"{HEAD}{ONE}, then: [{{call: {{dialed: 100}}}}]}}\n",
        "tests[1].then[1].call: the test has a call 'first' already; give it another name, such as as: second",
    ),
    "a call that nobody named": (
        f"{HEAD}{ONE}, then: [{{expect: {{call: second, offer: luc}}}}]}}\n",
        "tests[1].then[1].expect.call: no call is named 'second' yet",
    ),
    "after and at": (
        f"{HEAD}{ONE}, then: [{{after: 1s, at: 2026-11-24 11:00}}]}}\n",
        "tests[1].then[1].at: after and at exclude each other; write one of them",
    ),
    "a step back in time": (
        f"{HEAD}{ONE}, then: [{{at: 2026-11-24 09:00}}]}}\n",
        "tests[1].then[1].at: is earlier than what comes before it",
    ),
}


@pytest.mark.parametrize(("text", "told"), [pytest.param(*each, id=name) for name, each in WRONG.items()])
def test_a_mistake_is_told_with_its_place(text: str, told: str, tmp_path: Path) -> None:
    cases, complaints, _ = cases_in(tmp_path, text)
    assert cases == []
    assert len(complaints) == 1
    assert told in complaints[0]
    assert complaints[0].startswith("all.test.yaml:")


def test_a_test_that_expects_nothing_is_hardly_meant(tmp_path: Path) -> None:
    cases, complaints, _ = cases_in(tmp_path, f"{HEAD}tests: [{{name: it, call: {{dialed: 100}}}}]\n")
    assert len(cases) == 1
    assert complaints == ["all.test.yaml:2:9: this test expects nothing, so it cannot fail [expects-nothing]"]


def test_two_tests_of_one_name_are_hardly_meant(tmp_path: Path) -> None:
    _, complaints, _ = cases_in(
        tmp_path, f"{HEAD}{ONE}}}\n  - {{name: it, call: {{dialed: 100}}, expect: {{offer: luc}}}}\n"
    )
    assert complaints == ["all.test.yaml:4:5: the test at line 3 has the same name [same-name]"]


def test_folders_give_their_tests_and_files_themselves(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    names = ["b.test.yaml", "a.test.yml", "deep/c.test.yaml", ".hidden.test.yaml", "rules.yaml"]
    for name in names:
        (tmp_path / name).touch()
    found = files_of_tests([tmp_path, tmp_path / "b.test.yaml"])
    assert [str(file.relative_to(tmp_path)) for file in found] == ["a.test.yml", "b.test.yaml", "deep/c.test.yaml"]
