"""Files put in place all together: each whole, and none before all could be written."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from errno import EDQUOT, EFBIG, EISDIR, ENOSPC
from pathlib import Path

from telekit.errors import SettingsError

_NO_ROOM = (ENOSPC, EDQUOT, EFBIG)


@dataclass(frozen=True, slots=True)
class Content:
    """What a file is to hold, and who may read it."""

    data: bytes
    mode: int = 0o644


def deliver(files: Mapping[Path, Content]) -> None:
    """Put files in place, owned as the folder is that each is in; folders that are not there are made.

    Raises `SettingsError` when one cannot be written; then what was there before is there still.
    """
    staged: dict[Path, Path] = {}
    made: list[Path] = []
    path = Path()
    try:
        for path, content in files.items():
            made += make_folder(path.parent)
            if path.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))
            _stage(path, content, staged)
        for path, temporary in staged.items():
            temporary.replace(path)
        made.clear()
    except OSError as error:
        advice = "make room there" if error.errno in _NO_ROOM else "run this as its owner, or name another folder"
        raise SettingsError(f"{path} cannot be written ({error.strerror}): {advice}.") from error
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and those that it is in, as far as they are missing; each is owned as the one that it is in."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        give_to_owner_of_folder(each)
    return missing[::-1]


def give_to_owner_of_folder(path: Path) -> None:
    """Let root leave nothing behind that the owner of a folder cannot use; nobody else can give a file away."""
    own, owner = path.stat(), path.absolute().parent.stat()
    if os.geteuid() == 0 and (own.st_uid, own.st_gid) != (owner.st_uid, owner.st_gid):
        os.chown(path, owner.st_uid, owner.st_gid)


def _stage(path: Path, content: Content, staged: dict[Path, Path]) -> None:
    """Write a file beside its place, under a name that nobody reads."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = staged[path] = Path(name)
    with os.fdopen(handle, "wb") as file:
        file.write(content.data)
        file.flush()
        os.fsync(file.fileno())
    temporary.chmod(content.mode)
    give_to_owner_of_folder(temporary)
