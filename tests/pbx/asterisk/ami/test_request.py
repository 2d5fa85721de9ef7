"""When an action counts as answered."""

import asyncio

import pytest

from telekit.errors import LinkError
from telekit.pbx.asterisk.ami import request as module
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.ami.request import Request

OK = Message("Response: Success\r\nMessage: Originate successfully queued")
LIST = Message("Response: Success\r\nEventList: start\r\nMessage: Channels will follow")
ERROR = Message("Response: Error\r\nMessage: no")


def asked(*, as_list: bool | None = None, follow: str | None = None) -> Request:
    answer = asyncio.get_running_loop().create_future()
    return Request("Action", ("1",), answer, as_list=as_list, follow=follow)


def event(name: str, *headers: str) -> Message:
    return Message("\r\n".join([f"Event: {name}", *headers]))


async def test_a_response_is_the_whole_answer_unless_a_list_follows() -> None:
    request = asked()
    assert request.take(OK)
    assert request.answer.result().response is OK
    assert not asked().take(LIST)
    assert asked(as_list=False).take(LIST)


async def test_a_list_ends_where_asterisk_says_so_whatever_the_event_is_called() -> None:
    request = asked()
    taken = [LIST, event("AorList"), event("OutboundComplete", "EventList: item"), event("End", "EventList: Complete")]
    assert [request.take(message) for message in taken] == [False, False, False, True]
    answer = request.answer.result()
    assert [item.event for item in answer.items] == ["AorList", "OutboundComplete"]
    assert answer.complete is taken[-1]


async def test_a_list_without_that_mark_ends_with_an_event_of_that_name() -> None:
    request = asked()
    taken = [Message("Response: Success\r\nMessage: FAXSession event will follow"), event("FAXSession")]
    assert [request.take(message) for message in (*taken, event("FAXSessionComplete"))] == [False, False, True]


async def test_an_action_asked_for_as_a_list_that_has_none_is_answered_by_its_response() -> None:
    assert asked(as_list=True).take(OK)


async def test_a_refusal_ends_an_action_whatever_was_to_follow() -> None:
    assert asked(follow="OriginateResponse").take(ERROR)
    assert asked(as_list=True).take(ERROR)


@pytest.mark.parametrize("order", [(OK, event("OriginateResponse")), (event("OriginateResponse"), OK)])
async def test_an_asynchronous_action_ends_with_its_response_and_its_outcome(order: tuple[Message, Message]) -> None:
    request = asked(follow="OriginateResponse")
    assert not request.take(order[0])
    assert not request.take(event("NewConnectedLine"))
    assert request.take(order[1])
    assert [item.event for item in request.answer.result().items] == ["OriginateResponse"]


async def test_a_list_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_ITEMS", 3)
    request = asked()
    assert [request.take(message) for message in (LIST, *[event("X")] * 4)] == [False, False, False, False, True]
    with pytest.raises(LinkError, match="answered Action with more than 3 events"):
        request.answer.result()


async def test_what_comes_after_the_caller_gave_up_is_taken_quietly() -> None:
    request = asked()
    request.answer.cancel()
    assert not request.take(LIST)
    assert request.take(event("End", "EventList: Complete"))
