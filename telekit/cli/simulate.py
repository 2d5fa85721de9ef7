"""`telekit simulate`: what would a day, or a year, of calls be like under these rules?"""

import json
import os
import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from pathlib import Path

import click

from telekit.cli.options import rules_of, settings_option
from telekit.cli.progress import progress
from telekit.cli.reading import read_duration, read_share, sentence, to_duration
from telekit.cli.simulate_table import ends, for_program, table
from telekit.domain.plan import Plan
from telekit.errors import PlanningError
from telekit.roster.roster import Roster
from telekit.roster.wall import first_at
from telekit.rules import load
from telekit.rules.duration import write_duration
from telekit.rules.mistake import Mistake
from telekit.rules.weekly import parse_date
from telekit.service.clock import utc_now
from telekit.simulate.arrivals import Callers, Stretch, by_interval, while_open
from telekit.simulate.arrivals_file import known_queue, parse_calls, read_arrivals
from telekit.simulate.conduct import Conduct, Recurring
from telekit.simulate.figures import Figures
from telekit.simulate.run import Setting
from telekit.simulate.slots import Slots
from telekit.simulate.spread import Constant, Spread
from telekit.simulate.spread_form import parse_spread
from telekit.simulate.traffic import Traffic
from telekit.simulate.workers import go_all, tasks_of

LEAD_IN = timedelta(hours=2)
"""So long before the stretch calls come already, so that its first caller does not find an empty line at midnight."""

RECURRING = re.compile(r"(?P<lasts>\w+) every (?P<every>\w+)")


def _spread(_: click.Context, __: click.Parameter, text: str | None) -> Spread | None:
    try:
        return parse_spread(text) if text is not None else None
    except Mistake as mistake:
        raise click.BadParameter(sentence(mistake)) from mistake


def _recurring(_: click.Context, __: click.Parameter, text: str | None) -> Recurring | None:
    """Read what comes again and again: `15m every 2h`."""
    if text is None:
        return None
    found = RECURRING.fullmatch(text.strip())
    try:
        lasts, every = (to_duration(found[name]) for name in ("lasts", "every")) if found else (timedelta(0),) * 2
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    if not lasts or not every:
        raise click.BadParameter(f"expected such as '15m every 2h', not {text!r}")
    return Recurring(every.total_seconds(), lasts.total_seconds())


def _date(_: click.Context, __: click.Parameter, text: str | None) -> date | None:
    try:
        return parse_date(text) if text is not None else None
    except Mistake as mistake:
        raise click.BadParameter(sentence(mistake)) from mistake


