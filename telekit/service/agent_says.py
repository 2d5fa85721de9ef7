"""What a program asks of one agent: how they are, or that something they say shall hold."""

from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from telekit.acd.views import AgentNow
from telekit.callflow.word import AGAIN_WITHIN, Word, may_extend_wrap_up, take_word
from telekit.domain.agent import Agent
from telekit.domain.names import AgentName
from telekit.domain.presence import Presence
from telekit.errors import TelekitError
from telekit.service.control import Answer, Request
from telekit.service.exchange import Exchange
from telekit.service.status import tell_agent

LONGEST_REASON = 60
"""Characters."""
MOST_MINUTES = 99


async def agent_says(exchange: Exchange, request: Request) -> Answer:
    """Let an agent's word hold if one is told; give how they are then, as `telekit status` has it.

    Raises `TelekitError` where the word is none, or can have no effect.
    """
    words = request.words
    agent = _agent(exchange, words.get("agent"))
    word = _word(words.get("word"))
    if word is not None:
        more = _more(words.get("minutes"), word)
        _require_sense(word, _now(exchange, agent), agent)
        if word is Word.EXTEND_WRAP_UP and not may_extend_wrap_up(exchange, agent):
            raise TelekitError(_no_wrap_up(_now(exchange, agent)))
        await take_word(
            exchange, agent, word, request.by, reason=_reason(exchange, words.get("reason"), word), more=more
        )
    return tell_agent(_now(exchange, agent), agent, exchange.now())


def _agent(exchange: Exchange, name: object) -> Agent:
    agent = exchange.plan.agents.get(AgentName(str(name)))
    if agent is None:
        raise TelekitError(f"There is no agent {name!r} in the rules that hold{_meant(name, exchange.plan.agents)}.")
    return agent


def _word(told: object) -> Word | None:
    if told is None:
        return None
    words = [word.value for word in Word]
    if told not in words:
        raise TelekitError(f"No agent can say {told!r}; there are {', '.join(words)}.")
    return Word(told)


def _require_sense(word: Word, now: AgentNow, agent: Agent) -> None:
    """Raise `TelekitError` where nobody is there who could do so."""
    if now.presence.presence is not Presence.LOGGED_OUT or word in (Word.LOGIN, Word.LOGOUT):
        return
    why = "off shift" if now.off_at is None else "logged out"
    raise TelekitError(f"{agent.name} is {why}: {word} means nothing then.")


def _no_wrap_up(now: AgentNow) -> str:
    minutes = AGAIN_WITHIN // timedelta(minutes=1)
    why = f"{now.agent} is {now.presence.presence}"
    if now.conversations:
        return f"{why}: a wrap-up can be extended once it runs, and up to {minutes} minutes after it."
    return f"{why}: there is no wrap-up to extend, nor did a call or a wrap-up end within the last {minutes} minutes."


def _reason(exchange: Exchange, told: object, word: Word) -> str:
    """Give the reason of a pause: one of those that the rules name, where they name some."""
    if told is None or told == "":
        return ""
    named = exchange.plan.pauses.values()
    if word is not Word.PAUSE:
        raise TelekitError(f"Only a pause has a reason, not {word}.")
    if named and told not in named:
        raise TelekitError(f"No pause has the reason {told!r}; the rules name {', '.join(named)}.")
    if not isinstance(told, str) or not told.isprintable() or len(told) > LONGEST_REASON:
        raise TelekitError(f"A reason is a line of at most {LONGEST_REASON} characters.")
    return told


def _more(told: object, word: Word) -> timedelta | None:
    if told is None:
        return None
    if word is not Word.EXTEND_WRAP_UP:
        raise TelekitError(f"Only a wrap-up is extended by minutes, not {word}.")
    if not isinstance(told, int) or not 0 < told <= MOST_MINUTES:
        raise TelekitError(f"A wrap-up is extended by 1 to {MOST_MINUTES} minutes, not {told!r}.")
    return timedelta(minutes=told)


def _now(exchange: Exchange, agent: Agent) -> AgentNow:
    now = exchange.agent(agent.name)
    if now is None:
        raise TelekitError(f"{agent.name} is no longer in the rules.")
    return now


def _meant(name: object, known: Mapping[AgentName, Any]) -> str:
    near = get_close_matches(str(name), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
