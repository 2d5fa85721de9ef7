"""Notices: what an agent should know who is in no call, for a program of the administrator's to pass on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from telekit.acd.actions import Action, OfferEnded, Remind
from telekit.acd.distributor import Distributor
from telekit.domain.agent import Agent
from telekit.domain.names import AgentName
from telekit.service.clock import Clock
from telekit.service.way_back import tell_back

WORTH_TELLING = timedelta(minutes=2)
"""Who is back by themselves sooner is not told: no message gets there in time."""


class NoticeKind(StrEnum):
    """What it is about. The words are kept for good: programs read them."""

    REMINDER = "reminder"
    """A shift begins soon, and no phone of the agent's is registered."""
    KEPT_AWAY = "kept-away"
    """Missed offers keep the agent from others."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to one agent."""

    told: Mapping[str, Any]
    """In plain values, as the program gets it."""
    holds: Callable[[], bool]
    """Says whether it still does: it may have waited for its turn."""


class Notices:
    """Make a notice of what the distributor decides, where there is one in it."""

    def __init__(self, distributor: Distributor, clock: Clock) -> None:
        self._distributor = distributor
        self._clock = clock

    def of(self, action: Action) -> Notice | None:
        """Give what an agent should know of what was decided just now."""
        match action:
            case Remind(agent, begins_at):
                return self._reminder(self._distributor.plan.agents[agent], begins_at)
            case OfferEnded() if action.cause is not None and action.consequence:
                who = self._distributor.plan.agents.get(action.agent)
                return self._kept_away(who) if who is not None and self._is_kept_away(who.name) else None
            case _:
                return None

    def _reminder(self, who: Agent, begins_at: datetime) -> Notice:
        shift = self._distributor.roster.shift_at(who.name, begins_at)
        told = {
            "shift": shift.label if shift is not None else "",
            "begins_at": begins_at.astimezone(who.zone).isoformat(timespec="minutes"),
        }
        return Notice(_told(NoticeKind.REMINDER, who, told), lambda: self._still_reminds(who.name, begins_at))

    def _still_reminds(self, agent: AgentName, begins_at: datetime) -> bool:
        """Say whether that shift is still to come, and no phone has registered."""
        acd, now = self._distributor, self._clock()
        if agent not in acd.plan.agents or now >= begins_at:
            return False
        is_next = acd.roster.on_until(agent, now) is None and acd.roster.next_start(agent, now) == begins_at
        return is_next and not acd.agent(agent).registered

    def _kept_away(self, who: Agent) -> Notice:
        now = self._distributor.agent(who.name)
        told = {"reason": now.presence.reason, "back": tell_back(now.way_back, self._clock())}
        return Notice(_told(NoticeKind.KEPT_AWAY, who, told), lambda: self._is_kept_away(who.name))

    def _is_kept_away(self, agent: AgentName) -> bool:
        """Say whether missed offers keep an agent from others, for long enough to tell."""
        if agent not in self._distributor.plan.agents:
            return False
        way = self._distributor.agent(agent).way_back
        if way is None or way.missed is None:
            return False
        return way.at is None or way.at - self._clock() >= WORTH_TELLING


def _told(kind: NoticeKind, who: Agent, more: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "notice": kind.value,
        "agent": who.name,
        "name": who.full_name,
        "language": who.language,
        "phones": [str(phone) for phone in who.phones],
        "login": who.login.value,
        **more,
    }
