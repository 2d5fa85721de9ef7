"""What a page shows of a terminal is what a terminal shows.

Three marks above a block say so: `file: PATH`, a file that the reader writes; `run`, commands in the folder in which
those files are; `run in FOLDER`, commands in a fresh copy of a folder of the project.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.page import PAGES, PROJECT, Block, Page

STORIES = [page for page in PAGES if any(block.mark == "run" for block in page.blocks)]
BLOCKS = [(page, block) for page in PAGES for block in page.blocks if (block.mark or "").startswith("run in ")]
COMMANDS = Path(sys.executable).parent
ENVIRONMENT = {**os.environ, "PATH": f"{COMMANDS}:{os.environ['PATH']}", "PYTHONPATH": str(PROJECT)}


def typed(command: str, folder: Path) -> str:
    """Give what a terminal shows of a command: itself, and all that it prints."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    return f"$ {command}\n{done.stdout}"


def typed_again(block: Block, folder: Path) -> str:
    return "".join(typed(line[2:], folder) for line in block.text.splitlines() if line.startswith("$ "))


@pytest.mark.parametrize("page", STORIES, ids=lambda page: page.path.name)
def test_who_follows_a_page_from_an_empty_folder_sees_what_it_shows(page: Page, tmp_path: Path) -> None:
    for block in page.blocks:
        match (block.mark or "").split(": "):
            case ["file", path]:
                (tmp_path / path).write_text(block.text)
            case ["run"]:
                assert typed_again(block, tmp_path) == block.text


@pytest.mark.parametrize(
    ("page", "block"), BLOCKS, ids=lambda value: value.path.name if isinstance(value, Page) else ""
)
def test_a_command_in_a_folder_of_samples_prints_what_a_page_shows(page: Page, block: Block, tmp_path: Path) -> None:
    folder = (block.mark or "").removeprefix("run in ")
    copied = shutil.copytree(PROJECT / folder, tmp_path / "copy")
    assert typed_again(block, copied) == block.text


def test_the_tutorial_is_such_a_page() -> None:
    assert "tutorial.md" in {page.path.name for page in STORIES}
    assert BLOCKS
