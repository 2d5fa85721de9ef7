"""A real vim, set up as the page says, completes, explains and underlines."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.page import told
from tests.editors.terminal import Terminal
from tests.lab.editors import ale, language_server

PROJECT = Path(__file__).parents[2]
RULES = """\
# yaml-language-server: $schema=rules.schema.json
queues:
  billing:
    require: {french: 5}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a home with the page's vim, and rules beside it."""
    (tmp_path / ".vim/compiler").mkdir(parents=True)
    (tmp_path / ".vimrc").write_text(
        f"set nocompatible\nset runtimepath+={ale()}\nfiletype plugin on\n{told('~/.vimrc')}"
    )
    (tmp_path / ".vim/compiler/telekit.vim").write_text(told("~/.vim/compiler/telekit.vim"))
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/rules.yaml").write_text(RULES)
    command = [sys.executable, "-m", "telekit", "schema"]
    schema = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout
    (tmp_path / "rules/rules.schema.json").write_bytes(schema)
    return tmp_path


@pytest.fixture
def vim(home: Path) -> Iterator[Terminal]:
    path = os.pathsep.join([str(language_server().parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {"HOME": str(home), "PATH": path, "PYTHONPATH": str(PROJECT)}
    with Terminal("vim", "-n", "-i", "NONE", "rules/rules.yaml", folder=home, environment=environment) as vim:
        yield vim


def test_vim_underlines_a_mistake_explains_a_key_and_completes_one(vim: Terminal) -> None:
    assert vim.shows("Property require is not allowed.")
    vim.type(":2\rK")
    assert vim.shows("Calls that wait for the same kind of help, by name.")
    vim.type(":4\rA\r    wrap\x18\x0f")
    assert vim.shows("wrap_up:")


def test_vim_goes_to_what_telekit_check_tells(vim: Terminal) -> None:
    assert vim.shows("rules.yaml")
    vim.type(":make\r\r:echo getqflist()[0].lnum . '-' . getqflist()[0].col . '-' . len(getqflist())\r")
    assert vim.shows("4-5-1")
