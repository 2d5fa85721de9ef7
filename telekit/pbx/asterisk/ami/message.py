"""One message of the manager interface, parsed when somebody looks at it."""

from collections.abc import Iterator, Mapping
from typing import TypeVar, overload

EOL = "\r\n"
T = TypeVar("T")


class Message(Mapping[str, str]):
    """What Asterisk sent between two blank lines: an event, or the response to an action.

    A mapping of header to value that finds `Uniqueid` and `uniqueid` alike. A repeated header (`ChanVariable`,
    `Variable`, `Output`) reads as its last value here and as all of them in `every`. Lines without a colon are no
    headers; `text` still has them.
    """

    __slots__ = ("_headers", "event", "text")

    def __init__(self, text: str) -> None:
        """Take the lines of one message, joined by CR LF; line ends before the first do not count."""
        self._headers: dict[str, str] | None = None
        self.event: str
        """The event's name; empty when this is no event."""
        # Asterisk puts the name first, so most events are told apart, and most left unread, for one search.
        if text.startswith("Event: "):
            self.text = text
            end = text.find(EOL)
            self.event = text[7:end] if end >= 0 else text[7:]
        else:
            self.text = text.lstrip(EOL)
            self.event = "" if self.text.startswith("Response: ") else self.get("Event", "")

    @property
    def headers(self) -> dict[str, str]:
        """The headers as Asterisk spells them, each with its last value."""
        headers = self._headers
        if headers is None:
            headers = {}
            for line in self.text.split(EOL):
                name, colon, value = line.partition(": ")
                if not colon:
                    name, colon, value = line.partition(":")
                    if not colon:
                        continue
                headers[name] = value
            self._headers = headers
        return headers

    def peek(self, name: str) -> str:
        """Return a header's first value without reading the others; empty when it is absent, or spelt otherwise."""
        _, found, rest = self.text.partition(f"{EOL}{name}: ")
        return rest.partition(EOL)[0] if found else ""

    def last(self, name: str) -> str:
        """Return a header's last value without reading the others; empty when it is absent, or spelt otherwise."""
        _, found, rest = self.text.rpartition(f"{EOL}{name}: ")
        return rest.partition(EOL)[0] if found else ""

    def every(self, name: str) -> tuple[str, ...]:
        """Return all values of a header, in the order sent; none when it is absent."""
        folded = name.lower()
        lines = (line.partition(": " if ": " in line else ":") for line in self.text.split(EOL))
        return tuple(value for known, colon, value in lines if colon and known.lower() == folded)

    @property
    def response(self) -> str:
        """`Success`, `Error`, `Goodbye`; empty when this is no response (some events carry one too)."""
        return self.get("Response", "")

    @property
    def ok(self) -> bool:
        """Whether a response says that the action was taken."""
        return self.get("Response", "") in ("Success", "Goodbye", "Follows")

    def __getitem__(self, name: str) -> str:
        headers = self._headers
        if headers is None:
            headers = self.headers
        value = headers.get(name)
        return self._find(name) if value is None else value

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, /, default: str | T) -> str | T: ...
    def get(self, name: str, /, default: object = None) -> object:
        """Return a header's (last) value, whatever the case of its name."""
        headers = self._headers
        if headers is None:
            headers = self.headers
        value = headers.get(name)
        if value is not None:
            return value
        try:
            return self._find(name)
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.headers)

    def __len__(self) -> int:
        return len(self.headers)

    def __repr__(self) -> str:
        return f"<Message {self.text!r}>"

    def _find(self, name: str) -> str:
        folded = name.lower()
        for known, value in self.headers.items():
            if known.lower() == folded:
                return value
        raise KeyError(name)
