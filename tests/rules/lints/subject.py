"""Plans made in code, as the lints look at them."""

from datetime import UTC, datetime
from pathlib import Path

from telekit import rules
from telekit.domain.plan import Plan
from telekit.rules.gather import Gathered
from telekit.rules.lints.subject import Subject

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def subject_of(plan: Plan) -> Subject:
    return Subject(plan, Gathered(), NOW)


def told(tmp_path: Path, text: str) -> list[str]:
    """Give line and name of each lint of some rules."""
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    return [f"{one.line} {one.name}" for one in rules.lint(rules.read(file), NOW)]


def sentences(tmp_path: Path, text: str, name: str) -> list[str]:
    """Give what a lint of this name says of some rules."""
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    return [one.message for one in rules.lint(rules.read(file), NOW) if one.name == name]
