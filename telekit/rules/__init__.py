"""The rules that an administrator writes in YAML: read into a `Plan`, or answered with every mistake at its place.

What reads them is imported on first use, so that a command that reads no rules starts fast.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from telekit.domain.plan import Plan
from telekit.rules.diagnostic import BadRules, Diagnostic, Severity

if TYPE_CHECKING:
    from telekit.rules.loader import Reading

Paths = Iterable[Path | str] | Path | str
"""Rule files, and folders of them."""


def load(paths: Paths, scripts: Collection[str] | None = None) -> Plan:
    """Read rules; raise `BadRules` with all mistakes when there is any.

    `scripts` are the call scripts that there are: naming another is a mistake, unless they are None for unknown.
    """
    from telekit.rules import loader

    return loader.load(paths, scripts)


def check(paths: Paths) -> list[Diagnostic]:
    """Give everything that is wrong with rules, sorted by place."""
    from telekit.rules import loader

    return loader.check(paths)


def read(paths: Paths, scripts: Collection[str] | None = None) -> "Reading":
    """Read rules as `load` does, and keep what was written beside the plan, for `lint`."""
    from telekit.rules import loader

    return loader.read(paths, scripts)


def lint(reading: "Reading", now: datetime) -> list[Diagnostic]:
    """Give what is right but hardly meant, sorted by place; `now` tells what is past, and when clocks change next."""
    from telekit.rules.lints import find

    return find.find_lints(reading, now)


def schema() -> dict[str, Any]:
    """Make the JSON Schema (draft 2020-12) of a rule file, for editors to complete and explain every key."""
    from telekit.rules import json_schema

    return json_schema.schema()


__all__ = ["BadRules", "Diagnostic", "Paths", "Severity", "check", "lint", "load", "read", "schema"]
