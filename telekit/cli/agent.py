"""`telekit agent`: say for an agent what a code of the phone says, or ask how they are."""

import asyncio
import json
from pathlib import Path

import click

from telekit.callflow.word import Word
from telekit.cli.options import refuse_ignored, settings_option, settings_or_defaults
from telekit.service.control import ask

ANSWERS_WITHIN = 10.0
"""Seconds."""


@click.command()
@click.argument("name")
@click.argument("word", required=False, type=click.Choice([word.value for word in Word]))
@settings_option
@click.option("--reason", metavar="TEXT", help="Of a pause: one of those that the rules name, if they name some.")
@click.option(
    "--minutes", type=int, help="How much longer the wrap-up is to last; as much again as usual, if left out."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything for a program.")
def agent(
    name: str, word: str | None, settings_file: Path, reason: str | None, minutes: int | None, as_json: bool
) -> None:
    """Let hold what an agent says of themselves, as if they had dialled the code; without a WORD, ask how they are.

    Like a code it brings no call outside the shift. The journal has who told it.

    \b
      telekit agent amina
      telekit agent amina pause --reason lunch
      telekit agent amina extend-wrap-up --minutes 5

    Exit status: 0 it holds, 1 it cannot or no telekit answers.
    """
    if word is None:
        refuse_ignored("says more of a WORD: name that, as in `telekit agent amina pause`.", "reason", "minutes")
    settings, folder = settings_or_defaults(settings_file)
    words = {"word": word, "reason": reason, "minutes": minutes}
    told = {key: value for key, value in words.items() if value is not None}
    answer = asyncio.run(ask(folder / settings.control, "agent", within=ANSWERS_WITHIN, agent=name, **told))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    from telekit.cli.board import agent_line

    click.echo(agent_line(dict(answer)))
