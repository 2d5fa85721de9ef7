"""`telekit queue-log`: the rows that `queue_log` in the settings would have written of a past span."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from telekit.cli.instant import read_instant
from telekit.cli.options import past_options, rules_of, settings_option, settings_or_defaults
from telekit.reports.queue_log import QueueLog
from telekit.reports.row import RowNames
from telekit.rules import load
from telekit.store.reading import facts_behind, last_id

LONGEST_CALL = timedelta(hours=24)
"""What happened earlier makes no difference to rows."""
LATEST_ROW = timedelta(minutes=1)
"""A row is led to so long after its moment at most."""


@click.command("queue-log")
@settings_option
@past_options
def queue_log(settings_file: Path, journal: Path | None, since: str | None, until: str | None) -> None:
    """Print a past span as Asterisk's queues would have written it, for what reads a queue_log.

    The rows are made of telekit's journal, and are those that telekit writes where telekit.yaml names a `queue_log`.

    \b
      telekit queue-log > queue_log
      telekit queue-log --since "2026-11-23 00:00" >> queue_log

    Exit status: 0 fine, 1 the journal cannot be read, 2 what was asked makes no sense.
    """
    begin, end = _span(settings_file, since, until)
    settings, folder = settings_or_defaults(settings_file)
    journal = journal or folder / settings.journal
    line = RowNames(settings.queue_log.agents, settings.queue_log.queues).line
    rows = QueueLog()
    behind = last_id(journal, begin - LONGEST_CALL) if begin is not None else 0
    for _, fact in facts_behind(journal, behind):
        if end is not None and fact.at > end + LATEST_ROW:
            return
        for row in rows.rows(fact):
            if (begin is None or row.at >= begin) and (end is None or row.at < end):
                click.echo(line(row), nl=False)


def _span(settings_file: Path, since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    if since is None and until is None:
        return None, None
    zone = load(rules_of(settings_file, ())).zone
    begin = read_instant(since, zone, "--since") if since is not None else None
    end = read_instant(until, zone, "--until") if until is not None else None
    return begin, end
