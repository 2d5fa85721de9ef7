"""`telekit explain --live`: how does it stand at this moment, for a call that waits or one that would come now?"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from telekit.cli.aligned import aligned
from telekit.cli.answer import choice_told
from telekit.cli.instant import clock, tell_instant
from telekit.cli.options import settings_or_defaults
from telekit.cli.span import span
from telekit.cli.verdicts import Case
from telekit.service.control import ask


def ask_live(
    settings_file: Path,
    dialed: str | None,
    caller: str | None,
    call: str | None,
    keys: tuple[str, ...],
    *,
    for_program: bool,
) -> int:
    """Ask the telekit that runs, and tell its answer; give the exit status."""
    settings, folder = settings_or_defaults(settings_file)
    asking = ask(folder / settings.control, "explain", dialed=dialed, caller=caller, call=call, menu=keys)
    answer = asyncio.run(asking)
    if for_program:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(live_lines(answer)))
    return 0 if is_offered(answer) else 1


def is_offered(answer: Mapping[str, Any]) -> bool:
    """Say whether somebody rings, or may be offered the call, now or at a later step."""
    if answer["closed"] is not None:
        return False
    return bool(answer["rings"]) or any(agent["eligible"] for agent in answer["agents"])


def live_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Tell a person what the telekit that runs has answered."""
    zone = ZoneInfo(answer["zone"])
    now = datetime.fromisoformat(answer["at"])
    yield f"at     {tell_instant(now, zone, year=True)}, {zone}"
    if answer["route"] is not None:
        yield f"route  {answer['route']}"
    yield from (choice_told(each["menu"], each["key"], each["keys"], each["origin"]) for each in answer["way"])
    if answer["queue"] is None:
        yield answer["goes"]
        return
    yield f"queue  {answer['queue']}{'' if answer['open'] else ', closed now'}, {answer['waiting']} waiting"
    rings = "rings" if answer["route"] is None else "rings first"
    rows = [_case(agent, rings if agent["agent"] in answer["rings"] else "", now, zone) for agent in answer["agents"]]
    yield from (f"  {line}" for line in aligned(rows, left=5))
    if answer["closed"] is not None:
        yield f"not now: {answer['closed']}"
    elif answer["prefers"] is not None:
        yield f"the route holds it first for whom it prefers  {answer['prefers']}"
    if (change := answer["change"]) is not None:
        at = clock(datetime.fromisoformat(change["at"]), now, zone)
        yield f"by time alone this changes {at} ({change['what']}) first"


def _case(agent: Mapping[str, Any], rings: str, now: datetime, zone: ZoneInfo) -> Case:
    if rings:
        return agent["agent"], "yes", rings, "", ""
    if agent["eligible"]:
        after = timedelta(seconds=agent["after"])
        return agent["agent"], "yes", f"after {span(after)}" if after else "", "", agent["origin"] or ""
    until = f"until {clock(datetime.fromisoformat(agent['until']), now, zone)}" if agent["until"] is not None else ""
    return (
        agent["agent"],
        "no",
        agent["reason"],
        ", ".join(filter(None, (agent["detail"], until))),
        agent["origin"] or "",
    )
