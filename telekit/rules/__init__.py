"""The rules that an administrator writes in YAML: read into a `Plan`, or answered with every mistake at its place.

What reads them is imported on first use, so that a command that reads no rules starts fast.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from telekit.domain.plan import Plan
from telekit.rules.diagnostic import BadRules, Diagnostic, Severity

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


def lint(plan: Plan, now: datetime) -> list[Diagnostic]:
    """Give what is right in a plan but hardly meant, sorted by place; `now` tells which year's clock changes count."""
    from telekit.rules import lints

    return lints.find_lints(plan, now)


def schema() -> dict[str, Any]:
    """Make the JSON Schema (draft 2020-12) of a rule file, for editors to complete and explain every key."""
    from telekit.rules import json_schema

    return json_schema.schema()


__all__ = ["BadRules", "Diagnostic", "Paths", "Severity", "check", "lint", "load", "schema"]
