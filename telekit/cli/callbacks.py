"""`telekit callbacks`: who is to be called back, and letting one of them go."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from telekit.cli.aligned import aligned
from telekit.cli.options import settings_option, settings_or_defaults
from telekit.cli.span import span
from telekit.service.control import ask

COLUMNS = ("call", "queue", "number", "waited", "tries", "now")


@click.command()
@click.option("--cancel", "cancelled", metavar="CALL", help="Let this one go: the person is not called back.")
@settings_option
@click.option("--json", "as_json", is_flag=True, help="Print everything for a program.")
def callbacks(cancelled: str | None, settings_file: Path, as_json: bool) -> None:
    """Show who is to be called back, in the order of each queue's line.

    \b
      telekit callbacks
      telekit callbacks --cancel 1795407695.250

    Exit status: 0 it is so, 1 there is no such callback or no telekit answers.
    """
    settings, folder = settings_or_defaults(settings_file)
    words: dict[str, Any] = {"cancel": cancelled} if cancelled is not None else {}
    answer = asyncio.run(ask(folder / settings.control, "callbacks", **words))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    elif cancelled is not None:
        row = answer["cancelled"]
        click.echo(f"{row['number']} is not called back any more; they had waited {span(row['waited'])}.")
    elif not answer["callbacks"]:
        click.echo("Nobody is to be called back.")
    else:
        for line in table(answer["callbacks"]):
            click.echo(line)


def table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Align one callback a line."""
    cells = [COLUMNS, *map(_cells, rows)]
    return aligned(cells, left=len(COLUMNS))


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    if row["agents"]:
        now = f"{', '.join(row['agents'])} calls back"
    elif row["again_in"] is not None:
        now = f"rests for {span(row['again_in'])}"
    else:
        now = "waits"
    return row["call"], row["queue"], row["number"], span(row["waited"]), str(row["tries"]), now
