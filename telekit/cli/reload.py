"""`telekit reload`: swap the rules of the living service."""

import asyncio
import sys
from pathlib import Path

import click

from telekit.cli.options import settings_option, settings_or_defaults
from telekit.service.control import ask


@click.command()
@settings_option
def reload(settings_file: Path) -> None:
    """Read the rules again, while calls wait; rules with a mistake leave the running ones as they are."""
    settings, folder = settings_or_defaults(settings_file)
    answer = asyncio.run(ask(folder / settings.control, "reload"))
    if "mistakes" in answer:
        for mistake in answer["mistakes"]:
            click.echo(mistake)
        click.echo("The running rules stay as they are.", err=True)
        sys.exit(1)
    click.echo(answer["message"])
