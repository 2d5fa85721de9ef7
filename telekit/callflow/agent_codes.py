"""The codes that agents dial from their own phones; what each does stands beside it."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from telekit.acd.views import AgentNow
from telekit.acd.way_back import Return
from telekit.callflow import prompts
from telekit.callflow.desk import Desk
from telekit.callflow.line_check import check_line
from telekit.callflow.missed_call import hear_missed_call
from telekit.callflow.pause import pause
from telekit.callflow.say import say
from telekit.callflow.word import BY_PHONE, Word, take_word
from telekit.callflow.wrap_up import extend_wrap_up
from telekit.domain.agent import Agent
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.presence import Presence
from telekit.pbx.port import Call, Script

log = logging.getLogger(__name__)

WORDS: Mapping[str, tuple[Word, str]] = {
    "login": (Word.LOGIN, prompts.LOGGED_IN),
    "logout": (Word.LOGOUT, prompts.LOGGED_OUT),
    "resume": (Word.RESUME, prompts.RESUMED),
    "end-wrap-up": (Word.END_WRAP_UP, prompts.WRAP_UP_ENDED),
}
"""From what the dialplan asks (`agi://…/agent?do=login`) to what is told, and to what is heard if it came so."""
DIALOGUES: Mapping[str, Callable[[Call, Desk, Agent], Awaitable[None]]] = {
    "pause": pause,
    "extend-wrap-up": extend_wrap_up,
}
"""The same for codes with more to them than a word; each says itself what has come of it."""
SHIFT, MISSED_CALL, LINE_CHECK = "shift", "missed-call", "line-check"
CODES = frozenset((*WORDS, *DIALOGUES, SHIFT, MISSED_CALL, LINE_CHECK))


def agent_script(desk: Desk, *, calls_back: bool = False) -> Script:
    """Make the script behind the codes; a phone that is no agent's hears so, and nothing else happens.

    `calls_back` says whether numbers can be called, by a trunk.
    """

    async def agent_codes(call: Call) -> None:
        await call.answer()
        agent = _agent_at(desk, call.arguments.get("endpoint", ""))
        if agent is None:
            await say(call, prompts.NOT_AN_AGENT)
        else:
            await call.speak(agent.language)
            await _obey(call, desk, agent, calls_back=calls_back)
        await call.hang_up()

    return agent_codes


def _agent_at(desk: Desk, endpoint: str) -> Agent | None:
    phone = Phone(PhoneKind.SIP, endpoint)
    return next((agent for agent in desk.plan.agents.values() if phone in agent.phones), None)


async def _obey(call: Call, desk: Desk, agent: Agent, *, calls_back: bool) -> None:
    """Do what a code asks, and say what has become of it: off shift no code brings a call."""
    wanted = call.arguments.get("do", "")
    if wanted not in CODES:
        log.error("the dialplan asks for %r, which is no code for agents: see telekit-code there", wanted)
        await say(call, prompts.FAULT)
        return
    heard = ""
    if wanted in WORDS:
        word, heard = WORDS[wanted]
        await take_word(desk, agent, word, BY_PHONE)
    now = desk.agent(agent.name)
    if now is None:  # the rules have changed this very moment
        await say(call, prompts.NOT_AN_AGENT)
    elif wanted == LINE_CHECK:  # off shift too: whoever tries the line out does it before work begins
        await check_line(call, desk, agent)
    elif wanted == SHIFT or (now.off_at is None and wanted != "logout"):
        await say(call, *_shift(desk, agent))
    elif wanted == MISSED_CALL:
        await hear_missed_call(call, desk.missed_call(agent.name), calls_back=calls_back)
    elif _is_logged_out(now):
        await say(call, prompts.LOGGED_OUT)
    elif wanted in DIALOGUES:
        await DIALOGUES[wanted](call, desk, agent)
    else:
        await say(call, heard)
    await say(call, *_how_to_return(desk.agent(agent.name)))


def _how_to_return(now: AgentNow | None) -> Sequence[str]:
    """Tell an agent whom missed calls keep from others how that ends."""
    way = now.way_back if now is not None else None
    if way is None or way.missed is None:
        return ()
    return [prompts.KEPT_AWAY if way.how is Return.RESUMING else prompts.KEPT_AWAY_A_WHILE]


def _is_logged_out(now: AgentNow) -> bool:
    return now.presence.presence is Presence.LOGGED_OUT


def _shift(desk: Desk, agent: Agent) -> Sequence[str | datetime]:
    """Tell when today's shift, or the rest of the one that runs, begins and ends, in the agent's own time."""
    now = desk.now()
    block = next(desk.roster.blocks(agent.name, now, _end_of_day(now, agent)), None)
    if block is None:
        return [prompts.NO_SHIFT_TODAY]
    begins, ends = (moment.astimezone(agent.zone) for moment in (block.start_at, block.end_at))
    return [prompts.YOUR_SHIFT, begins, prompts.UNTIL, ends]


def _end_of_day(now: datetime, agent: Agent) -> datetime:
    local = now.astimezone(agent.zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=1)
