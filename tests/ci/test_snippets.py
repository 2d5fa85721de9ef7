"""The commands of the ready pieces for CI do what the page says."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci.page import told

PROJECT = Path(__file__).parents[2]
PIP = 'pip install "telekit @ git+https://git.example/telekit@v0.1.0"'
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "PYTHONPATH": str(PROJECT),
}


def of_github() -> Iterator[str]:
    for step in yaml.safe_load(told(".github/workflows/rules.yaml"))["jobs"]["rules"]["steps"]:
        if "run" in step:
            yield step["run"]


def of_gitlab() -> Iterator[str]:
    yield from yaml.safe_load(told(".gitlab-ci.yml"))["rules"]["script"]


def of_git() -> Iterator[str]:
    yield from told(".git/hooks/pre-commit").splitlines()[1:]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "docs/samples/rules", tmp_path / "rules")
    return tmp_path


def ended(commands: list[str], folder: Path) -> tuple[int, str]:
    """Run commands until one fails, as a CI server does; give the last status and all that was printed."""
    printed = ""
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", command], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
        )
        printed += done.stdout + done.stderr
        if done.returncode:
            return done.returncode, printed
    return 0, printed


@pytest.mark.parametrize("commands", [of_github, of_gitlab, of_git])
def test_good_rules_pass_and_a_mistake_does_not(commands: Any, folder: Path) -> None:
    own = [command for command in commands() if command != PIP]
    assert len(own) == 2 if commands is not of_git else len(own) == 1
    status, printed = ended(own, folder)
    assert status == 0, printed
    if commands is not of_git:
        assert "<testsuite" in (folder / "results.xml").read_text()
    (folder / "rules/more.yaml").write_text("queues: {late: {requires: {frensh: 5}}}\n")
    status, printed = ended(own, folder)
    assert status == 1
    assert "unknown skill 'frensh'; did you mean 'french'?" in printed


def test_a_lint_fails_the_job_on_github_and_warns_on_gitlab(folder: Path) -> None:
    (folder / "rules/more.yaml").write_text("lists: {gold: [+33199005570]}\n")
    status, printed = ended([command for command in of_github() if command != PIP], folder)
    assert status == 3
    assert (
        "::notice file=rules/more.yaml,title=unused-list,line=1,col=9::lists.gold: no route asks this list" in printed
    )
    status, _ = ended([command for command in of_gitlab() if command != PIP], folder)
    assert yaml.safe_load(told(".gitlab-ci.yml"))["rules"]["allow_failure"] == {"exit_codes": status}
