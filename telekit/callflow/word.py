"""An agent's word: told by a code that the phone dials, or by a program; either way it means the same."""

from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from telekit.acd.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    Event,
    WrapUpEnded,
    WrapUpExtended,
)
from telekit.callflow.desk import Desk
from telekit.domain.agent import Agent
from telekit.domain.fact import Fact, FactKind

BY_PHONE = "phone"
"""Who told it, where it was a code."""
USUAL = timedelta(minutes=1)
"""What is added to the wrap-up after a call of a queue without one."""
AGAIN_WITHIN = timedelta(minutes=2)
"""So soon after its end, or after a call without one, a wrap-up can still be extended: it begins again."""


class Word(StrEnum):
    """What an agent may say of themselves."""

    LOGIN = "login"
    LOGOUT = "logout"
    PAUSE = "pause"
    RESUME = "resume"
    END_WRAP_UP = "end-wrap-up"
    EXTEND_WRAP_UP = "extend-wrap-up"


def may_extend_wrap_up(desk: Desk, agent: Agent) -> bool:
    """Say whether an agent is in a wrap-up, or was in one or on a call just now."""
    now = desk.agent(agent.name)
    if now is None or now.off_at is None or now.conversations or now.offer is not None:
        return False
    return now.wrap_until_at is not None or (now.freed_at is not None and desk.now() - now.freed_at <= AGAIN_WITHIN)


async def take_word(
    desk: Desk, agent: Agent, word: Word, by: str, *, reason: str = "", more: timedelta | None = None
) -> None:
    """Write down that an agent said something and who told it, and let it hold; it outlives telekit when this is done.

    `reason` is of a pause, `more` how much longer a wrap-up is to last: as much again as the rules give, if left out.
    """
    event = _event(desk, agent, word, reason, more)
    until = event.until_at.timestamp() if isinstance(event, WrapUpExtended) else None
    said = {"word": word, "reason": reason, "by": by, "until": until}
    desk.record(Fact(desk.now(), FactKind.SAID, agent=agent.name, details=said))
    desk.tell(event)
    await desk.journaled()


def _event(desk: Desk, agent: Agent, word: Word, reason: str, more: timedelta | None) -> Event:
    match word:
        case Word.LOGIN:
            return AgentLoggedIn(agent.name)
        case Word.LOGOUT:
            return AgentLoggedOut(agent.name)
        case Word.PAUSE:
            return AgentPaused(agent.name, reason)
        case Word.RESUME:
            return AgentResumed(agent.name)
        case Word.END_WRAP_UP:
            return WrapUpEnded(agent.name)
        case Word.EXTEND_WRAP_UP:
            now = desk.agent(agent.name)
            until_at = now.wrap_until_at if now is not None else None
            usual = now.wrap_up if now is not None else None
            return WrapUpExtended(agent.name, max(desk.now(), until_at or desk.now()) + (more or usual or USUAL))
        case _:
            assert_never(word)
