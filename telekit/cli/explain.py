"""`telekit explain`: who would be offered a call, and why nobody else?"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from telekit.acd.imagine import Imagined, ImaginedQueue, imagine
from telekit.acd.verdict import Verdict
from telekit.cli.options import settings_option, settings_or_defaults
from telekit.cli.span import span
from telekit.domain.call import Arrival, Caller
from telekit.domain.destination import ToScript, ToVoicemail
from telekit.domain.names import CallId, MenuName
from telekit.domain.plan import Plan
from telekit.rules import load
from telekit.service.clock import utc_now

CALL = CallId("imagined")


@click.command()
@settings_option
@click.option("--dialed", required=True, help="The number that is called.", metavar="NUMBER")
@click.option("--caller", help="The number that calls; without it the caller is anonymous.", metavar="NUMBER")
@click.option("--at", "at_text", help="When, in the rules' own zone; now unless told.", metavar="'2026-11-24 21:15'")
@click.option("--menu", "keys", multiple=True, help="A key that the caller presses; once for each menu.", metavar="KEY")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
@click.argument("rules", nargs=-1, type=click.Path(path_type=Path, exists=True))
def explain(
    settings_file: Path,
    dialed: str,
    caller: str | None,
    at_text: str | None,
    keys: tuple[str, ...],
    as_json: bool,
    rules: tuple[Path, ...],
) -> None:
    """Tell who would be offered a call, and for everybody else the first reason why not.

    Asks the rules in RULES, or those that telekit.yaml names, with everybody whose shift runs logged in, free and
    reachable. Exit status: 0 somebody would be offered the call, 1 nobody.

    \b
      telekit explain --dialed +33199001234 --at "2026-11-24 21:15"
    """
    if not rules:
        settings, folder = settings_or_defaults(settings_file)
        rules = (folder / settings.rules,)
    plan = load(rules)
    at = _instant(at_text, plan)
    imagined = imagine(plan, Arrival(CALL, dialed, Caller(caller)), at, keys)
    if as_json:
        click.echo(json.dumps(_as_json(imagined), ensure_ascii=False, indent=2, default=str))
    else:
        _show(imagined, plan)
    sys.exit(0 if imagined.queue is not None and imagined.queue.first is not None else 1)


def _instant(text: str | None, plan: Plan) -> datetime:
    if text is None:
        return utc_now()
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no instant; write it as 2026-11-24 21:15", param_hint="--at") from error
    return (told if told.tzinfo else told.replace(tzinfo=plan.zone)).astimezone(UTC)


def _show(imagined: Imagined, plan: Plan) -> None:
    route = imagined.route
    if route is None:
        click.echo("no route takes this call: it is hung up")
        return
    tests = [name for name, test in (("dialed", route.dialed), ("caller", route.caller)) if test is not None]
    because = f"{' and '.join(tests)} matches" if tests else "takes every call"
    click.echo(f"route  {route.label or '-'}  {route.origin}  {because}")
    for menu, key in imagined.menus:
        click.echo(f"menu {menu}  {'key ' + key if key else 'nothing pressed'}  {plan.menus[MenuName(menu)].origin}")
    if imagined.queue is None:
        click.echo(
            {ToScript: "the call goes to a script", ToVoicemail: "the call goes to voicemail"}.get(
                type(imagined.destination), "the call is hung up"
            )
        )
        return
    _show_queue(imagined.queue, plan)


def _show_queue(queue: ImaginedQueue, plan: Plan) -> None:
    click.echo(f"queue {queue.queue}  {plan.queues[queue.queue].origin}")
    rows = [_row(verdict, queue, plan) for verdict in queue.verdicts]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo(f"  {'  '.join([*cells, row[4]]).rstrip()}")
    click.echo(_conclusion(queue, plan))


def _row(verdict: Verdict, queue: ImaginedQueue, plan: Plan) -> tuple[str, str, str, str, str]:
    if verdict.obstacle is None:
        step = plan.queues[queue.queue].steps[verdict.step or 0]
        told = "rings first" if verdict.agent == queue.first else f"after {span(step.after)}" if step.after else ""
        return verdict.agent, "yes", told, "", str(step.origin)
    origin = str(verdict.origin) if verdict.origin.file else ""
    return verdict.agent, "no", verdict.obstacle.value, verdict.detail, origin


def _conclusion(queue: ImaginedQueue, plan: Plan) -> str:
    until = f"{queue.changes_at.astimezone(plan.zone):%a %d %b %H:%M}" if queue.changes_at else ""
    then = ", ".join(queue.then) or "nobody"
    if queue.closed is not None:
        return f"not now: {queue.closed}"
    if queue.first is None:
        later = [verdict for verdict in queue.verdicts if verdict.eligible]
        if later:
            steps = plan.queues[queue.queue].steps
            waits = sorted((steps[verdict.step or 0].after, verdict.agent) for verdict in later)
            return "nobody at first; " + ", ".join(f"{agent} after {span(wait)}" for wait, agent in waits)
        if not until:
            return "nobody can ever be offered this call"
        return f"nobody can be offered this call before {until} ({then})"
    if not until:
        return f"{queue.first} rings first"
    return f"{queue.first} rings first; this changes {until}" + (f", then {then}" if queue.then else ", then nobody")


def _as_json(imagined: Imagined) -> dict[str, Any]:
    queue = imagined.queue
    told: dict[str, Any] = {
        "route": str(imagined.route.origin) if imagined.route else None,
        "menus": [{"menu": menu, "key": key} for menu, key in imagined.menus],
        "destination": type(imagined.destination).__name__,
        "queue": None,
    }
    if queue is not None:
        told["queue"] = {
            "queue": queue.queue,
            "closed": str(queue.closed) if queue.closed else None,
            "diverted": queue.diverted.value if queue.diverted else None,
            "first": queue.first,
            "changes_at": queue.changes_at.isoformat() if queue.changes_at else None,
            "then": list(queue.then),
            "agents": [
                {
                    "agent": verdict.agent,
                    "eligible": verdict.eligible,
                    "reason": verdict.obstacle.value if verdict.obstacle else None,
                    "detail": verdict.detail,
                    "origin": str(verdict.origin) if verdict.origin.file else None,
                }
                for verdict in queue.verdicts
            ],
        }
    return told
