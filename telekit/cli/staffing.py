"""`telekit staffing`: how many agents does this many calls need?"""

import json
import re
from datetime import timedelta
from pathlib import Path

import click

from telekit.cli.options import refuse_ignored
from telekit.cli.reading import read_duration, read_share, to_duration, to_share
from telekit.cli.staffing_table import Wish, around, by_interval, for_program
from telekit.errors import PlanningError
from telekit.planning.demand import Demand
from telekit.planning.intervals import Interval, Usual, read_intervals
from telekit.planning.target import Target

TARGET = re.compile(r"(?P<share>[\d.]+ ?%) (?:in|within) (?P<within>\w+)")
SHORT = re.compile(r"(?P<share>[\d.]+)/(?P<within>\d+)")


def _level(_: click.Context, __: click.Parameter, text: str) -> tuple[float, timedelta]:
    """Read a service level: `80% in 20s`, or as the trade says it, `80/20`."""
    try:
        if found := TARGET.fullmatch(text):
            return to_share(found["share"]), to_duration(found["within"])
        if found := SHORT.fullmatch(text):
            return to_share(f"{found['share']}%"), timedelta(seconds=int(found["within"]))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    raise click.BadParameter(f"{text!r} is no service level; write it as '80% in 20s', or 80/20.")


@click.command()
@click.option("--calls", type=float, help="How many calls come in an interval, on average.", metavar="NUMBER")
@click.option(
    "--per", callback=read_duration, default="30m", show_default=True, help="The interval.", metavar="DURATION"
)
@click.option("--aht", callback=read_duration, help="The mean handle time: talk, hold and wrap-up.", metavar="DURATION")
@click.option("--target", callback=_level, default="80% in 20s", show_default=True, help="The service level to keep.")
@click.option(
    "--patience",
    callback=read_duration,
    help="After how long a caller gives up, on average; never if left out.",
    metavar="DURATION",
)
@click.option("--max-wait", callback=read_duration, help="The longest mean wait of those answered.", metavar="DURATION")
@click.option(
    "--max-abandoned", callback=read_share, help="The greatest share of callers who give up.", metavar="SHARE"
)
@click.option(
    "--max-occupancy", callback=read_share, help="The greatest share of time that agents are busy.", metavar="SHARE"
)
@click.option(
    "--shrinkage",
    callback=read_share,
    default="0%",
    help="The share of paid time that is not worked: breaks, meetings, sickness.",
    metavar="SHARE",
)
@click.option("--json", "program", is_flag=True, help="Print it for a program.")
@click.argument("intervals", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def staffing(
    calls: float | None,
    per: timedelta,
    aht: timedelta | None,
    target: tuple[float, timedelta],
    patience: timedelta | None,
    max_wait: timedelta | None,
    max_abandoned: float | None,
    max_occupancy: float | None,
    shrinkage: float,
    program: bool,
    intervals: Path | None,
) -> None:
    """Tell how many agents an interval needs at least, and what one more or one fewer is worth.

    Reckons by Erlang C, or by Erlang A where callers have a patience. INTERVALS is a CSV file with the columns interval
    and calls, perhaps also aht and patience: then it tells the number for each of its lines.

    \b
      telekit staffing --calls 120 --per 30m --aht 4m
      telekit staffing --calls 120 --aht 4m --target "90% in 15s" --patience 2m
      telekit staffing --calls 120 --aht 4m --shrinkage 30% --max-occupancy 85%
      telekit staffing tuesday.csv --per 30m --aht 4m

    Exit status: 0 fine, 1 no number of agents is an answer, 2 what was asked makes no sense.
    """
    if (calls is None) is (intervals is None):
        both = ", not by both" if intervals is not None else ""
        raise click.UsageError(f"Say how many calls come: by --calls with --aht, or by a CSV file{both}.")
    if target[0] >= 1.0:
        told = "no number of agents is sure to answer all calls in time; ask for less than 100%, such as 99%"
        raise click.BadParameter(told, param_hint="--target")
    if patience is None and intervals is None:
        refuse_ignored("means nothing where nobody gives up: add --patience.", "max_abandoned")
    try:
        wish = Wish(Target(target[1], target[0], max_wait, max_abandoned, max_occupancy), shrinkage)
        demand = Demand(calls or 0.0, per, aht if aht is not None else per, patience)
    except PlanningError as error:
        raise click.UsageError(str(error)) from error
    if shrinkage >= 1.0:
        raise click.BadParameter(
            "with all paid time lost nobody is left; give less than 100%.", param_hint="--shrinkage"
        )
    if intervals is not None:
        day = _read(intervals, Usual(per, aht, patience))
        if program:
            _print([{"interval": each.name, **for_program(each.demand, wish)} for each in day])
        else:
            click.echo("\n".join(by_interval(day, wish)))
        return
    if aht is None:
        raise click.UsageError("Say how long a call keeps an agent, with wrap-up: --aht 4m.")
    if program:
        _print(for_program(demand, wish))
    else:
        click.echo("\n".join(around(demand, wish)))


def _read(file: Path, usual: Usual) -> list[Interval]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanningError(f"{file} cannot be read as text in UTF-8: {error}") from error
    found = list(read_intervals(text.splitlines(), str(file), usual, to_duration))
    if not found:
        raise PlanningError(f"{file} has no interval: below the first line write lines such as 09:00,120.")
    return found


def _print(what: object) -> None:
    click.echo(json.dumps(what, ensure_ascii=False, indent=2))
