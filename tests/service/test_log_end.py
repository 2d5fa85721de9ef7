"""The end of a log that others rotate, and a disk that takes half of a line."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from telekit.service.log_end import LogEnd

Write = Callable[[int, bytes], int]


@pytest.fixture
def log(tmp_path: Path) -> LogEnd:
    return LogEnd(tmp_path / "queue_log")


class FullDisk:
    """Take so many bytes, and then none until there is room."""

    def __init__(self, write: Write, room: int) -> None:
        self._write = write
        self.room = room

    def __call__(self, file: int, text: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self._write(file, text[: self.room])
        self.room -= written
        return written


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    disk = FullDisk(os.write, 1_000_000)
    monkeypatch.setattr(os, "write", disk)
    return disk


def test_lines_go_behind_those_of_others(log: LogEnd) -> None:
    log.path.write_bytes(b"theirs\n")
    log.add(b"ours\n")
    with log.path.open("ab") as other:
        other.write(b"theirs again\n")
    log.add(b"and ours\n")
    assert log.path.read_bytes() == b"theirs\nours\ntheirs again\nand ours\n"


def test_a_new_file_is_for_its_owner_and_group_alone(log: LogEnd) -> None:
    log.add(b"a\n")
    assert log.path.stat().st_mode & 0o007 == 0


def test_a_log_that_was_rotated_is_begun_anew(log: LogEnd) -> None:
    log.add(b"before\n")
    rotated = log.path.rename(log.path.with_name("queue_log.1"))
    log.add(b"after\n")
    assert (rotated.read_bytes(), log.path.read_bytes()) == (b"before\n", b"after\n")


def test_a_log_that_was_emptied_in_its_place_goes_on_from_its_beginning(log: LogEnd) -> None:
    log.add(b"before\n")
    os.truncate(log.path, 0)
    log.add(b"after\n")
    assert log.path.read_bytes() == b"after\n"


def test_what_a_full_disk_did_not_take_is_added_once_there_is_room(log: LogEnd, disk: FullDisk) -> None:
    disk.room = 7
    with pytest.raises(OSError, match="No space"):
        log.add(b"one\ntwo\nthree\n")
    assert log.path.read_bytes() == b"one\ntwo"
    with pytest.raises(OSError, match="No space"):
        log.add(b"four\n")
    disk.room = 1_000
    log.add()
    assert log.path.read_bytes() == b"one\ntwo\nthree\nfour\n"


def test_a_line_ends_in_the_file_in_which_it_began(log: LogEnd, disk: FullDisk) -> None:
    disk.room = 6
    with pytest.raises(OSError, match="No space"):
        log.add(b"one\ntwo\nthree\n")
    rotated = log.path.rename(log.path.with_name("queue_log.1"))
    disk.room = 1_000
    log.add(b"four\n")
    assert (rotated.read_bytes(), log.path.read_bytes()) == (b"one\ntwo\n", b"three\nfour\n")


def test_what_was_added_since_is_found_again(log: LogEnd) -> None:
    log.add(b"before\n")
    mark = log.mark()
    log.add(b"since\nhal")
    assert list(log.behind(mark)) == ["since\n", "hal"]


def test_it_is_found_too_where_the_log_was_rotated_since(log: LogEnd) -> None:
    log.add(b"before\n")
    mark = log.mark()
    log.add(b"since\n")
    log.path.rename(log.path.with_name("queue_log.1"))
    assert list(log.behind(mark)) == ["since\n"]
    log.add(b"after\n")
    assert list(log.behind(mark)) == ["since\n", "after\n"]


def test_of_a_log_that_was_emptied_since_all_is_new(log: LogEnd) -> None:
    log.add(b"before\n")
    mark = log.mark()
    os.truncate(log.path, 0)
    log.add(b"after\n")
    assert list(log.behind(mark)) == ["after\n"]
