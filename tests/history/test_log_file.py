import gzip
from pathlib import Path

import pytest

from telekit.errors import StoreError
from telekit.history.log_file import lines_of

TEXT = "1795424400|1.7|help|Amélie|CONNECT|4\n1795424404|1.7|help|Amélie|COMPLETEAGENT|4|4|1\n"


def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "queue_log"
    file.write_text(TEXT)
    assert "".join(lines_of(file)) == TEXT


def test_a_packed_file_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "queue_log.1"
    file.write_bytes(gzip.compress(TEXT.encode()))
    assert "".join(lines_of(file)) == TEXT


def test_bytes_that_are_no_text_do_not_end_the_reading(tmp_path: Path) -> None:
    file = tmp_path / "queue_log"
    file.write_bytes(b"1|2|3|Am\xe9lie|X\n" + TEXT.encode())
    assert len(list(lines_of(file))) == 3


@pytest.mark.parametrize("content", [None, gzip.compress(TEXT.encode())[:-12]])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "queue_log"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(StoreError, match=f"{file} cannot be read: "):
        list(lines_of(file))
