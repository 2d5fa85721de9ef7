"""What tells one set of rules from another."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from telekit.domain.plan import Plan
from telekit.errors import RulesError, in_words
from telekit.rules.gather import rule_files

DIGITS = 16


def fingerprint(paths: Iterable[Path] | Path, plan: Plan) -> str:
    """Give letters and digits that are the same for the same rules, whatever their files are called.

    Of the files' bytes, and of the numbers in `lists`, which may come from files of their own; `plan` is that of the
    files. Raises `RulesError` when one of them cannot be read.
    """
    parts = []
    files, _ = rule_files([paths] if isinstance(paths, Path) else paths)
    for file in files:
        try:
            parts.append(file.read_bytes())
        except OSError as error:
            raise RulesError(f"{file} cannot be read: {in_words(error)}.") from error
    parts += ["\n".join((name, *sorted(numbers))).encode() for name, numbers in plan.lists.items()]
    return sha256(b"".join(sorted(sha256(part).digest() for part in parts))).hexdigest()[:DIGITS]
