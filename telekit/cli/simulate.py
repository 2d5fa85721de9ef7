"""`telekit simulate`: what would a day, or a year, of calls be like under these rules?"""

import json
import os
import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from pathlib import Path

import click

from telekit.cli.counted import counted
from telekit.cli.file import write_file
from telekit.cli.options import refuse_ignored, rules_of, settings_option
from telekit.cli.progress import progress
from telekit.cli.reading import read_duration, read_share, sentence, to_duration
from telekit.cli.simulate_assumed import assumed
from telekit.cli.simulate_calls import Asked, told_of
from telekit.cli.simulate_compiled import go_on_compiled
from telekit.cli.simulate_report import Report
from telekit.domain.plan import Plan
from telekit.errors import PlanningError
from telekit.roster.wall import first_at
from telekit.rules import load
from telekit.rules.mistake import Mistake
from telekit.rules.weekly import parse_date
from telekit.service.clock import utc_now
from telekit.simulate.arrivals import Callers, Stretch
from telekit.simulate.conduct import Conduct, Recurring
from telekit.simulate.csv_table import csv_table
from telekit.simulate.figures import Figures
from telekit.simulate.observed import Observed
from telekit.simulate.run import Setting
from telekit.simulate.slots import Slots
from telekit.simulate.spread import Constant, Spread
from telekit.simulate.spread_form import parse_spread
from telekit.simulate.traffic import Traffic
from telekit.simulate.versus import compare as compare_runs
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
    if lasts >= every:
        raise click.BadParameter(f"{text!r} lasts no less than the time until the next; '15m every 2h' is 15m in 2h.")
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
    "--like",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Calls come as they did before: by telekit's journal, or a queue_log.",
)
@click.option(
    "--queue",
    "names",
    multiple=True,
    help="What a queue is called in that file, where that is not its name here; again for the next.",
    metavar="NAME=QUEUE",
)
@click.option(
    "--per", callback=read_duration, default="30m", show_default=True, help="The interval.", metavar="DURATION"
)
@click.option("--talk", callback=_spread, help="How long conversations last, hold included.", metavar="SPREAD")
@click.option(
    "--patience", callback=_spread, help="After how long callers give up; never if left out.", metavar="SPREAD"
)
@click.option("--pickup", callback=_spread, help="How long agents let it ring; they answer at once if left out.")
@click.option("--missed", callback=read_share, help="The share of offers that nobody answers.")
@click.option("--rejected", callback=read_share, help="The share of offers that agents reject.")
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
@click.option(
    "--compare",
    nargs=2,
    type=click.Path(path_type=Path, exists=True),
    help="Lead the same calls through two rule sets, and tell where they differ.",
    metavar="RULES RULES",
)
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a page with plots.", metavar="FILE"
)
@click.option(
    "--csv", "sheet", type=click.Path(path_type=Path, dir_okay=False), help="Write a table by interval.", metavar="FILE"
)
@click.option("--compiled", is_flag=True, help="Lead calls faster, by a copy that is compiled the first time.")
@click.option("--json", "program", is_flag=True, help="Print it for a program.")
@click.argument("rules", nargs=-1, type=click.Path(path_type=Path, exists=True))
def simulate(
    settings_file: Path,
    given: tuple[str, ...],
    arrivals: Path | None,
    like: Path | None,
    names: tuple[str, ...],
    per: timedelta,
    talk: Spread | None,
    patience: Spread | None,
    pickup: Spread | None,
    missed: float | None,
    rejected: float | None,
    returns: Spread,
    breaks: Recurring | None,
    losses: Recurring | None,
    within: timedelta,
    first_day: date | None,
    days: int,
    runs: int,
    seed: str,
    cores: int | None,
    compare: tuple[Path, Path] | None,
    html: Path | None,
    sheet: Path | None,
    compiled: bool,
    program: bool,
    rules: tuple[Path, ...],
) -> None:
    """Lead invented calls through the rules, on the code that leads real ones, and tell how they fared.

    Asks the rules in RULES, or those that telekit.yaml names. Calls come at random, agents follow the roster. A SPREAD
    is a mean (4m), a mean with its standard deviation ('4m +- 3m'), or 'always 4m'. Each figure is the mean of all
    runs, with the margin that holds in 95 of 100 cases.

    \b
      telekit simulate --calls billing=20 --talk 4m --patience 2m
      telekit simulate --arrivals tuesday.csv --talk '4m +- 3m' --html day.html
      telekit simulate --like var/telekit.db --from 2026-11-23 --days 7
      telekit simulate --like queue_log --compare rules planned

    Exit status: 0 fine, 1 the rules or a file have mistakes, 2 what was asked makes no sense.
    """
    if compiled:
        go_on_compiled(building=False)
    asked = Asked(given, arrivals, like, names)
    if compare and rules:
        raise click.UsageError("Name two rule sets behind --compare, and none besides.")
    if compare:
        refuse_ignored("writes the figures of one rule set: leave out --compare.", "sheet")
    if like is None:
        refuse_ignored("tells what a queue is called in the file of --like: name that too.", "names")
    plans = [load([path]) for path in compare] if compare else [load(rules_of(settings_file, rules))]
    stretch = _stretch(plans[0], first_day, days)
    led_in = Stretch(stretch.start_at - LEAD_IN, stretch.end_at, stretch.zone)
    callers = Callers(talk or Constant(0.0), patience)
    traffic, seen = asked.traffic(plans[0], led_in, per, callers)
    if talk is None and any(burst.talk is None for each in traffic for burst in each.bursts):
        raise click.UsageError("Say how long conversations last: --talk 4m.")
    if len(plans) > 1 and (lost := [each.queue for each in traffic if each.queue not in plans[1].queues]):
        raise PlanningError(f"{(compare or rules)[1]} has no queue {lost[0]!r}, to which calls come.")
    conduct = Conduct(
        pickup or (seen.pickup if seen else None) or Constant(0.0),
        missed if missed is not None else seen.missed if seen else 0.0,
        rejected if rejected is not None else seen.rejected if seen else 0.0,
        returns,
        breaks,
        losses,
    )
    if conduct.missed + conduct.rejected > 1.0 + 1e-9:
        shares = f"{conduct.missed:.0%} missed and {conduct.rejected:.0%} rejected"
        raise click.UsageError(f"{shares} are more offers than there are: together they may be 100%.")
    slots = Slots(stretch.start_at, stretch.end_at, stretch.zone, per)
    settings = [
        Setting(plan, led_in.start_at, stretch.start_at, within, conduct, stretch.end_at, slots) for plan in plans
    ]
    if compiled:
        go_on_compiled(building=True)  # not before all that was asked makes sense, since it takes minutes
    sides = _go(settings, traffic, runs, seed, cores or len(os.sched_getaffinity(0)))
    versus = compare_runs(*sides) if len(sides) > 1 else None
    led_by = [str(path) for path in compare or rules_of(settings_file, rules)]
    went_by = tuple(assumed(led_by, asked, per, callers, conduct, seed))
    report = Report(_what(stretch, runs, seen), led_by, within, sides, went_by)
    if html is not None:
        write_file(html, report.page(versus))
    if sheet is not None:
        write_file(sheet, csv_table(sides[0]))
    if program:
        click.echo(json.dumps(report.for_program(versus), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(report.lines(versus)))


def _go(settings: Sequence[Setting], traffic: Sequence[Traffic], runs: int, seed: str, cores: int) -> Sequence[Figures]:
    """Make all runs, those of two rule sets with the same calls."""
    tasks = [task for setting in settings for task in tasks_of(setting, traffic, runs, seed)]
    expected = sum(each.expected for each in traffic)
    with progress(expected * len(tasks), "calls") as told:
        results = go_all(tasks, cores, told)
    return [Figures(each.plan, results[at * runs : (at + 1) * runs]) for at, each in enumerate(settings)]


def _stretch(plan: Plan, first_day: date | None, days: int) -> Stretch:
    day = first_day or utc_now().astimezone(plan.zone).date()
    last = day + timedelta(days=days)
    return Stretch(first_at(plan.zone, day, time(0)), first_at(plan.zone, last, time(0)), plan.zone)


def _what(stretch: Stretch, runs: int, seen: Observed | None) -> list[str]:
    """Tell what is simulated."""
    first, last = (at.astimezone(stretch.zone) for at in (stretch.start_at, stretch.end_at - timedelta(seconds=1)))
    until = f" to {last:%a %d %b %Y}" if last.date() > first.date() else ""
    told = f"{first:%a %d %b %Y}{until}, {counted(runs, 'run')}"
    return [told, *(told_of(seen) if seen is not None else ())]
