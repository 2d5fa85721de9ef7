"""panoramisk, as far as telekit relies on it: the one door to a library without types.

Everything that an administrator's handler sees (its `Manager`, its `Message`, what `send_action` returns) is
panoramisk's own class, made from panoramisk's own parser, so that handlers cannot tell the difference.
"""

import asyncio
import itertools
import secrets
from collections import UserDict
from collections.abc import Callable, Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

from telekit.errors import LinkError
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.ami.request import Answer

Callback = Callable[[Any, Any], Any]

if TYPE_CHECKING:

    class StockMessage(MutableMapping[str, Any]):
        """A message as handlers see it."""

        manager: Any

        @classmethod
        def from_line(cls, line: str) -> "StockMessage | None":
            """Parse one message."""

    class StockAction(UserDict[str, Any]):
        """An action as panoramisk builds it, with its own ActionID."""

        future: asyncio.Future[Any]

        def __init__(self, headers: MutableMapping[str, Any], as_list: bool | None = None) -> None: ...

    class StockCommand(StockAction):
        """An action with a `Command` header; it has a CommandID too."""

    class StockManager:
        """panoramisk's `Manager`."""

        config: dict[str, Any]
        loop: asyncio.AbstractEventLoop | None
        callbacks: dict[str, list[Callback]]
        patterns: list[tuple[str, Any]]
        protocol: Any
        authenticated: bool
        on_login: Callable[[Any], Any]
        on_connect: Callable[[Any], Any]
        on_disconnect: Callable[[Any, Any], Any]

        def __init__(self, **config: Any) -> None: ...
        def register_event(self, pattern: str, callback: Callback | None = None) -> Any:
            """Register an event."""

        def run_forever(self, on_startup: Any, on_shutdown: Any) -> None:
            """Run the loop."""

    class StockCallManager(StockManager):
        """panoramisk's `CallManager`."""

else:
    from panoramisk.actions import Action as StockAction
    from panoramisk.actions import Command as StockCommand
    from panoramisk.call_manager import CallManager as StockCallManager
    from panoramisk.manager import Manager as StockManager
    from panoramisk.message import Message as StockMessage

# An answer to Originate goes to every client, so an id must be ours alone in the whole switch.
_ids = map(f"telekit-{secrets.token_hex(4)}-h{{}}".format, itertools.count(1))

__all__ = ["Callback", "StockAction", "StockCallManager", "StockCommand", "StockManager", "StockMessage"]


def view(message: Message, manager: StockManager | None = None) -> StockMessage:
    """Return a message as panoramisk shows it."""
    seen = StockMessage.from_line(message.text.strip())  # panoramisk strips it so
    assert seen is not None, message  # noqa: S101  (an event or a response always gives one)
    seen.manager = manager
    return seen


def view_answer(answer: Answer) -> StockMessage | list[StockMessage]:
    """Return what panoramisk's `send_action` gives: one message, or the list of all when there are several."""
    rest = (*answer.items, answer.complete) if answer.complete else answer.items
    return [view(message) for message in (answer.response, *rest)] if rest else view(answer.response)


def give(future: "asyncio.Future[Any]", done: Answer | LinkError) -> None:
    """Settle the future that panoramisk's `send_action` returned, unless its owner has."""
    if future.done():
        return
    if isinstance(done, LinkError):
        future.set_exception(done)
    else:
        future.set_result(view_answer(done))


def stock_action(action: MutableMapping[str, Any], as_list: bool | None) -> StockAction:
    """Return an action as panoramisk builds it from a handler's dictionary; its own actions stay what they are."""
    if isinstance(action, StockAction):
        return action
    kind = StockCommand if "Command" in action else StockAction
    # panoramisk draws ids from one generator, which two threads must not enter at once.
    given = {name.lower() for name in action}
    ids = {name: next(_ids) for name in ("ActionID", "CommandID") if name.lower() not in given}
    if kind is StockAction:
        ids.pop("CommandID", None)
    return kind({**action, **ids}, as_list=as_list)


def headers_of(action: MutableMapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return an action's headers, `Action` first; a list is a repeated header."""
    for name, value in sorted(action.items(), key=lambda item: item[0].lower() != "action"):
        for each in value if isinstance(value, list | tuple) else (value,):
            yield name, str(each)
