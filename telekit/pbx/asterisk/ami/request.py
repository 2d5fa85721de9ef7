"""One action under way, and the answer that it gets."""

import asyncio
from dataclasses import dataclass

from telekit.errors import LinkError
from telekit.pbx.asterisk.ami.message import Message

_MOST_ITEMS = 250_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What Asterisk said to one action."""

    response: Message
    items: tuple[Message, ...] = ()
    """The events of a list, or the one event that tells how an asynchronous action ended."""
    complete: Message | None = None
    """The event that closed a list."""

    @property
    def ok(self) -> bool:
        """Whether Asterisk took the action."""
        return self.response.ok

    @property
    def text(self) -> str:
        """What Asterisk says about it, for a person."""
        return self.response.get("Message", "")


class Request:
    """Collects the messages that answer one action; `answer` is done when the last has come, or fails.

    `as_list` None lets Asterisk's own mark decide whether a list follows, False takes the response alone. `follow`
    names the event that ends an asynchronous action (`OriginateResponse`), which is waited for.
    """

    __slots__ = ("_complete", "_items", "_response", "action", "answer", "as_list", "follow", "ids", "timer")

    def __init__(
        self,
        action: str,
        ids: tuple[str, ...],
        answer: "asyncio.Future[Answer]",
        *,
        as_list: bool | None = None,
        follow: str | None = None,
    ) -> None:
        self.action = action
        self.ids = ids
        self.answer = answer
        self.as_list = as_list
        self.follow = follow
        self.timer: asyncio.TimerHandle | None = None
        self._response: Message | None = None
        self._items: list[Message] = []

    @property
    def lists(self) -> bool:
        """Whether events that carry one of this request's ids are items of its list, and no news."""
        return self._response is not None and self.follow is None

    def take(self, message: Message) -> bool:
        """Take one message that carries one of the ids; True when it was the last."""
        if message.event:
            return self._take_event(message)
        self._response = message
        if not message.ok:
            return self._finish()
        if self.follow is not None:
            return bool(self._items) and self._finish()
        return not (self.as_list is not False and _announces_list(message)) and self._finish()

    def fail(self, error: LinkError) -> None:
        """Give up waiting."""
        if self.timer is not None:
            self.timer.cancel()
        if not self.answer.done():
            self.answer.set_exception(error)

    def _take_event(self, message: Message) -> bool:
        if self.follow is not None:
            if message.event != self.follow:
                return False
            self._items.append(message)
            return self._response is not None and self._finish()
        if self._response is None:
            return False
        if _closes_list(message):
            return self._finish(message)
        self._items.append(message)
        if len(self._items) > _MOST_ITEMS:
            self.fail(LinkError(f"Asterisk answered {self.action} with more than {_MOST_ITEMS} events"))
            return True
        return False

    def _finish(self, complete: Message | None = None) -> bool:
        if self.timer is not None:
            self.timer.cancel()
        if not self.answer.done() and self._response is not None:
            self.answer.set_result(Answer(self._response, tuple(self._items), complete))
        self._items = []
        return True


def _announces_list(response: Message) -> bool:
    # Source: Asterisk main/manager.c, astman_send_listack; res_fax.c still says it in words alone.
    return response.get("EventList", "").lower() == "start" or "will follow" in response.get("Message", "")


def _closes_list(event: Message) -> bool:
    mark = event.get("EventList") if "EventList" in event.text else None
    return event.event.endswith("Complete") if mark is None else mark.lower() in ("complete", "cancelled")
