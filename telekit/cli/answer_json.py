"""What `telekit explain --json` prints: the way of an imagined call, for a program."""

from datetime import datetime
from typing import Any

from telekit.acd.imagine import Choice, Imagined
from telekit.acd.imagined_queue import ImaginedQueue
from telekit.acd.verdict import Verdict
from telekit.domain.destination import Destination, HangUp, ToMenu, ToNumber, ToQueue, ToScript, ToVoicemail


def as_json(imagined: Imagined, at: datetime) -> dict[str, Any]:
    """Give values that JSON has; instants are ISO 8601 in UTC, spans are seconds."""
    route = imagined.route
    return {
        "at": at.isoformat(),
        "route": {"name": route.label, "origin": str(route.origin)} if route else None,
        "asked": [{"lookup": inquiry.lookup, "origin": str(inquiry.origin)} for inquiry in imagined.asked],
        "preferred": _preferred_as_json(imagined),
        "near_misses": [{"name": near.label, "origin": str(near.origin)} for near in imagined.near_misses],
        "way": [
            {"menu": stage.menu, "key": stage.key, "leads": stage.leads}
            if isinstance(stage, Choice)
            else _queue_as_json(stage)
            for stage in imagined.way
        ],
        "unused_keys": list(imagined.unused),
        "circles": imagined.circles,
        "destination": _destination_as_json(imagined.destination),
        "offered": imagined.offered,
    }


def _preferred_as_json(imagined: Imagined) -> dict[str, Any] | None:
    if imagined.preferred is None:
        return None
    refused = [stage.refused for stage in imagined.way if isinstance(stage, ImaginedQueue)][:1]
    return {
        "agent": imagined.preferred.agent,
        "for": imagined.preferred.span.total_seconds(),
        "refused": refused[0] if refused else None,
    }


def _queue_as_json(queue: ImaginedQueue) -> dict[str, Any]:
    change, treatment = queue.change, queue.treatment
    return {
        "queue": queue.queue,
        "at": queue.at.isoformat(),
        "closed": str(queue.closed) if queue.closed else None,
        "rings": list(queue.rings),
        "waits": queue.waits.total_seconds(),
        "diverted": queue.diverted.value if queue.diverted else None,
        "asked": queue.asked,
        "then": {"play": list(treatment.play), "go": _destination_as_json(treatment.then)} if treatment else None,
        "change": {"at": change.at.isoformat(), "open": change.open, "agents": list(change.then)} if change else None,
        "agents": [verdict_as_json(verdict) for verdict in queue.verdicts],
    }


def verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    """Give one agent's case."""
    return {
        "agent": verdict.agent,
        "eligible": verdict.eligible,
        "step": verdict.step,
        "reason": verdict.obstacle.value if verdict.obstacle else None,
        "detail": verdict.detail,
        "origin": str(verdict.origin) if verdict.origin.file else None,
    }


def _destination_as_json(to: Destination) -> dict[str, str]:
    match to:
        case ToQueue(queue):
            return {"queue": queue}
        case ToMenu(menu):
            return {"menu": menu}
        case ToScript(script):
            return {"script": script}
        case ToNumber(number):
            return {"number": number}
        case ToVoicemail():
            return {"end": "voicemail"}
        case HangUp():
            return {"end": "hangup"}
