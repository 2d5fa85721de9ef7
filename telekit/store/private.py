"""A file that holds what is said about people: for its owner and its group, and nobody else, from the beginning."""

import os
import stat
from pathlib import Path

from telekit.errors import StoreError

MODE = 0o640
FOLDER_MODE = 0o750
FOR_OTHERS = stat.S_IRWXO
BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside its file, with the file's own rights. Source: SQLite os_unix.c, findCreateFileMode."""


def make_private(path: Path) -> None:
    """Make an empty file that is not for everybody, and its folder; take an older one away from everybody.

    Raises `OSError`, and `StoreError` where everybody may put files beside it, which SQLite would then believe.
    """
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if path.parent.stat().st_mode & stat.S_IWOTH:
        raise StoreError(
            f"Everybody may write to {path.parent}, the folder of the journal, which holds personal data: "
            f"`chmod o-w {path.parent}`, or name another file under `journal`."
        )
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, MODE))
    for each in (path, *(path.with_name(path.name + end) for end in BESIDE)):
        if each.exists() and (mode := stat.S_IMODE(each.stat().st_mode)) & FOR_OTHERS:
            each.chmod(mode & ~FOR_OTHERS & MODE)
