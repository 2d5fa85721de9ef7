"""`telekit explain --live`: how does it stand at this moment, for a call that waits or one that would come now?"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from telekit.cli.options import settings_or_defaults
from telekit.service.control import ask


def ask_live(
    settings_file: Path, dialed: str | None, caller: str | None, call: str | None, *, for_program: bool
) -> int:
    """Ask the telekit that runs, and tell its answer; give the exit status."""
    settings, folder = settings_or_defaults(settings_file)
    answer = asyncio.run(ask(folder / settings.control, "explain", dialed=dialed, caller=caller, call=call))
    if for_program:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(answer)))
    return 0 if any(agent["eligible"] for agent in answer["agents"]) or answer["rings"] else 1


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    if answer["route"] is not None:
        yield f"route  {answer['route']}"
    if answer["queue"] is None:
        yield answer["goes"]
        return
    yield f"queue  {answer['queue']}{'' if answer['open'] else ', closed now'}, {answer['waiting']} waiting"
    rows = [_row(agent, answer["rings"]) for agent in answer["agents"]]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield f"  {'  '.join([*cells, row[4]]).rstrip()}"


def _row(agent: Mapping[str, Any], rings: list[str]) -> tuple[str, str, str, str, str]:
    if agent["agent"] in rings:
        return agent["agent"], "yes", "rings", "", ""
    word = "yes" if agent["eligible"] else "no"
    return agent["agent"], word, agent["reason"] or "", agent["detail"], agent["origin"] or ""
