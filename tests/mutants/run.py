"""Change the core in thousands of small ways, see which no test notices, and write docs/mutants.md: `make mutants`.

mutmut works in a copy of one commit, in a folder of its own, which stays: a second run that names the folder tries
what has changed since and what survived; one that names mutants, such as `telekit.acd.offers*`, tries only these.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants import report

PROJECT = Path(__file__).parents[2]
PARTS = ("telekit", "tests", "docs", "dialplans", "pyproject.toml", "README.md", "LICENSE")


def main() -> None:
    """Run it, and write the page."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("mutants", nargs="*", help="which, as mutmut names them; all if none is named")
    wanted.add_argument("--commit", default="HEAD")
    wanted.add_argument("--folder", type=Path, help="of an earlier run")
    wanted.add_argument("--children", default=str(os.cpu_count() or 1), help="how many are tried at a time")
    asked = wanted.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="mutants-"))
    commit = _copy(asked.commit, folder)
    sys.stdout.write(f"mutants of {commit} in {folder}\n")
    sys.stdout.flush()
    names = asked.mutants or ([found.name for found in report.survivors(folder)] if asked.folder else [])
    _mutmut(folder, asked.children)
    if names:
        _mutmut(folder, asked.children, *names)
    report.write(folder, commit)


def _copy(commit: str, folder: Path) -> str:
    """Put one commit into the folder, as new, so that mutmut compares each function with what it was."""
    archive = subprocess.run(["git", "archive", commit, *PARTS], cwd=PROJECT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-m", "-C", folder], input=archive, check=True)
    named = ["git", "rev-parse", "--short", commit]
    return subprocess.run(named, cwd=PROJECT, check=True, capture_output=True, text=True).stdout.strip()


def _mutmut(folder: Path, children: str, *names: str) -> None:
    """Let it run; what it prints of its progress goes to the screen."""
    mutmut = Path(sys.executable).with_name("mutmut")
    subprocess.run(["nice", "-n", "19", mutmut, "run", "--max-children", children, *names], cwd=folder, check=True)


if __name__ == "__main__":
    main()
