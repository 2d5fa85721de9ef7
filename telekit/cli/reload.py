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
    """Let new rules hold, while calls wait; also reads call scripts and handlers again.

    Rules with a mistake leave the running ones as they are, and so does each script or handler.

    \b
      telekit reload
      telekit check && systemctl reload telekit

    Exit status: 0 all is new, 1 something has mistakes or no telekit answers.
    """
    settings, folder = settings_or_defaults(settings_file)
    answer = asyncio.run(ask(folder / settings.control, "reload"))
    mistakes = answer.get("mistakes", ())
    for mistake in mistakes:
        click.echo(mistake)
    if "message" in answer:
        click.echo(answer["message"])
    else:
        click.echo("The running rules stay as they are.", err=True)
    sys.exit(1 if mistakes else 0)
