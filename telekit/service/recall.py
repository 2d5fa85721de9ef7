"""What the journal knows of conversations before the start, so that callers can be told waits soon after it."""

import logging
from datetime import timedelta

from telekit.acd.experience import Experience
from telekit.domain.fact import FactKind
from telekit.errors import StoreError
from telekit.store.port import Journal

log = logging.getLogger(__name__)

MOST_RECALLED = 3_000
"""Conversations, the latest of all queues; they are read in a few hundredths of a second."""


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
