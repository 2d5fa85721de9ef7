"""The copy that `telekit simulate --compiled` makes, with the tests beside it.

`python -m tests.bench.compiled FOLDER` makes it, in some minutes; it needs a C compiler.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from telekit.simulate.compiled import compile_copy

TESTS = Path(__file__).parents[1]
LEAD = """\
from tests.bench.simulated import MODELS, by_telekit

measured = by_telekit(MODELS[{model}], {calls}, {seed})
print(measured.rate, measured.at_once)
"""


def make(folder: Path) -> None:
    """Compile telekit in a folder, and put its tests there; raises CompilingError."""
    compile_copy(folder)
    shutil.copytree(TESTS, folder / TESTS.name, ignore=shutil.ignore_patterns("__pycache__"))


def lead(folder: Path, model: int, calls: int, seed: int) -> tuple[float, float]:
    """Lead the calls of a model by that copy: calls to a second of the processor, and the share answered at once."""
    words = [sys.executable, "-c", LEAD.format(model=model, calls=calls, seed=seed)]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(words, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    rate, at_once = done.stdout.split()
    return float(rate), float(at_once)


if __name__ == "__main__":
    make(Path(sys.argv[1]).absolute())
