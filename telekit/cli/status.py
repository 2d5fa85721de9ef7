"""`telekit status`: queues, waiting calls and agents of the living service."""

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from telekit.cli.options import settings_option, settings_or_defaults
from telekit.cli.span import span
from telekit.service.control import ask


@click.command()
@settings_option
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def status(settings_file: Path, as_json: bool) -> None:
    """Show queues, waiting calls and agents as they are now."""
    settings, folder = settings_or_defaults(settings_file)
    answer = asyncio.run(ask(folder / settings.control, "status"))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _show(dict(answer))


def _show(answer: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(f"telekit {answer['version']}, up {span(answer['up'])}; link {answer['link']}", highlight=False)
    queues = Table("queue", "open", "waiting", "longest", "talking", title="Queues")
    for row in answer["queues"]:
        queues.add_row(
            row["queue"],
            "yes" if row["open"] else "no",
            str(row["waiting"]),
            span(row["longest"]) if row["waiting"] else "",
            str(row["talking"]),
        )
    console.print(queues)
    if answer["calls"]:
        calls = Table("call", "queue", "state", "waited", "step", "agent", title="Calls")
        for row in answer["calls"]:
            calls.add_row(
                row["call"], row["queue"], row["state"], span(row["waited"]), str(row["step"] + 1), row["agent"] or ""
            )
        console.print(calls)
    agents = Table("agent", "presence", "for", "shift until", "calls", "why", title="Agents")
    for row in answer["agents"]:
        until = (row["until"] or "")[11:16]
        agents.add_row(row["agent"], row["presence"], span(row["for"]), until, str(row["calls"]), row["reason"])
    console.print(agents)
