"""A copy of telekit whose core and simulator are compiled by mypyc: what the machine gives where Python does not.

The copy is kept under a mark of all that it is made of. What the code does is left alone; only the constructors of
values are spelt out for the compiler.
"""

import ast
import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from telekit.errors import CompilingError, in_words
from telekit.simulate import run
from telekit.simulate.constructors import Spelt

PACKAGE = Path(__file__).parents[1]
OF_A_RUN = ("conduct", "crew", "luck", "result", "run", "slots", "spread", "tally", "timesheet", "traffic", "trip")
TAKEN = ("domain/*.py", "acd/*.py", *(f"simulate/{name}.py" for name in OF_A_RUN))
NOT_TAKEN = ("__init__", "line_check")
"""At a starred expression within an index mypyc 2.4 fails."""

MYPY = "[mypy]\nfollow_imports = silent\n"
BUILD = """\
from setuptools import setup
from mypyc.build import mypycify

setup(name="telekit", packages=[], ext_modules=mypycify(["--config-file=mypy.ini", *{files}], multi_file=True))
"""
LOOK = """\
import sys
from importlib import import_module

plain = [name for name in sys.argv[1:] if import_module(name).__file__.endswith(".py")]
sys.exit("Not compiled: " + ", ".join(plain) if plain else 0)
"""
LEAD = "import sys; sys.path.insert(0, sys.argv.pop(1)); from telekit.cli.main import main; main()"
ASIDE = "building-"
TAKES_AT_MOST = 24 * 3600
"""Seconds; who has built for longer was killed."""
LAST_WORDS = 12
"""Lines of what the compiler complained of."""


def is_compiled() -> bool:
    """Tell whether this very code is the copy's."""
    return not str(run.__file__).endswith(".py")


def kept_at(cache: Path, package: Path = PACKAGE) -> Path:
    """Give the folder where the copy of a package is kept, whether it is there yet or not.

    It is another one for each telekit, Python and mypy. Raises `CompilingError` where mypy or setuptools are missing.
    """
    missing = [name for name, module in (("mypy", "mypyc"), ("setuptools", "setuptools")) if find_spec(module) is None]
    try:
        compiler = version("mypy")
    except PackageNotFoundError:
        missing, compiler = missing or ["mypy"], ""
    if missing:
        raise CompilingError(
            f"Compiling needs {' and '.join(missing)}: install what is missing by "
            f"{shlex.quote(sys.executable)} -m pip install 'telekit[compiled]', or leave out --compiled."
        )
    mark = hashlib.sha256()
    for each in (platform.python_version(), str(sysconfig.get_config_var("EXT_SUFFIX")), compiler):
        mark.update(each.encode() + b"\0")
    for file in sorted(package.rglob("*.py")):
        mark.update(f"{file.relative_to(package).as_posix()}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return cache / mark.hexdigest()[:16]


def seek_compiler() -> None:
    """Raise `CompilingError` where nothing written in C can be compiled for this Python."""
    compiler = shlex.split(os.environ.get("CC") or str(sysconfig.get_config_var("CC") or "cc"))[0]
    if shutil.which(compiler) is None:
        raise CompilingError(
            f"Compiling needs a C compiler, and there is no {compiler}: install it (on Debian by apt-get install gcc), "
            "name another in CC, or leave out --compiled."
        )
    header = Path(sysconfig.get_path("include"), "Python.h")
    if not header.is_file():
        raise CompilingError(
            f"Compiling needs Python's headers, and {header} is not there: install them (on Debian by apt-get install "
            "python3-dev), or leave out --compiled."
        )


def make(folder: Path, package: Path = PACKAGE) -> None:
    """Make the copy of a package, in some minutes: whole or not at all, whoever makes the same at the same time.

    Raises `CompilingError`.
    """
    seek_compiler()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder.parent)
        with TemporaryDirectory(prefix=ASIDE, dir=folder.parent, ignore_cleanup_errors=True) as aside:
            made = Path(aside, folder.name)
            compile_copy(made, package)
            try:
                made.rename(folder)
            except OSError:
                if not folder.is_dir():  # else another was faster, and its copy is as good
                    raise
    except OSError as error:
        raise CompilingError(
            f"A compiled copy cannot be kept in {folder.parent}: {in_words(error)}. Name another folder in "
            "XDG_CACHE_HOME, or leave out --compiled."
        ) from error


def compile_copy(folder: Path, package: Path = PACKAGE) -> None:
    """Copy a package into a folder and compile it there; raises `CompilingError`, and leaves what there is then."""
    copied = folder / package.name
    ignored = shutil.ignore_patterns("__pycache__", "*.so")
    shutil.copytree(package, copied, ignore=ignored, copy_function=shutil.copyfile)
    files = [file for part in TAKEN for file in sorted(copied.glob(part)) if file.stem not in NOT_TAKEN]
    for file in files:
        file.write_text(ast.unparse(Spelt().visit(ast.parse(file.read_text(encoding="utf-8")))), encoding="utf-8")
    names = [file.relative_to(folder) for file in files]
    (folder / "mypy.ini").write_text(MYPY)
    (folder / "build.py").write_text(BUILD.format(files=[str(name) for name in names]))
    _python(folder, "build.py", "-q", "build_ext", "--inplace", f"-j{os.cpu_count()}")
    _python(folder, "-P", "-c", LOOK, *(".".join(name.with_suffix("").parts) for name in names))
    for each in folder.iterdir():
        if each.is_dir() and each != copied:
            shutil.rmtree(each)
        elif each.is_file() and each.suffix != ".so":
            each.unlink()


def command_of(folder: Path, arguments: Sequence[str]) -> list[str]:
    """Give the words by which the copy runs `telekit` with these arguments."""
    return [sys.executable, "-P", "-c", LEAD, str(folder), *arguments]


def _sweep(cache: Path) -> None:
    """Remove what builds have left that were killed."""
    for aside in cache.glob(f"{ASIDE}*"):
        if time.time() - aside.stat().st_mtime > TAKES_AT_MOST:
            shutil.rmtree(aside, ignore_errors=True)


def _python(folder: Path, *words: str) -> None:
    paths = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(  # noqa: S603  (words of our own)
        [sys.executable, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths},
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        said = "\n".join(done.stdout.splitlines()[-LAST_WORDS:])
        raise CompilingError(f"The code could not be compiled here; it runs without --compiled too.\n{said}")
