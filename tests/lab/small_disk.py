"""A small disk of the test's own, which it may fill."""

import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.lab import namespace

SIZE = 160 * 1024 * 1024
"""Bytes, in memory; as many as are filled are used."""


class SmallDisk:
    """Mount a disk on a folder, in this namespace alone; enter it before anything is written there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.environ.get(namespace.WITHOUT) != "none":
            _run("mount", "--make-rprivate", "/")
        _run("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0750", "tmpfs", str(self.folder))
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        _run("umount", "--lazy", str(self.folder))

    def fill(self) -> None:
        """Leave no room."""
        with self._filler.open("wb", buffering=0) as filler:
            size = os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize
            os.posix_fallocate(filler.fileno(), 0, size)

    def make_room(self) -> None:
        """Free it again."""
        self._filler.unlink()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
