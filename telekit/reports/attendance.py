"""The rows of a queue_log that tell of agents: who has come and gone, who pauses."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName
from telekit.domain.presence import Presence
from telekit.reports.row import Row, whole_seconds
from telekit.reports.state import Seen, State, There

AUTO_PAUSE = "Auto-Pause"
"""Why an agent pauses who has missed calls. Source: Asterisk apps/app_queue.c, rna."""
SOON = timedelta(seconds=5)
"""After so long a telekit that began has learnt how everybody stood, also where the switch is not there."""


def attendance_rows(state: State, fact: Fact) -> Iterator[Row]:
    """Give what a fact tells of agents.

    A telekit that begins learns step by step how they stood; what comes of it is told as one.
    """
    if fact.kind is FactKind.STARTED:
        state.started_at = fact.at
        state.learnt.clear()
    at = state.started_at
    if at is not None and (fact.kind is FactKind.LINK_UP or fact.at - at > SOON):
        state.started_at = None
        for name in sorted({*state.there, *state.learnt}):
            yield from _now(state, name, state.learnt.get(name), at)
    if fact.kind is FactKind.PRESENCE and fact.agent is not None:
        told = fact.details
        seen = Seen(str(told.get("now")), str(told.get("reason") or ""), bool(told.get("missed")))
        if state.started_at is not None:
            state.learnt[fact.agent] = seen
        else:
            yield from _now(state, fact.agent, seen, fact.at)


def _now(state: State, name: AgentName, seen: Seen | None, at: datetime) -> Iterator[Row]:
    """Tell how an agent is now; None is one of whom nothing is told any more."""
    there = state.there.get(name)
    if seen is None or seen.now == Presence.LOGGED_OUT:
        if there is not None:
            del state.there[name]
            yield Row(at, "AGENTLOGOFF", ("", whole_seconds(at) - whole_seconds(there.since_at)), agent=name)
        return
    if there is None:
        there = state.there[name] = There(at)
        yield Row(at, "AGENTLOGIN", agent=name)
    pauses = seen.now == Presence.PAUSED
    if pauses and not there.pauses:
        yield Row(at, "PAUSEALL", (AUTO_PAUSE if seen.missed else seen.reason,), agent=name)
    elif there.pauses and not pauses:
        yield Row(at, "UNPAUSEALL", agent=name)
    there.pauses = pauses
