"""`telekit status`: queues, waiting calls and agents of the living service."""

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from telekit.cli.options import settings_option, settings_or_defaults
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
    link = answer["link"]
    console.print(f"telekit {answer['version']}, up {_span(answer['up'])}; Asterisk: {link}; rules: {answer['rules']}")
    queues = Table("queue", "open", "waiting", "longest", "talking", "agents on shift", "free", title="Queues")
    for row in answer["queues"]:
        queues.add_row(
            row["queue"],
            "yes" if row["open"] else "no",
            str(row["waiting"]),
            _span(row["longest"]) if row["waiting"] else "",
            str(row["talking"]),
            str(row["on_shift"]),
            str(row["free"]),
        )
    console.print(queues)
    if answer["calls"]:
        calls = Table("call", "queue", "state", "waited", "step", "agent", title="Calls")
        for row in answer["calls"]:
            calls.add_row(
                row["call"], row["queue"], row["state"], _span(row["waited"]), str(row["step"] + 1), row["agent"] or ""
            )
        console.print(calls)
    agents = Table("agent", "presence", "for", "shift until", "why", title="Agents")
    for row in answer["agents"]:
        agents.add_row(row["agent"], row["presence"], _span(row["for"]), row["until"] or "", row["reason"])
    console.print(agents)


def _span(seconds: float) -> str:
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours}h{minutes:02}m"
    return f"{minutes}m{whole % 60:02}s" if minutes else f"{whole}s"