@click.command()
@settings_option
@click.option(
    "--calls",
    "given",
    multiple=True,
    help="So many calls come to a queue in each interval in which it is open; again for the next.",
    metavar="QUEUE=NUMBER",
)
@click.option(
    "--arrivals",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A CSV file with the columns queue, interval, calls.",
)
@click.option(
    "--per", callback=read_duration, default="30m", show_default=True, help="The interval.", metavar="DURATION"
)
@click.option("--talk", callback=_spread, help="How long conversations last, hold included.", metavar="SPREAD")
@click.option(
    "--patience", callback=_spread, help="After how long callers give up; never if left out.", metavar="SPREAD"
)
@click.option("--pickup", callback=_spread, help="How long agents let it ring; they answer at once if left out.")
@click.option("--missed", callback=read_share, default="0%", help="The share of offers that nobody answers.")
@click.option("--rejected", callback=read_share, default="0%", help="The share of offers that agents reject.")
@click.option(
    "--returns",
    callback=_spread,
    default="5m",
    show_default=True,
    help="After how long agents come back whom missed offers have paused.",
    metavar="SPREAD",
)
@click.option("--breaks", callback=_recurring, help="What each agent takes: '15m every 2h'.", metavar="BREAKS")
@click.option(
    "--losses", callback=_recurring, help="How often a line at home is lost: '2m every 8h'.", metavar="LOSSES"
)
@click.option(
    "--within", callback=read_duration, default="20s", show_default=True, help="The wait that counts as good."
)
@click.option("--from", "first_day", callback=_date, help="The first day; today if left out.", metavar="DATE")
@click.option("--days", type=click.IntRange(1, 3660), default=1, show_default=True, help="How many days.")
@click.option(
    "--runs", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How often, each time anew."
)
@click.option("--seed", default="1", show_default=True, help="Another seed gives other calls; the same, the same.")
@click.option("--cores", type=click.IntRange(1), help="How many processor cores to use; all if left out.")
@click.option("--json", "program", is_flag=True, help="Print it for a program.")
@click.argument("rules", nargs=-1, type=click.Path(path_type=Path, exists=True))
def simulate(
    settings_file: Path,
    given: tuple[str, ...],
    arrivals: Path | None,
    per: timedelta,
    talk: Spread | None,
    patience: Spread | None,
    pickup: Spread | None,
    missed: float,
    rejected: float,
    returns: Spread,
    breaks: Recurring | None,
    losses: Recurring | None,
    within: timedelta,
    first_day: date | None,
    days: int,
    runs: int,
    seed: str,
    cores: int | None,
    program: bool,
    rules: tuple[Path, ...],
) -> None:
    """Lead invented calls through the rules, on the code that leads real ones, and tell how they fared.

    Asks the rules in RULES, or those that telekit.yaml names. Calls come at random, agents follow the roster. A SPREAD
    is a mean (4m), a mean with its standard deviation ('4m +- 3m'), or 'always 4m'. Each figure is the mean of all
    runs, with the margin that holds in 95 of 100 cases.

    \b
      telekit simulate --calls billing=20 --talk 4m --patience 2m
      telekit simulate --calls billing=20 --calls technical=12 --talk 4m rules
      telekit simulate --arrivals tuesday.csv --talk '4m +- 3m' --missed 4%

    Exit status: 0 fine, 1 the rules or a file have mistakes, 2 what was asked makes no sense.
    """
    plan = load(rules_of(settings_file, rules))
    stretch = _stretch(plan, first_day, days)
    led_in = Stretch(stretch.start_at - LEAD_IN, stretch.end_at, stretch.zone)
    traffic = _traffic(plan, given, arrivals, led_in, per, Callers(talk or Constant(0.0), patience))
    if talk is None and any(burst.talk is None for each in traffic for burst in each.bursts):
        raise click.UsageError("Say how long conversations last: --talk 4m.")
    conduct = Conduct(pickup or Constant(0.0), missed, rejected, returns, breaks, losses)
    slots = Slots(stretch.start_at, stretch.end_at, stretch.zone, per)
    setting = Setting(plan, led_in.start_at, stretch.start_at, within, conduct, stretch.end_at, slots)
    cores = cores or len(os.sched_getaffinity(0))
    expected = sum(each.expected for each in traffic)
    with progress(expected * runs, "calls") as told:
        figures = Figures(plan, go_all(tasks_of(setting, traffic, runs, seed), cores, told))
    if program:
        click.echo(json.dumps({"runs": runs, "figures": for_program(figures)}, ensure_ascii=False, indent=2))
        return
    until = f" to {stretch.end_at.astimezone(plan.zone) - timedelta(days=1):%a %d %b %Y}" if days > 1 else ""
    click.echo(f"{stretch.start_at.astimezone(plan.zone):%a %d %b %Y}{until}, {runs} run{'s' if runs > 1 else ''}")
    for line in table(figures, write_duration(within)):
        click.echo(line)
    click.echo(f"of the calls {ends(figures)}")


def _stretch(plan: Plan, first_day: date | None, days: int) -> Stretch:
    day = first_day or utc_now().astimezone(plan.zone).date()
    last = day + timedelta(days=days)
    return Stretch(first_at(plan.zone, day, time(0)), first_at(plan.zone, last, time(0)), plan.zone)


def _traffic(
    plan: Plan, given: tuple[str, ...], arrivals: Path | None, stretch: Stretch, per: timedelta, usual: Callers
) -> Sequence[Traffic]:
    if bool(given) is (arrivals is not None):
        raise click.UsageError("Say how many calls come: by --calls QUEUE=NUMBER, or by --arrivals FILE.")
    if arrivals is not None:
        try:
            lines = arrivals.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise PlanningError(f"{arrivals} cannot be read as text in UTF-8: {error}") from error
        return by_interval(read_arrivals(lines, str(arrivals), plan.queues), stretch, per, usual)
    calls = {}
    for each in given:
        name, equals, number = each.rpartition("=")
        try:
            if not equals:
                raise Mistake(f"{each!r} has no '='", "write it as billing=20")
            calls[known_queue(name, plan.queues)] = parse_calls(number)
        except Mistake as mistake:
            raise click.BadParameter(sentence(mistake), param_hint="--calls") from mistake
    return while_open(calls, Roster(plan), stretch, per, usual)
