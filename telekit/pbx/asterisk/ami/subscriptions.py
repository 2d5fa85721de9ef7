"""Who wants which events."""

import fnmatch
import re
from collections.abc import Callable
from typing import Any

from telekit.pbx.asterisk.ami.stock import Callback, StockManager

_MOST_NAMES = 4_096
"""Asterisk has some 200 event names; a broken switch that invents them must not fill the memory."""


class Subscriptions:
    """Finds, once per event name, the callbacks whose patterns match it; they are called in the order they came."""

    def __init__(self) -> None:
        self._wanted: list[tuple[str, Callable[..., object]]] = []
        self._found: dict[str, tuple[Callable[..., object], ...]] = {}

    def add(self, pattern: str, callback: Callable[..., object]) -> None:
        """Give events whose name matches `pattern` (`Dial*`; the case counts) to a callback."""
        self._wanted.append((pattern, callback))
        self._found.clear()

    def remove(self, pattern: str, callback: Callable[..., object]) -> None:
        """Undo one `add`; it is no fault when there was none."""
        if (pattern, callback) in self._wanted:
            self._wanted.remove((pattern, callback))
            self._found.clear()

    def of(self, event: str) -> tuple[Callable[..., object], ...]:
        """Return the callbacks for one event name, each once however many of its patterns match."""
        found = self._found.get(event)
        if found is None:
            if len(self._found) >= _MOST_NAMES:
                self._found.clear()
            matching = (call for pattern, call in self._wanted if re.match(fnmatch.translate(pattern), event))
            found = self._found[event] = tuple(dict.fromkeys(matching))
        return found


class RegisteringManager(StockManager):
    """panoramisk's registrations, with a way back, and looked up once per event name."""

    def __init__(self, **config: Any) -> None:
        self._found: dict[str, list[Callback]] = {}
        super().__init__(**config)

    def register_event(self, pattern: str, callback: Callback | None = None) -> Any:
        """Register a callback, or give the decorator that does; as panoramisk's own."""
        if callback is None:
            return lambda decorated: self.register_event(pattern, decorated)
        self._found.clear()
        return super().register_event(pattern, callback)

    def unregister_event(self, pattern: str, callback: Callback) -> None:
        """Undo one `register_event`; it is no fault when there was none."""
        registered = self.callbacks.get(pattern, [])
        if callback in registered:
            registered.remove(callback)
            self._found.clear()
            if not registered:
                self.patterns[:] = [known for known in self.patterns if known[0] != pattern]

    def callbacks_of(self, event: str) -> list[Callback]:
        """Return the callbacks for one event name, in the order in which panoramisk calls them."""
        found = self._found.get(event)
        if found is None:
            if len(self._found) >= _MOST_NAMES:
                self._found.clear()
            found = self._found[event] = [
                callback
                for pattern, expression in self.patterns
                if expression.match(event)
                for callback in self.callbacks[pattern]
            ]
        return found

    async def send_awaiting_actions(self, *_: object) -> None:
        """Send nothing: panoramisk repeats here what was not answered before a reconnect, and so places calls twice."""
