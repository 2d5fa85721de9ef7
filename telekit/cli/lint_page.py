"""The page on a lint, from the documentation beside the program."""

import re
import sys
from pathlib import Path

import click

import telekit
from telekit.rules.closest import did_you_mean
from telekit.rules.lints.name import LINTS, LintName

SHIPPED = (Path(telekit.__file__).parents[1] / "docs/lints", Path(sys.prefix) / "share/telekit/lints")
"""In a checkout, or installed."""

_LINK = re.compile(r"\[([^\]\n]*(?:\n[^\]\n]*)?)\]\((?:\.\./|https?:|#)[^)]*\)")
"""One of Markdown: what is read stays, where it leads is for a browser."""
_MARKS = ("<!--", "```")


def explain_lint(name: str) -> None:
    """Print the page on a lint; without one (an installation that lacks its documents), what the list says of it."""
    if name not in LINTS:
        hint = did_you_mean(name, list(LINTS)) or "telekit check --list names all."
        raise click.BadParameter(f"there is no lint '{name}'; {hint}", param_hint="--explain")
    page = next((page for folder in SHIPPED if (page := folder / f"{name}.md").is_file()), None)
    if page is None:
        click.echo(f"{name}: {LINTS[LintName(name)].summary}")
        return
    lines = page.read_text(encoding="utf-8").splitlines()[:-2]
    shown: list[str] = []
    fenced = False
    for line in lines:
        fenced ^= line.startswith("```")
        if not line.startswith(_MARKS):
            shown.append(f"    {line}" if fenced else line)
    click.echo(_LINK.sub(r"\1", "\n".join(shown).rstrip()))


def list_lints() -> None:
    """Print the name of each lint with what it is about."""
    width = max(map(len, LINTS))
    for name, lint in LINTS.items():
        mended = " (--fix)" if lint.mended else ""
        click.echo(f"{name:{width}}  {lint.severity:7}  {lint.summary}{mended}")
