"""What an agent hears before the caller is joined: which queue it is, how long the caller has waited, their name."""

from datetime import timedelta

from telekit.acd.actions import Offer
from telekit.callflow.desk import Desk
from telekit.callflow.prompts import (
    WAITED,
    WAITED_A_MINUTE,
    WAITED_OVER_AN_HOUR,
    WAITED_UNDER_A_MINUTE,
    prompt_named,
)
from telekit.callflow.spoken import OVER_AN_HOUR, UNDER_A_MINUTE, minutes_told, spelled, spoken_number
from telekit.domain.call import Caller
from telekit.pbx.port import Whisper


def whisper_for(desk: Desk, offer: Offer, caller: Caller) -> Whisper | None:
    """Word the whisper of an offer, in the agent's language; None where the queue has none, or nothing to tell."""
    queue, agent = desk.plan.queues.get(offer.queue), desk.plan.agents.get(offer.agent)
    if queue is None or agent is None or queue.whisper is None:
        return None
    waited = _waited(offer.waited, agent.language) if queue.whisper.wait else ()
    name = spelled(caller.name) if queue.whisper.name else ()
    prompts = (*map(prompt_named, queue.whisper.say), *name, *waited)
    return Whisper(agent.language, prompts) if prompts else None


def _waited(wait: timedelta, language: str) -> tuple[str, ...]:
    match minutes_told(wait):
        case minutes if minutes == UNDER_A_MINUTE:
            return (WAITED_UNDER_A_MINUTE,)
        case minutes if minutes == OVER_AN_HOUR:
            return (WAITED_OVER_AN_HOUR,)
        case 1:
            return (WAITED_A_MINUTE,)
        case minutes:
            return (WAITED, *spoken_number(minutes, language), "queue-minutes")
