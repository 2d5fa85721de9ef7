"""`telekit lines`: how each agent's line was when it was last tried out."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from telekit.cli.aligned import aligned
from telekit.cli.options import settings_option, settings_or_defaults
from telekit.cli.span import span
from telekit.domain.line_check import Finding
from telekit.service.control import ask

COLUMNS = ("agent", "checked", "round trip", "loss in", "loss out", "encrypted", "what is not fine, and what to do")

ADVICE = {
    Finding.NOT_REGISTERED: "not registered: switch the phone off and on; is another one using the account?",
    Finding.NOTHING_COMES: "no sound arrives at all: router or firewall on the way (UDP); restart the router",
    Finding.NO_SOUND_IN: "the microphone is not heard: plugged in, switched on, allowed for the phone?",
    Finding.NO_SOUND_OUT: "the agent does not hear well: headset and volume; if nothing is heard, router or firewall",
    Finding.UNCONFIRMED: "the agent did not say whether they hear; if nothing is heard, router or firewall",
    Finding.LOSS: "sound gets lost: a cable instead of wireless, no large downloads",
    Finding.SLOW: "sound takes too long: a cable instead of wireless, no large downloads",
    Finding.NOT_ENCRYPTED: "not encrypted: TLS and SRTP in the settings of the phone",
    Finding.UNMEASURED: "not everything could be measured",
}


@click.command()
@settings_option
@click.option("--json", "as_json", is_flag=True, help="Print everything for a program.")
def lines(settings_file: Path, as_json: bool) -> None:
    """Show how each agent's line was when they last tried it out, by the code *79.

    Agents stand in the order of the rules. How good a line is decides nothing about who gets which call.

    \b
      telekit lines
      telekit lines --json | jq '.agents[] | select(.check.findings != [])'
    """
    settings, folder = settings_or_defaults(settings_file)
    answer = asyncio.run(ask(folder / settings.control, "lines"))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for line in table(answer["agents"]):
        click.echo(line)


def table(agents: list[dict[str, Any]]) -> Iterator[str]:
    """Align one agent a line."""
    cells = [COLUMNS, *(_cells(row["agent"], row["check"]) for row in agents)]
    return aligned(cells, left=len(COLUMNS))


def _cells(agent: str, check: dict[str, Any] | None) -> tuple[str, ...]:
    if check is None:
        return (agent, "never", *[""] * (len(COLUMNS) - 2))
    trip = check["round_trip"]
    told = "; ".join(ADVICE[Finding(finding)] for finding in check["findings"]) or "all is fine"
    return (
        agent,
        f"{span(check['ago'])} ago",
        "?" if trip is None else f"{trip * 1000:.0f} ms",
        _share(check["loss_in"]),
        _share(check["loss_out"]),
        _encrypted(check["signals_encrypted"], check["sound_encrypted"]),
        told,
    )


def _share(share: float | None) -> str:
    return "?" if share is None else f"{share:.1%}"


def _encrypted(*parts: bool | None) -> str:
    if False in parts:
        return "no"
    return "?" if None in parts else "yes"
