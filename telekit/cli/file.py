"""A file that a verb was asked to write."""

from pathlib import Path

from telekit.errors import TelekitError, in_words


def write_file(file: Path, text: str) -> None:
    """Write a file; raises `TelekitError` when that cannot be done."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TelekitError(f"{file} cannot be written: {in_words(error)}.") from error
