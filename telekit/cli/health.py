"""`telekit health`: what is in order and what is not."""

import asyncio
import json
import sys
from pathlib import Path

import click

from telekit.cli.options import settings_option, settings_or_defaults
from telekit.service.control import ask

ANSWERS_WITHIN = 10.0
"""Seconds; one that takes longer is not well."""


@click.command()
@settings_option
@click.option("--json", "as_json", is_flag=True, help="Print everything for a program.")
def health(settings_file: Path, as_json: bool) -> None:
    """Say whether everything is in order: the link, the journal, the rules, the fallback and more.

    \b
      telekit health
      telekit health --json | jq '.parts[] | select(.fine | not)'

    Exit status: 0 all is fine, 1 something is not or no telekit answers.
    """
    settings, folder = settings_or_defaults(settings_file)
    answer = asyncio.run(ask(folder / settings.control, "health", within=ANSWERS_WITHIN))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        width = max(len(part["part"]) for part in answer["parts"])
        for part in answer["parts"]:
            click.echo(f"{part['part']:<{width}}  {'fine    ' if part['fine'] else 'degraded'}  {part['says']}")
    sys.exit(0 if answer["healthy"] else 1)
