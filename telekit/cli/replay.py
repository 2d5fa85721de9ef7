"""`telekit replay`: what became of real calls, and what would have become of them by these rules?"""

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import click

from telekit.cli.counted import counted
from telekit.cli.instant import read_instant, tell_instant
from telekit.cli.options import past_options, refuse_ignored, rules_of, settings_option, settings_or_defaults
from telekit.cli.replay_table import Result, as_csv, as_json, table
from telekit.domain.agent import Login
from telekit.domain.plan import Plan
from telekit.errors import StoreError, TelekitError
from telekit.history.log_file import lines_of
from telekit.history.logged_calls import logged_calls
from telekit.history.past_call import Outcome, PastCall
from telekit.history.queue_log import BadLine, Entry, read_queue_log
from telekit.history.told_calls import told_calls
from telekit.replay.comparison import Comparison
from telekit.replay.figures import figures
from telekit.replay.from_calls import Names, from_calls, in_the_rules
from telekit.replay.from_journal import from_journal
from telekit.replay.recording import Recording
from telekit.roster.roster import Roster
from telekit.rules import load
from telekit.rules.closest import did_you_mean
from telekit.rules.fingerprint import fingerprint
from telekit.store.reading import as_it_stood, first_fact, is_journal, last_fact, read_journal

DIFFERS, BAD_LINES = 1, 3
OF_JOURNAL = ("journal", "same", "differences")
MOST_BAD_LINES = 10
TELLS_EVERY = 0.2
"""Seconds between two tellings of how far it is."""


