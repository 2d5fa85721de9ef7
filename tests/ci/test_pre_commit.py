"""A real pre-commit, set up as the page says, installs telekit by itself and lets no bad rules into a repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ci.page import ADDRESS, told
from tests.lab.wheels import wheels

PROJECT = Path(__file__).parents[2]
COMMANDS = Path(sys.executable).parent
SHIPPED = ("telekit", "dialplans", "docs/lints", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


class Repository:
    """A git repository, with the environment in which somebody works on it."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        identity = {
            f"GIT_{role}_{what}": "a@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels()), "PIP_NO_COMPILE": "1"}
        own = {"HOME": str(home), "PRE_COMMIT_HOME": str(home / "pre-commit"), "GIT_CONFIG_NOSYSTEM": "1"}
        without = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PIP_CONSTRAINT")}
        self._environment = {**without, **identity, **index, **own, "PATH": f"{COMMANDS}:{os.environ['PATH']}"}
        self.run("git", "init", "--quiet", "--initial-branch=main")

    def run(self, *command: str) -> tuple[int, str]:
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False, timeout=300
        )
        return done.returncode, done.stdout + done.stderr

    def commit(self) -> tuple[int, str]:
        self.run("git", "add", "--all")
        return self.run("git", "commit", "--message", "a change")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home in which pre-commit keeps what it has installed."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def telekit(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Path:
    """Make a repository of telekit as it stands here, with the release that the page names."""
    folder = tmp_path_factory.mktemp("telekit")
    for name in SHIPPED:
        source = PROJECT / name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    repository = Repository(folder, home)
    assert repository.commit()[0] == 0
    assert repository.run("git", "tag", "v0.1.0")[0] == 0
    return folder


@pytest.fixture
def rules(telekit: Path, home: Path, tmp_path: Path) -> Repository:
    folder = tmp_path / "rules-repository"
    shutil.copytree(PROJECT / "docs/samples/rules", folder / "rules")
    (folder / ".pre-commit-config.yaml").write_text(told(".pre-commit-config.yaml").replace(ADDRESS, telekit.as_uri()))
    repository = Repository(folder, home)
    assert repository.run("pre-commit", "install")[0] == 0
    return repository


def test_good_rules_are_committed_and_bad_ones_are_not(rules: Repository) -> None:
    status, printed = rules.commit()
    assert status == 0, printed
    assert "telekit check" in printed
    assert printed.count("Passed") == 2
    file = rules.folder / "rules/queues.yaml"
    good = file.read_text()
    file.write_text(good.replace("billing: 3}", "billing: 30}"))
    status, printed = rules.commit()
    assert status == 1
    assert "rules/queues.yaml:13:" in printed
    assert "queues.billing.steps[1].requires.billing: must be 1 to 10, not 30" in printed
    file.write_text(good.replace("requires: {french: 5, billing: 5}", "requires: {french: 5, billing: 9}"))
    status, printed = rules.commit()
    assert status == 1
    assert "[unstaffed-skill]" in printed


def test_what_is_installed_so_has_the_pages_on_lints(rules: Repository, home: Path) -> None:
    assert rules.run("pre-commit", "install-hooks")[0] == 0
    (telekit,) = home.glob("pre-commit/repo*/py_env-*/bin/telekit")
    status, printed = rules.run(str(telekit), "check", "--explain", "never-open")
    assert status == 0
    assert "Wrong:" in printed


def test_the_hook_that_mends_changes_the_file_and_stops_the_commit_once(rules: Repository) -> None:
    config = rules.folder / ".pre-commit-config.yaml"
    config.write_text(config.read_text().replace("telekit-check", "telekit-fix"))
    list_ = rules.folder / "rules/more.yaml"
    list_.write_text("lists:\n  # who pays\n  gold: [+33199005570, +33199005570]   # meant: unused-list\n")
    status, printed = rules.commit()
    assert status == 1, printed
    assert "files were modified by this hook" in printed
    assert list_.read_text() == "lists:\n  # who pays\n  gold: [+33199005570]   # meant: unused-list\n"
    assert rules.commit()[0] == 0
