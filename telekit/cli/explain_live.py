"""`telekit explain --live`: how does it stand at this moment, for a call that waits or one that would come now?"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from telekit.cli.aligned import aligned
from telekit.cli.instant import clock, tell_instant
from telekit.cli.options import settings_or_defaults
from telekit.cli.verdicts import Case
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
        click.echo("\n".join(live_lines(answer)))
    return 0 if any(agent["eligible"] for agent in answer["agents"]) or answer["rings"] else 1


def live_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Tell a person what the telekit that runs has answered."""
    zone = ZoneInfo(answer["zone"])
    now = datetime.fromisoformat(answer["at"])
    yield f"at     {tell_instant(now, zone, year=True)}, {zone}"
    if answer["route"] is not None:
        yield f"route  {answer['route']}"
    if answer["queue"] is None:
        yield answer["goes"]
        return
    yield f"queue  {answer['queue']}{'' if answer['open'] else ', closed now'}, {answer['waiting']} waiting"
    rows = [_case(agent, answer["rings"], now, zone) for agent in answer["agents"]]
    yield from (f"  {line}" for line in aligned(rows, left=5))
    if (change := answer["change"]) is not None:
        at = clock(datetime.fromisoformat(change["at"]), now, zone)
        yield f"by time alone this changes {at} ({change['agent']}) first"


def _case(agent: Mapping[str, Any], rings: list[str], now: datetime, zone: ZoneInfo) -> Case:
    if agent["agent"] in rings:
        return agent["agent"], "yes", "rings", "", ""
    word = "yes" if agent["eligible"] else "no"
    until = f"until {clock(datetime.fromisoformat(agent['until']), now, zone)}" if agent["until"] is not None else ""
    return (
        agent["agent"],
        word,
        agent["reason"] or "",
        ", ".join(filter(None, (agent["detail"], until))),
        agent["origin"] or "",
    )