def _pairs(_: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    for each in given:
        if "=" not in each:
            raise click.BadParameter(f"{each!r} has no '='; write it as 8000=billing.")
    return {old: new for old, _, new in (each.rpartition("=") for each in given)}


@click.command()
@settings_option
@click.option(
    "--queue-log",
    "logs",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Asterisk's queue_log, plain or packed by gzip; again for the next, the oldest first.",
    metavar="FILE",
)
@past_options
@click.option(
    "--queue",
    "queues",
    multiple=True,
    callback=_pairs,
    help="A queue of the log as the rules call it.",
    metavar="OLD=NEW",
)
@click.option(
    "--agent",
    "agents",
    multiple=True,
    callback=_pairs,
    help="An agent of the log as the rules call them.",
    metavar="OLD=NEW",
)
@click.option("--same", is_flag=True, help="Fail unless every decision is the same as then.")
@click.option("--differences", default=10, show_default=True, help="How many calls to tell that go another way.")
@click.option("--csv", "for_sheet", is_flag=True, help="Print the figures for a spreadsheet.")
@click.option("--json", "for_program", is_flag=True, help="Print everything for a program.")
@click.argument("rules", nargs=-1, type=click.Path(path_type=Path, exists=True))
def replay(
    settings_file: Path,
    logs: tuple[Path, ...],
    journal: Path | None,
    since: str | None,
    until: str | None,
    queues: dict[str, str],
    agents: dict[str, str],
    same: bool,
    differences: int,
    for_sheet: bool,
    for_program: bool,
    rules: tuple[Path, ...],
) -> None:
    """Lead calls that are over once more, by the rules in RULES or those that telekit.yaml names.

    They come from telekit's own journal or from Asterisk's queue_log. By the rules of then, every decision of the
    journal is taken again, and told where not; by others, the figures of then stand beside those of now.

    \b
      telekit replay
      telekit replay --since "2026-11-23 00:00" new-rules
      telekit replay --queue-log /var/log/asterisk/queue_log --queue 8000=billing
      telekit replay --same && echo nothing has changed

    Exit status: 0 fine; 1 with --same, a decision is another one, or it cannot be read; 2 what was asked makes no
    sense; 3 it is done, but lines of the log could not be read.
    """
    if logs:
        refuse_ignored("is of telekit's journal; a queue_log holds no decisions of telekit.", *OF_JOURNAL)
    else:
        refuse_ignored("tells what a queue_log calls otherwise: name that by --queue-log.", "queues", "agents")
    if for_sheet and for_program:
        raise click.UsageError("--csv and --json exclude each other.")
    paths = rules_of(settings_file, rules)
    plan = load(paths)
    begin = read_instant(since, plan.zone, "--since") if since else None
    end = read_instant(until, plan.zone, "--until") if until else None
    _require_known("--queue", "queue", queues, plan.queues)
    _require_known("--agent", "agent", agents, plan.agents)
    bad: list[tuple[Path, BadLine]] = []
    if logs:
        result = _of_logs(plan, logs, Names(plan, queues, agents), begin, end, bad)
    else:
        result = _of_journal(plan, paths, journal or _journal_of(settings_file), begin, end)
    for file, line in bad[:MOST_BAD_LINES]:
        click.echo(f"{file}:{line.number}: {line.why}", err=True)
    if len(bad) > MOST_BAD_LINES:
        click.echo(f"and {len(bad) - MOST_BAD_LINES} more lines that cannot be read", err=True)
    if for_program:
        click.echo(json.dumps(as_json(result), ensure_ascii=False, indent=2))
    elif for_sheet:
        sheet = io.StringIO()
        csv.writer(sheet, lineterminator="\n").writerows(as_csv(result))
        click.echo(sheet.getvalue(), nl=False)
    else:
        click.echo("\n".join(table(result, plan, differences)))
    if same and result.compared is not None and not result.compared.is_same:
        sys.exit(DIFFERS)
    sys.exit(BAD_LINES if bad else 0)


def _require_known(option: str, what: str, pairs: Mapping[str, str], known: Collection[str]) -> None:
    """Raise `click.BadParameter` for a name that the rules do not have."""
    for name in pairs.values():
        if name not in known:
            hint = did_you_mean(name, known)
            raise click.BadParameter(
                "; ".join(filter(None, (f"the rules have no {what} {name!r}", hint))), param_hint=option
            )


def _journal_of(settings_file: Path) -> Path:
    settings, folder = settings_or_defaults(settings_file)
    return folder / settings.journal


def _of_journal(
    plan: Plan, paths: Sequence[Path], journal: Path, begin: datetime | None, end: datetime | None
) -> Result:
    """Replay telekit's own journal."""
    if journal.is_file() and not is_journal(journal):
        raise StoreError(f"{journal} is no journal of telekit's; a queue_log is named by --queue-log.")
    facts = list(read_journal(journal, begin, end))
    before = as_it_stood(journal, begin) if begin is not None else []
    recording = from_journal(facts, before)
    if recording is None or not recording.calls:
        raise StoreError(f"The journal {journal} tells of no call{_in_vain(journal, begin, end, plan.zone)}.")
    known = [each for each in recording.fingerprints if each is not None]
    reroutes = set(recording.fingerprints) != {fingerprint(paths, plan)}
    comparison = Comparison(plan, recording, reroutes=reroutes)
    _run(comparison, recording, plan.zone)
    was = [call for call in told_calls(facts) if call.queue]
    return _result(plan, str(journal), recording, was, comparison, other_rules=reroutes, rules_known=bool(known))


def _in_vain(journal: Path, begin: datetime | None, end: datetime | None, zone: ZoneInfo) -> str:
    first, last = first_fact(journal), last_fact(journal)
    if (begin is None and end is None) or first is None or last is None:
        return ""
    told = (tell_instant(each, zone, year=True) for each in (first, last))
    return f" in that time: it goes from {' to '.join(told)}, {zone}"


def _of_logs(
    plan: Plan,
    logs: Sequence[Path],
    names: Names,
    begin: datetime | None,
    end: datetime | None,
    bad: list[tuple[Path, BadLine]],
) -> Result:
    """Replay Asterisk's queue_log."""
    pauses: list[Entry] = []

    def entries() -> Iterator[Entry]:
        for file in logs:
            for each in read_queue_log(lines_of(file), plan.zone):
                if isinstance(each, BadLine):
                    bad.append((file, each))
                    continue
                if "PAUSE" in each.event:
                    pauses.append(each)
                yield each

    first, last = begin or datetime.min.replace(tzinfo=UTC), end or datetime.max.replace(tzinfo=UTC)
    entered: list[datetime] = []

    def in_time() -> Iterator[PastCall]:
        for call in logged_calls(entries()):
            entered.append(call.entered_at)
            if first <= call.entered_at <= last:
                yield call

    calls = in_the_rules(in_time(), names)
    recording = from_calls(calls, pauses, names)
    if recording is None:
        raise TelekitError(_no_call(names, entered, bad, plan.zone))
    there = {name: replace(agent, login=Login.ROSTER) for name, agent in plan.agents.items()}
    comparison = Comparison(replace(plan, agents=there), recording, reroutes=True)
    _run(comparison, recording, plan.zone)
    source = ", ".join(map(str, logs))
    ended = [call for call in calls if call.outcome is not Outcome.UNKNOWN]
    result = _result(plan, source, recording, ended, comparison, other_rules=True, rules_known=False)
    result.left_out = len(calls) - len(ended)
    result.compared = None
    result.unknown_queues, result.unknown_agents = dict(names.unknown_queues), dict(names.unknown_agents)
    result.bad_lines = len(bad)
    return result


def _no_call(names: Names, entered: Sequence[datetime], bad: Sequence[tuple[Path, BadLine]], zone: ZoneInfo) -> str:
    """Say why a log tells of no call that can be replayed."""
    if names.unknown_queues:
        queues = f"of its queues ({', '.join(names.unknown_queues)}) the rules have none"
        return f"The log tells of no call that can be replayed: {queues}: name them, as in --queue 8000=billing."
    if entered:
        told = " to ".join(tell_instant(each, zone, year=True) for each in (min(entered), max(entered)))
        return f"The log tells of no call in that time: it goes from {told}, {zone}."
    if bad:
        file, line = bad[0]
        lines = counted(len(bad), "line cannot", "lines cannot")
        return f"The log tells of no call: {lines} be read, the first is {file}:{line.number}: {line.why}."
    return "The log tells of no call."


def _result(
    plan: Plan,
    source: str,
    recording: Recording,
    was: Sequence[PastCall],
    comparison: Comparison,
    *,
    other_rules: bool,
    rules_known: bool,
) -> Result:
    roster = Roster(plan)
    now = list(told_calls(comparison.replay.facts))
    return Result(
        source=source,
        began_at=recording.began_at,
        ended_at=recording.ended_at,
        was=figures(was, roster, plan.agents),
        now=figures(now, roster, plan.agents),
        compared=comparison.compared(),
        other_rules=other_rules,
        rules_known=rules_known,
        elsewhere=Counter(comparison.replay.elsewhere.values()),
        beyond=comparison.replay.beyond_patience,
        guessed=comparison.replay.guessed,
    )


def _run(comparison: Comparison, recording: Recording, zone: ZoneInfo) -> None:
    """Replay it all; on a terminal, tell how far it is."""
    if not sys.stderr.isatty():
        comparison.replay.run()
        return
    whole = (recording.ended_at - recording.began_at).total_seconds() or 1.0
    told_at = monotonic()

    def progress(now: datetime) -> None:
        nonlocal told_at
        if monotonic() - told_at >= TELLS_EVERY:
            told_at = monotonic()
            share = min((now - recording.began_at).total_seconds() / whole, 1.0)
            click.echo(f"\r{share:4.0%}  {now.astimezone(zone):%Y-%m-%d %H:%M}", err=True, nl=False)

    comparison.replay.run(progress=progress)
    click.echo("\r\x1b[K", err=True, nl=False)
