"""`telekit explain --call`: why was a call that is over offered to whom, and to nobody else?"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from telekit.cli.instant import read_instant, tell_instant
from telekit.cli.options import settings_or_defaults
from telekit.cli.past_answer import past_as_json, tell_moment, tell_past
from telekit.domain.names import CallId
from telekit.domain.plan import Plan
from telekit.errors import TelekitError
from telekit.replay.from_journal import from_journal
from telekit.replay.past import PastCall
from telekit.rules import load
from telekit.rules.fingerprint import fingerprint
from telekit.store.reading import as_it_stood, last_fact, last_start, latest_calls, read_journal

MOST_NAMED = 3
LOOKS_BACK = timedelta(hours=24)
"""So long before a call everything is led once more, so that each agent is where they were: a shift is no longer."""


def explain_past(
    settings_file: Path,
    journal: Path | None,
    name: str,
    at_text: str | None,
    paths: Sequence[Path],
    *,
    everybody: bool,
    for_program: bool,
) -> int:
    """Tell what the journal holds of a call; give the exit status. Raises `TelekitError` where it holds nothing."""
    if journal is None:
        settings, folder = settings_or_defaults(settings_file)
        journal = folder / settings.journal
    plan = load(paths)
    at = read_instant(at_text, plan.zone) if at_text is not None else None
    call = CallId(name)
    facts = list(read_journal(journal, call=call))
    if not facts:
        raise TelekitError(f"The journal {journal} has no call {name!r}{_latest(journal, plan)}.")
    if at is not None:
        _require_known(journal, at, plan)
    ended_at = max(facts[-1].at, at or facts[-1].at)
    began_at = facts[0].at - LOOKS_BACK
    started_at = last_start(journal, facts[0].at)
    began_at = max(began_at, started_at) if started_at is not None else began_at
    recording = from_journal(read_journal(journal, began_at, ended_at), as_it_stood(journal, began_at))
    if recording is None:
        raise TelekitError(f"The journal {journal} cannot be read from {began_at:%Y-%m-%d %H:%M} on.")
    then = recording.fingerprints[-1] if recording.fingerprints else None
    rules = _which(then, fingerprint(paths, plan))
    past = PastCall(plan, recording, call, facts)
    found = past.through() if at is None else past.moment(at)
    if for_program:
        click.echo(json.dumps(past_as_json(found, rules), ensure_ascii=False, indent=2))
    elif at is None:
        click.echo("\n".join(tell_past(found, plan, rules, everybody=everybody)))
    else:
        click.echo("\n".join(tell_moment(found, plan, rules, at, everybody=everybody)))
    return 0 if found.difference is None else 1


def _latest(journal: Path, plan: Plan) -> str:
    """Name some calls that it has, the latest first."""
    calls = [
        f"{fact.call} ({tell_instant(fact.at, plan.zone, year=False)})" for fact in latest_calls(journal, MOST_NAMED)
    ]
    return f"; its latest are {', '.join(calls)}" if calls else ""


def _require_known(journal: Path, at: datetime, plan: Plan) -> None:
    """Raise `TelekitError` for a moment after the last of which the journal tells."""
    known = last_fact(journal)
    if known is None or at > known:
        end = f" ends {tell_instant(known, plan.zone, year=True)}, {plan.zone}" if known is not None else " is empty"
        raise TelekitError(
            f"The journal {journal}{end}: how it stood later it does not tell. `telekit explain --live` tells how it "
            "stands now."
        )


def _which(then: str | None, now: str) -> str:
    if then is None:
        return "the journal does not tell whether these are those of then"
    return "those of then" if then == now else "others than those of then, which git knows: the cases are those of now"
