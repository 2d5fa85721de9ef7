"""`telekit status`: queues, waiting calls and agents of the living service."""

import asyncio
import json
from pathlib import Path

import click

from telekit.cli.options import settings_option, settings_or_defaults
from telekit.service.control import ask


@click.command()
@settings_option
@click.option("--all", "show_all", is_flag=True, help="Show every queue, call and agent, however many there are.")
@click.option("--json", "as_json", is_flag=True, help="Print everything for a program.")
def status(settings_file: Path, show_all: bool, as_json: bool) -> None:
    """Show queues, waiting calls and agents as they are now, and what you should mend.

    Where there are many, it shows those with whom something happens, and says how many more there are.

    \b
      telekit status
      telekit status --json | jq '.queues[] | select(.waiting > 0)'
    """
    settings, folder = settings_or_defaults(settings_file)
    answer = asyncio.run(ask(folder / settings.control, "status"))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from telekit.cli.board import show

    show(dict(answer), Console(markup=False, highlight=False), most=None if show_all else MOST)


MOST = 30
"""Rows of a table that fit a screen."""
