"""How a script hears what was decided for its call."""

import asyncio
from datetime import timedelta

from telekit.acd.actions import Divert, DivertReason, Offer, Queued
from telekit.callflow.ticket import Ticket
from telekit.domain.destination import Treatment
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.pbx.loopback.clock import NOON
from tests.acd.day import sip

CALL, HELP = CallId("1"), QueueName("help")
WAITS = Queued(CALL, HELP, NOON)
LEAVES = Divert(CALL, HELP, Treatment(), DivertReason.CLOSED, timedelta(0))


def offer(number: int) -> Offer:
    none = timedelta(0)
    return Offer(OfferId(f"1.{number}"), CALL, HELP, AgentName("amina"), sip("amina"), none, 0, none)


async def test_decisions_come_in_their_order() -> None:
    ticket = Ticket(CALL)
    ticket.put(offer(1))
    ticket.put(LEAVES)
    assert [await ticket.next(), await ticket.next()] == [offer(1), LEAVES]


async def test_who_asks_first_waits() -> None:
    ticket = Ticket(CALL)
    waiting = asyncio.ensure_future(ticket.next())
    await asyncio.sleep(1)
    assert not waiting.done()
    ticket.put(WAITS)
    assert await waiting == WAITS


async def test_the_news_that_a_call_waits_is_overtaken_by_any_other() -> None:
    ticket = Ticket(CALL)
    ticket.put(WAITS)
    ticket.put(offer(1))
    assert await ticket.next() == offer(1)


async def test_an_offer_that_is_taken_back_in_time_is_never_heard_of() -> None:
    ticket = Ticket(CALL)
    ticket.put(offer(1))
    assert ticket.drop(OfferId("1.1"))
    ticket.put(LEAVES)
    assert await ticket.next() == LEAVES
    assert ticket.offers == set()


async def test_an_offer_that_was_heard_of_cannot_be_dropped_any_more() -> None:
    ticket = Ticket(CALL)
    ticket.put(offer(1))
    await ticket.next()
    assert not ticket.drop(OfferId("1.1"))
    assert ticket.offers == {OfferId("1.1")}


async def test_asking_can_be_cancelled_without_losing_a_decision() -> None:
    ticket = Ticket(CALL)
    waiting = asyncio.ensure_future(ticket.next())
    await asyncio.sleep(1)
    waiting.cancel()
    ticket.put(WAITS)
    assert await ticket.next() == WAITS
