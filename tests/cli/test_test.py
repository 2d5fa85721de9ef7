"""What `telekit test` says of the rules' tests, and how it ends."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from tests.cli.command import PROJECT, SAMPLES, run
from tests.rules.editor import seen_by_an_editor

MISTAKEN = SAMPLES.parent / "mistaken/hopeful.test.yaml"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLES, tmp_path / "rules"))


def test_tests_that_pass_end_with_0(rules: Path) -> None:
    status, printed, complaint = run("test", rules)
    assert (status, printed, complaint) == (0, "4 tests, all pass\n", "")


def test_the_rules_are_those_that_the_settings_name(rules: Path) -> None:
    (rules.parent / "telekit.yaml").write_text("rules: rules\n")
    assert run("test", folder=rules.parent)[:2] == (0, "4 tests, all pass\n")


def test_a_test_that_fails_ends_with_1_and_tells_why(rules: Path) -> None:
    status, printed, _ = run("test", rules, MISTAKEN)
    assert status == 1
    assert "expected  luc\n        happened  amina" in printed
    assert re.search(r"^ +not    VIP .*  caller does not match$", printed, re.MULTILINE)
    assert re.search(r"^ +route  The main number  .*:13  dialed matches$", printed, re.MULTILINE)
    assert re.search(r"^ +menu main  key 1  ", printed, re.MULTILINE)
    assert "amina  yes  rings     " in printed
    assert "luc    no   skill lacking   lacks billing  " in printed
    assert printed.endswith("1 test, 1 failed\n")


def test_tests_that_are_hardly_meant_end_with_3(rules: Path) -> None:
    (rules / "empty.test.yaml").write_text("at: 2026-11-24 10:00\ntests: [{name: it, call: {dialed: 100}}]\n")
    status, printed, _ = run("test", rules)
    assert status == 3
    assert "it cannot fail [expects-nothing]" in printed
    assert printed.endswith("5 tests, all pass\n")


def test_no_test_at_all_is_a_failure_that_says_what_to_do(rules: Path) -> None:
    (rules / "billing.test.yaml").unlink()
    status, _, complaint = run("test", rules)
    assert status == 1
    assert "holds no test: write one into a file such as rules/billing.test.yaml" in complaint


@pytest.mark.parametrize("begun", ["", "# the tests of December\n"])
def test_a_file_in_which_nothing_stands_yet_holds_no_test(rules: Path, begun: str) -> None:
    (rules / "new.test.yaml").write_text(begun)
    assert run("test", rules) == (0, "4 tests, all pass\n", "")


def test_of_a_file_of_rules_the_tests_beside_it_are_run(rules: Path) -> None:
    (rules / "all.yaml").write_text("timezone: Europe/Paris\nroutes: [{when: {dialed: 100}, go: hangup}]\n")
    for file in rules.glob("*"):
        if file.name not in ("all.yaml", "one.test.yaml"):
            file.unlink()
    hung_up = "{name: it, at: 2026-11-24 10:00, call: {dialed: 100}, expect: {outcome: hung-up}}"
    (rules / "one.test.yaml").write_text(f"tests:\n  - {hung_up}\n")
    assert run("test", rules / "all.yaml")[:2] == (0, "1 test, all pass\n")


@pytest.mark.parametrize("option", ["--junit", "--coverage-page"])
def test_a_report_that_cannot_be_written_is_told_in_a_sentence(rules: Path, option: str) -> None:
    status, _, complaint = run("test", rules, option, rules / "nowhere/report")
    assert status == 1
    assert complaint.endswith("nowhere/report cannot be written: No such file or directory.\n")


def test_mistakes_in_the_tests_end_with_1(rules: Path) -> None:
    (rules / "wrong.test.yaml").write_text("at: 2026-11-24 10:00\ntest: []\n")
    status, printed, _ = run("test", rules)
    assert status == 1
    assert "unknown key 'test'; did you mean 'tests'?" in printed


def test_a_file_of_tests_with_a_mistake_is_in_the_last_line_beside_tests_that_pass(rules: Path) -> None:
    (rules / "broken.test.yaml").write_text("tests: [{nam: it rings}]\n")
    told = run("test", rules)[1].splitlines()[-1]
    assert re.fullmatch(r"\d+ tests?, all pass; \d mistakes? in the files of tests", told)


def test_run_picks_tests_by_their_names(rules: Path) -> None:
    status, printed, _ = run("test", rules, "--run", "NIGHT|vip", "-v")
    assert status == 0
    assert [line.split("  ")[0] for line in printed.splitlines()[:-1]] == ["ok", "ok"]
    assert printed.endswith("2 tests, all pass\n")
    status, _, complaint = run("test", rules, "--run", "nothing like it")
    assert (status, "has a name that holds 'nothing like it'" in complaint) == (1, True)


def test_a_pattern_that_is_none_is_a_mistake_in_the_command(rules: Path) -> None:
    status, _, complaint = run("test", rules, "--run", "(")
    assert (status, "'(' is no regular expression" in complaint) == (2, True)


def test_coverage_names_what_no_test_reached(rules: Path) -> None:
    _, printed, _ = run("test", rules, "--coverage")
    assert "parts of the rules were reached" in printed
    assert "route      Technical help, straight" in printed
    assert "The main number" not in printed


def test_junit_tells_a_ci_server_each_test_and_each_failure(rules: Path, tmp_path: Path) -> None:
    shutil.copy(MISTAKEN, rules)
    report = tmp_path / "results.xml"
    run("test", rules, "--junit", report)
    top = ElementTree.parse(report).getroot()
    suites = {Path(str(suite.get("name"))).name: suite for suite in top}
    assert {name: (suite.get("tests"), suite.get("failures")) for name, suite in suites.items()} == {
        "billing.test.yaml": ("4", "0"),
        "hopeful.test.yaml": ("1", "1"),
    }
    (failure,) = top.iter("failure")
    assert "happened  amina" in str(failure.text)


def test_junit_tells_a_ci_server_what_could_not_be_read(rules: Path, tmp_path: Path) -> None:
    (rules / "broken.test.yaml").write_text("at: 2026-11-24 10:00\ntests: [{nam: it}]\n")
    report = tmp_path / "results.xml"
    assert run("test", rules, "--junit", report)[0] == 1
    suites = {Path(str(suite.get("name"))).name: suite for suite in ElementTree.parse(report).getroot()}
    assert (suites["billing.test.yaml"].get("tests"), suites["billing.test.yaml"].get("errors")) == ("4", "0")
    broken = suites["broken.test.yaml"]
    errors = list(broken.iter("error"))
    assert (broken.get("tests"), broken.get("errors")) == (str(len(errors)), str(len(errors)))
    assert any("unknown key 'nam'; did you mean 'name'?" in str(error.get("message")) for error in errors)
    assert {case.get("line") for case in broken} == {"2"}


def test_the_coverage_page_is_written(rules: Path, tmp_path: Path) -> None:
    page = tmp_path / "coverage.html"
    run("test", rules, "--coverage-page", page)
    assert "of the rules are tested</h1>" in page.read_text()


def test_colour_is_for_terminals_and_for_who_asks(rules: Path) -> None:
    assert "\x1b[" not in run("test", rules)[1]
    assert "\x1b[32m4 tests, all pass" in run("test", rules, "--color")[1]


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_whose_user_wants_no_colour_gets_none(rules: Path, no_color: str, coloured: bool) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "NO_COLOR": no_color}
    command = [sys.executable, "-m", "telekit", "test", str(rules)]
    subprocess.run(command, stdout=theirs, env=environment, check=True, timeout=60)
    assert (b"\x1b[32m4 tests" in os.read(ours, 1000)) is coloured
    os.close(ours)
    os.close(theirs)


def test_watch_runs_again_when_a_file_changes(rules: Path) -> None:
    command = [sys.executable, "-m", "telekit", "test", "--watch", str(rules)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as watching:
        assert watching.stdout is not None
        try:
            assert watching.stdout.readline() == "4 tests, all pass\n"
            shutil.copy(MISTAKEN, rules)
            lines = iter(watching.stdout.readline, "")
            assert next(line for line in lines if "tests," in line) == "5 tests, 1 failed\n"
            (rules / MISTAKEN.name).write_text("at: [\n")
            assert "hopeful.test.yaml" in next(lines)
        finally:
            watching.send_signal(signal.SIGINT)
    assert watching.returncode == 130


def test_the_schema_of_the_tests_takes_the_sample_and_refuses_a_key_that_is_misspelt() -> None:
    validator = Draft202012Validator(json.loads(run("schema", "--tests")[1]))
    sample = seen_by_an_editor((SAMPLES / "billing.test.yaml").read_text())
    assert list(validator.iter_errors(sample)) == []
    sample["tests"][0]["cal"] = sample["tests"][0].pop("call")
    assert list(validator.iter_errors(sample))
