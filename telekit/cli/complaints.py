"""How diagnostics are printed: for people, for a program, or as annotations in GitHub's log."""

import json
from collections.abc import Sequence
from enum import StrEnum

import click

from telekit.rules.diagnostic import Diagnostic, Severity


class Output(StrEnum):
    """For whom it is printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def tell(diagnostics: Sequence[Diagnostic], output: Output) -> None:
    """Print diagnostics."""
    match output:
        case Output.TEXT:
            for one in diagnostics:
                click.echo(str(one))
        case Output.JSON:
            click.echo(json.dumps([_as_json(one) for one in diagnostics], ensure_ascii=False, indent=2))
        case Output.GITHUB:
            for one in diagnostics:
                click.echo(_as_annotation(one))


def _as_json(one: Diagnostic) -> dict[str, str | int]:
    return {
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "severity": one.severity.value,
        "name": one.name,
        "path": one.path,
        "message": one.message,
        "hint": one.hint,
    }


def _as_annotation(one: Diagnostic) -> str:
    """Write a workflow command.

    Source: GitHub's actions/toolkit, packages/core/src/command.ts, which escapes data and properties so.
    """
    place = {"file": one.file, "title": one.name or "telekit check"}
    if one.line:
        place |= {"line": str(one.line), "col": str(one.column)}
    told = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in place.items())
    about = f"{one.path}: " if one.path else ""
    hint = f"; {one.hint}" if one.hint else ""
    return f"::{_LEVELS[one.severity]} {told}::{_escaped(f'{about}{one.message}{hint}')}"


def _escaped(text: str, also: str = "") -> str:
    for char in f"%\r\n{also}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text
