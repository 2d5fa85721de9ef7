"""The `Manager` that an administrator's own handlers get: panoramisk's, over telekit's one link."""

import asyncio
import configparser
import logging
from collections import deque
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar

from telekit.errors import LinkError
from telekit.pbx.asterisk.ami.errand import Errand, errand_of
from telekit.pbx.asterisk.ami.message import EOL, Message
from telekit.pbx.asterisk.ami.request import Answer
from telekit.pbx.asterisk.ami.stock import (
    Callback,
    StockAction,
    StockCallManager,
    give,
    headers_of,
    stock_action,
    view,
)
from telekit.pbx.asterisk.ami.subscriptions import RegisteringManager
from telekit.pbx.asterisk.ami.writer import encode
from telekit.pbx.guard import Guard

if TYPE_CHECKING:
    from telekit.pbx.asterisk.ami.handler_file import HandlerFile

_MOST_WAITING = 10_000
"""Events that wait for one slow file; some two minutes of a busy switch."""
_AT_ONCE = 200

_OF_THE_CONNECTION = frozenset({"login", "challenge", "logoff", "events", "filter"})
"""Actions that would change or end the connection for everybody on it."""

log = logging.getLogger(__name__)


class HostedManager(RegisteringManager):
    """Looks like a connection of the file's own; events and actions cross between its thread and telekit's loop.

    Methods are called in the file's thread, except those that say otherwise.
    """

    file: ClassVar["HandlerFile"]

    def __init__(self, **config: Any) -> None:
        super().__init__(**config)
        self.protocol = HostedProtocol(self)
        self.joined = False
        """Whether `connect` was called, and `close` not since."""
        self.closed = False
        self._guard = Guard()
        self._box: deque[Message] = deque()
        self._woken = False
        self._lost = 0
        self._waiting: list[asyncio.Future[Any]] = []
        self._subscribed: set[str] = set()
        self.file.managers.append(self)

    @classmethod
    def from_config(cls, filename_or_fd: Any, section: str = "asterisk", **config: Any) -> "HostedManager":
        """Make a manager as panoramisk does; the file may be missing, for telekit has an account of its own."""
        try:
            return super().from_config(filename_or_fd, section=section, **config)  # type: ignore[misc,no-any-return]
        except (OSError, configparser.Error) as error:
            log.debug("%s: its own connection settings are not read (%s)", cls.file.name, error)
            return cls(**config)

    def register_event(self, pattern: str, callback: Callback | None = None) -> Any:
        """Register a callback, or give the decorator that does; as panoramisk's own."""
        registered = super().register_event(pattern, callback)
        if callback is not None and getattr(self, "joined", False):
            self.file.in_link(self._subscribe)
        return registered

    def connect(self, run_forever: bool = False, on_startup: Any = None, on_shutdown: Any = None) -> Any:
        """Join the link; the future is done when it is up."""
        try:
            self.loop = asyncio.get_running_loop()
        except RuntimeError:
            self.loop = self.loop or asyncio.get_event_loop()
        connected = self.loop.create_future()
        self._waiting.append(connected)
        self.joined, self.closed = True, False
        self.file.in_link(self._join)
        if run_forever:
            self.run_forever(on_startup, on_shutdown)
        return connected

    def close(self) -> None:
        """Leave the link, which stays up for everybody else."""
        self.joined, self.closed, self.authenticated = False, True, False
        self.file.in_link(self.leave)

    def send(self, data: MutableMapping[str, Any], as_list: bool | None = None) -> "asyncio.Future[Any]":
        """Send an action; raises `UnsafeValue` here, in the handler's own line."""
        action = stock_action(data, as_list)
        future, loop = action.future, action.future.get_loop()
        name = str(action.get("Action", "")).lower()
        if name in _OF_THE_CONNECTION:
            log.debug("%s: %s concerns the connection, which is telekit's; it was not sent", self.file.name, name)
            loop.call_soon(give, future, _acknowledge(action))
            return future
        errand = errand_of(headers_of(action), as_list, self.file.patience)
        encode(errand.headers)

        def done(result: Answer | LinkError) -> None:
            post(loop, give, future, result)

        self.file.in_link(self._send, errand, done)
        return future

    def deliver(self, message: Message) -> None:
        """Take one event, in telekit's loop: never waits, and drops what a slow file leaves lying."""
        box = self._box
        if len(box) >= _MOST_WAITING:
            self._lost += 1
            if str(self._lost).rstrip("0") == "1":
                log.error("%s is too slow: %d events wait for it; %d were not given to it so far",
                          self.file.name, _MOST_WAITING, self._lost)  # fmt: skip
            return
        box.append(message)
        if not self._woken:
            self._woken = True
            if not post(self.loop, self._empty_box):
                self.leave()

    def went_up(self) -> None:
        """Tell the file that the link is up; in telekit's loop."""
        post(self.loop, self._tell_up)

    def went_down(self, why: str) -> None:
        """Tell the file that the link is lost; in telekit's loop."""
        post(self.loop, self._tell_down, why)

    def leave(self) -> None:
        """Take no more events; in telekit's loop."""
        for pattern in self._subscribed:
            self.file.link.unsubscribe(pattern, self.deliver)
        self._subscribed.clear()

    def _join(self) -> None:
        self._subscribe()
        self.file.settle()
        if self.file.link.up:
            self.went_up()

    def _subscribe(self) -> None:
        for pattern, _ in tuple(self.patterns):
            if pattern not in self._subscribed and self.joined and not self.file.stopping:
                self._subscribed.add(pattern)
                self.file.link.subscribe(pattern, self.deliver)

    def _send(self, errand: Errand, done: Callable[[Answer | LinkError], object]) -> None:
        self.file.link.run(errand, done)

    def _tell_up(self) -> None:
        self.authenticated = True
        self._guard.call(self.on_connect, self)
        self._guard.call(self.on_login, self)
        for connected in self._waiting:
            if not connected.done():
                connected.set_result((self.protocol.transport, self.protocol))
        self._waiting.clear()

    def _tell_down(self, why: str) -> None:
        self.authenticated = False
        self._guard.call(self.on_disconnect, self, LinkError(why))

    def _empty_box(self) -> None:
        self._woken = False
        box = self._box
        for _ in range(min(len(box), _AT_ONCE)):
            message = box.popleft()
            seen = view(message, self)
            for callback in self.callbacks_of[message.event]:
                self._guard.call(callback, self, seen)
        if box and self.loop is not None:
            self._woken = True
            self.loop.call_soon(self._empty_box)


class HostedCallManager(HostedManager, StockCallManager):
    """panoramisk's `CallManager` over telekit's link."""


class HostedProtocol:
    """What handlers reach as `manager.protocol` and `manager.protocol.transport`."""

    def __init__(self, manager: HostedManager) -> None:
        self.transport = self
        self._manager = manager

    def send(self, data: MutableMapping[str, Any], as_list: bool | None = None) -> "asyncio.Future[Any]":
        """Send an action."""
        return self._manager.send(data, as_list)

    def is_closing(self) -> bool:
        """Whether the link is down."""
        return not self._manager.authenticated

    def close(self) -> None:
        """Leave the link."""
        self._manager.close()


def _acknowledge(action: StockAction) -> Answer:
    told = ["Response: Success", f"ActionID: {action['ActionID']}", "Message: Authentication accepted"]
    return Answer(Message(EOL.join(told)))


def post(loop: asyncio.AbstractEventLoop | None, call: Callable[..., object], *arguments: object) -> bool:
    """Call something in another thread's loop; False when there is none, or it has ended."""
    if loop is None:
        return False
    try:
        loop.call_soon_threadsafe(call, *arguments)
    except RuntimeError:
        return False
    return True
