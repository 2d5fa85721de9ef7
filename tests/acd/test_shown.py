"""What is shown of offers and conversations names whom and what it is about."""

from telekit.acd.actions import Joined
from telekit.acd.events import CallHeld, ConversationFound
from telekit.domain.names import AgentName, CallId, QueueName
from tests.acd.day import Day, agent, plan, queue, sip


def test_an_offer_is_shown_with_its_call_its_queue_its_agent_and_the_phone_that_rings() -> None:
    day = Day(plan([agent("amina")], queue("help")))
    day.call("c")
    (offer,) = day.distributor.offers()
    assert (offer.offer, offer.call, offer.queue, offer.agent, offer.phone) == (
        "c.1",
        "c",
        "help",
        "amina",
        sip("amina"),
    )
    assert offer.started_at == day.now


def test_a_conversation_is_shown_with_its_call_its_queue_and_since_when_it_runs_and_is_held() -> None:
    day = Day(plan([agent("amina")], queue("help")))
    day.call("c")
    day.answer("c.1")
    began_at = day.now
    day.after(10)
    day.tell(CallHeld(CallId("c")))
    (shown,) = day.distributor.conversations()
    assert (shown.call, shown.queue, shown.agent) == ("c", "help", "amina")
    assert (shown.since_at, shown.held_since_at) == (began_at, day.now)


def test_a_waiting_call_that_is_found_in_conversation_is_told_with_its_queue() -> None:
    day = Day(plan([agent("amina")], queue("help")), reachable=False)
    day.call("c")
    day.tell(ConversationFound(CallId("c"), AgentName("amina"), QueueName("help"), day.now))
    (joined,) = day.all(Joined)
    assert (joined.call, joined.queue, joined.agent) == ("c", "help", "amina")
