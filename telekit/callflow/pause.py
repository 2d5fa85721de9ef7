"""An agent pauses, and may say why: by a key that the rules give a reason."""

from datetime import timedelta

from telekit.callflow import prompts
from telekit.callflow.desk import Desk
from telekit.callflow.say import NOT_DONE, say
from telekit.callflow.word import BY_PHONE, Word, take_word
from telekit.domain.agent import Agent
from telekit.pbx.port import Call

KEY_WITHIN = timedelta(seconds=4)


async def pause(call: Call, desk: Desk, agent: Agent) -> None:
    """Pause at once, whatever comes of the reason: dialled with the code, or by a key after it."""
    await take_word(desk, agent, Word.PAUSE, BY_PHONE)
    key, reasons = call.arguments.get("key", ""), desk.plan.pauses
    if key and key not in reasons:
        await say(call, prompts.MENU_INVALID)
        key = ""
    await say(call, prompts.PAUSED)
    if not key and reasons:
        key = await _choose(call, tuple(reasons))
    if key in reasons:
        await take_word(desk, agent, Word.PAUSE, BY_PHONE, reason=reasons[key])
        await say(call, prompts.PAUSE_REASON)
        await call.say_digits(key)


async def _choose(call: Call, keys: tuple[str, ...]) -> str:
    """Wait for a key that has a reason; empty when none is pressed."""
    try:
        return await call.menu(prompts.PAUSE_CHOOSE, choices=keys, tries=1, timeout=KEY_WITHIN) or ""
    except NOT_DONE:
        return ""
