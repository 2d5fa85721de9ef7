"""What `telekit status` tells: the living service in plain values."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from telekit import __version__
from telekit.domain.presence import Presence
from telekit.roster.block import FOREVER
from telekit.service.exchange import Exchange


def status_of(exchange: Exchange, started_at: datetime, rules: str) -> Mapping[str, Any]:
    """Tell the state of everything; spans are seconds, moments are ISO 8601 in each agent's own zone."""
    now, acd, plan = exchange.now(), exchange.distributor, exchange.plan
    agents = acd.agents()
    talking = Counter(conversation.queue for conversation in acd.conversations())
    return {
        "version": __version__,
        "up": (now - started_at).total_seconds(),
        "link": exchange.link,
        "rules": rules,
        "queues": [
            {
                "queue": queue.queue,
                "open": queue.open,
                "waiting": len(queue.calls),
                "longest": max(((now - call.entered_at).total_seconds() for call in queue.calls), default=0.0),
                "talking": talking[queue.queue],
            }
            for queue in acd.queues()
        ],
        "calls": [
            {
                "call": call.call,
                "queue": call.queue,
                "state": "rings" if call.offer else "waits",
                "waited": (now - call.entered_at).total_seconds(),
                "step": call.step,
                "agent": call.offer.agent if call.offer else None,
            }
            for queue in acd.queues()
            for call in queue.calls
        ],
        "agents": [
            {
                "agent": agent.agent,
                "name": plan.agents[agent.agent].full_name,
                "presence": agent.presence.presence.value,
                "for": max(0.0, (now - agent.presence.since_at).total_seconds()),
                "reason": agent.presence.reason,
                "until": _ends(agent.off_at, plan.agents[agent.agent].zone),
                "calls": agent.calls,
            }
            for agent in agents
        ],
        "free": sum(agent.presence.presence is Presence.AVAILABLE for agent in agents),
    }


def _ends(off_at: datetime | None, zone: Any) -> str | None:
    if off_at is None or off_at >= FOREVER:
        return None
    return off_at.astimezone(zone).isoformat(timespec="minutes")
