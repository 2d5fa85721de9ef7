"""What `telekit lines` tells: each agent's last line check, from the journal."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName
from telekit.domain.plan import Plan
from telekit.store.port import Journal


async def line_checks(journal: Journal, plan: Plan, now: datetime) -> Mapping[str, Any]:
    """Tell of every agent in the rules' order; `check` is None for one who has not tried out the line.

    The journal is read in a thread of its own. Raises `StoreError` when that cannot be done.
    """
    last = await asyncio.to_thread(_last, journal)
    return {"agents": [_told(name, last.get(name), now) for name in plan.agents]}


def _last(journal: Journal) -> Mapping[AgentName, Fact]:
    return {fact.agent: fact for fact in journal.facts(kind=FactKind.LINE_CHECKED) if fact.agent is not None}


def _told(agent: AgentName, fact: Fact | None, now: datetime) -> Mapping[str, Any]:
    if fact is None:
        return {"agent": agent, "check": None}
    findings = [finding for finding in str(fact.details["findings"]).split(", ") if finding]
    ago = max(0.0, (now - fact.at).total_seconds())
    return {"agent": agent, "check": {"at": fact.at.isoformat(), "ago": ago, **fact.details, "findings": findings}}
