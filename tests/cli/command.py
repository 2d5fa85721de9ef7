"""The command as a shell runs it."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SAMPLES = PROJECT / "docs/samples/rules"


def run(*arguments: object, folder: Path | None = None, **environment: str) -> tuple[int, str, str]:
    """Run `telekit`; give its exit status, what it prints and what it complains."""
    done = subprocess.run(
        [sys.executable, "-m", "telekit", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr
