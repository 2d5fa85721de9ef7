"""Bring what telekit needs from Python's package index into the project's cache: `python -m tests.lab.wheels`.

Tests run without a network; with these it can be installed there as it is elsewhere.
"""

import hashlib
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import click

from tests.lab.bootstrap import CACHE, locked

PROJECT = Path(__file__).parents[2]


def wheels(cache: Path = CACHE) -> Path:
    """Return the folder of packages, fetched if it is not there; safe to interrupt and to run twice at once."""
    needed = requirements()
    mark = hashlib.sha256("\n".join([*needed, sys.version]).encode()).hexdigest()[:12]
    place = cache / f"wheels-{mark}"
    if not place.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with locked(cache / "wheels.lock"), tempfile.TemporaryDirectory(prefix="wheels-", dir=cache) as folder:
            if not place.exists():
                click.echo(f"wheels: pip fetches {len(needed)} packages and what they need")
                made = Path(folder) / "made"
                pip = [sys.executable, "-m", "pip", "--quiet", "download", "--dest", str(made), *needed]
                subprocess.run(pip, check=True)
                made.rename(place)
    return place


def requirements() -> list[str]:
    """Return what telekit is built with and what it needs."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    return [*project["build-system"]["requires"], *project["project"]["dependencies"]]


if __name__ == "__main__":
    click.echo(f"wheels: {wheels()}")
