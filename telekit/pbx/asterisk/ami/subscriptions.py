"""Who wants which events."""

import fnmatch
import re
from collections.abc import Callable
from typing import Any

from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.ami.stock import Callback, StockManager

_MOST_NAMES = 4_096
"""Asterisk has some 200 event names; a broken switch that invents them must not fill the memory."""

Subscriber = Callable[[Message], object]


class Found(dict[str, list[Callable[..., object]]]):
    """Remembers which callbacks a search found for an event's name; nobody wants what has no name."""

    def __init__(self, search: Callable[[str], list[Callable[..., object]]]) -> None:
        super().__init__()
        self._search = search

    def __missing__(self, event: str) -> list[Callable[..., object]]:
        if len(self) >= _MOST_NAMES:
            self.clear()
        found = self[event] = self._search(event) if event else []
        return found


class Subscriptions:
    """Finds the callbacks whose patterns match an event, each once, in the order in which they came."""

    def __init__(self) -> None:
        self.of = Found(self._search)
        """The callbacks for an event's name."""
        self._wanted: list[tuple[str, Subscriber]] = []

    def add(self, pattern: str, callback: Subscriber) -> None:
        """Give events whose name matches `pattern` (`Dial*`; the case counts) to a callback."""
        self._wanted.append((pattern, callback))
        self.of.clear()

    def remove(self, pattern: str, callback: Subscriber) -> None:
        """Undo one `add`; it is no fault when there was none."""
        if (pattern, callback) in self._wanted:
            self._wanted.remove((pattern, callback))
            self.of.clear()

    def _search(self, event: str) -> list[Callable[..., object]]:
        matching = (callback for pattern, callback in self._wanted if re.match(fnmatch.translate(pattern), event))
        return list(dict.fromkeys(matching))


class RegisteringManager(StockManager):
    """panoramisk's registrations, with a way back, and looked up once per event name."""

    def __init__(self, **config: Any) -> None:
        self.callbacks_of = Found(self._search)
        """The callbacks for an event's name, in the order in which panoramisk calls them."""
        super().__init__(**config)

    def register_event(self, pattern: str, callback: Callback | None = None) -> Any:
        """Register a callback, or give the decorator that does; as panoramisk's own."""
        if callback is None:
            return lambda decorated: self.register_event(pattern, decorated)
        registered = super().register_event(pattern, callback)
        self.callbacks_of.clear()
        return registered

    def unregister_event(self, pattern: str, callback: Callback) -> None:
        """Undo one `register_event`; it is no fault when there was none."""
        registered = self.callbacks.get(pattern, [])
        if callback in registered:
            registered.remove(callback)
            if not registered:
                self.patterns[:] = [known for known in self.patterns if known[0] != pattern]
            self.callbacks_of.clear()

    async def send_awaiting_actions(self, *_: object) -> None:
        """Send nothing: panoramisk repeats here what was not answered before a reconnect, and so places calls twice."""

    def _search(self, event: str) -> list[Callable[..., object]]:
        return [
            callback
            for pattern, expression in self.patterns
            if expression.match(event)
            for callback in self.callbacks[pattern]
        ]
