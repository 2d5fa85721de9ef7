"""`telekit simulate --compiled`: the same command once more, by a compiled copy of telekit's own code."""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import click

from telekit.rules.duration import write_duration
from telekit.simulate.compiled import command_of, is_compiled, kept_at, make, seek_compiler


def go_on_compiled(*, building: bool) -> None:
    """Let the compiled copy go on in the place of this process.

    It returns where the copy is what runs already, or is not there yet and shall not be built now. Raises
    `CompilingError` for all that it lacks.
    """
    if is_compiled():
        return
    folder = kept_at(_cache())
    if not folder.is_dir():
        seek_compiler()
        if not building:
            return
        click.echo("compiling telekit's own code once, some 3 minutes ...", err=True)
        begun = time.monotonic()
        make(folder)
        took = write_duration(timedelta(seconds=time.monotonic() - begun))
        click.echo(f"compiled in {took}, kept in {folder}", err=True)
    os.execv(sys.executable, command_of(folder, sys.argv[1:]))  # noqa: S606  (no shell is wanted)


def _cache() -> Path:
    """Give where the user keeps what can be made again. Source: XDG Base Directory Specification 0.8."""
    told = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (told if told.is_absolute() else Path.home() / ".cache") / "telekit" / "compiled"
