"""What the journal knows from before the start: how agents stood, which calls have no end, how long things take."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from telekit.acd.events import AgentReminded, Event
from telekit.acd.experience import Experience
from telekit.domain.callback import LONGEST_PROMISE
from telekit.domain.fact import FactKind
from telekit.domain.plan import Plan
from telekit.errors import LinkError, StoreError, SwitchError
from telekit.pbx.port import Switch
from telekit.roster.roster import Roster
from telekit.service.callbacks import Callbacks
from telekit.service.earlier import LONGEST_CALL, Earlier
from telekit.service.exchange import Exchange
from telekit.service.missed_calls import MissedCalls
from telekit.service.promises import read_promises
from telekit.service.standing import standings
from telekit.store.port import Journal

log = logging.getLogger(__name__)

AGAIN_AFTER = 5.0
"""Seconds between two tries to read what must not be forgotten."""
MOST_RECALLED = 3_000
"""Conversations, the latest of all queues; they are read in a few hundredths of a second."""


MOST_REMINDED = 20_000
"""Reminders, the latest: the agents of a large centre, each of one shift."""
MOST_MISSED = 1_000
"""Offers, the latest that ended, among them those that were missed."""


async def recall(journal: Journal, experience: Experience) -> None:
    """Take in how long conversations and pickups lately took; what the journal cannot tell is learnt anew."""
    try:
        joined = await journal.latest(FactKind.JOINED, MOST_RECALLED)
        finished = await journal.latest(FactKind.FINISHED, MOST_RECALLED)
    except StoreError as error:
        log.error("how long conversations usually take is learnt anew: %s", error)
        return
    for fact in joined:
        if fact.queue is not None and isinstance(rang := fact.details.get("rang"), int | float):
            experience.picked_up(fact.queue, timedelta(seconds=rang))
    for fact in finished:
        spans = [fact.details.get(span) for span in ("talked", "held")]
        experience.talked(fact.queue, timedelta(seconds=sum(span for span in spans if isinstance(span, int | float))))


async def recall_calls(journal: Journal, earlier: Earlier, now: datetime) -> None:
    """Take in which calls an earlier telekit left without an end, so that they get one."""
    try:
        earlier.recall(await journal.unfinished(now - LONGEST_CALL))
    except StoreError as error:
        log.error("which calls have no end in the journal is not known: %s", error)


async def recall_reminded(journal: Journal, tell: Callable[[Event], None]) -> None:
    """Take in who was reminded of which shift, so that a restart reminds nobody twice."""
    try:
        reminded = await journal.latest(FactKind.REMINDED, MOST_REMINDED)
    except StoreError as error:
        log.error("who was reminded before the start is not known: %s", error)
        return
    for fact in reminded:
        if fact.agent is not None and isinstance(begins_at := fact.details.get("begins_at"), int | float):
            tell(AgentReminded(fact.agent, datetime.fromtimestamp(begins_at, UTC)))


async def recall_promises(journal: Journal, callbacks: Callbacks, now: datetime) -> bool:
    """Take in who was promised to be called back, and is still to be; False while the journal cannot tell."""
    try:
        callbacks.recall(read_promises(await journal.promised(now - LONGEST_PROMISE)))
    except StoreError as error:
        log.error("who was promised to be called back before the start is not known, and is asked again: %s", error)
        return False
    return True


async def recall_promises_late(journal: Journal, exchange: Exchange, switch: Switch) -> None:
    """Ask until the journal tells it, then let them wait at their places; without a link, once that is up."""
    try:
        while True:
            await asyncio.sleep(AGAIN_AFTER)
            if await recall_promises(journal, exchange.callbacks, exchange.now()):
                break
        with suppress(LinkError, SwitchError):
            exchange.restore(await switch.legs())
    except Exception:  # nobody waits for this, so nobody else would tell
        log.exception("callers who were promised before the start to be called back may have to wait for the next one")
    else:
        log.warning("it is known now who was promised to be called back before the start")


async def recall_agents(
    journal: Journal, tell: Callable[[Event], None], plan: Plan, roster: Roster, now: datetime
) -> None:
    """Let agents be logged in or out, paused or in their wrap-up as before; nobody is offered a call until then."""
    try:
        facts = await journal.of_agents()
    except StoreError as error:
        log.error("who was paused or logged out before the start is not known: %s", error)
        return
    for recalled in standings(facts, plan.agents, roster, now):
        tell(recalled)


async def recall_missed(journal: Journal, missed_calls: MissedCalls) -> None:
    """Take in whom each agent missed last, so that `*78` tells it also after a restart."""
    try:
        arrived = await journal.latest(FactKind.CALL_ARRIVED, MOST_RECALLED)
        ended = await journal.latest(FactKind.OFFER_ENDED, MOST_MISSED)
    except StoreError as error:
        log.error("whom agents have missed before the start is not known: %s", error)
        return
    missed_calls.recall(arrived, ended)
