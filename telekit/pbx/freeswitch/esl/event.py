"""One event of FreeSWITCH, parsed when somebody looks at it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from telekit.errors import LinkError
from telekit.pbx.freeswitch.esl.frame import Frame, Kind

BODY = "_body"
"""Where JSON has an event's body. Source: FreeSWITCH src/switch_event.c, switch_event_serialize_json_obj."""
SEVERAL, BETWEEN = "ARRAY::", "|:"
"""How several values of one variable are written in one. Source: same file, switch_event_base_add_header."""


class Event(Mapping[str, str]):
    """A mapping of header to value.

    A header that comes again reads as its first value here, as FreeSWITCH itself reads it, and as all in `every`.
    Only the JSON form is exact: where a value held a percent sign and two digits, the plain form has lost it.
    """

    __slots__ = ("_headers", "_source")

    def __init__(self, source: Frame) -> None:
        """Take a frame that is an event; raises `LinkError` for one of another kind, when it is read."""
        self._source = source
        self._headers: dict[str, list[str]] | None = None

    @classmethod
    def nothing(cls) -> "Event":
        """Give an event that tells nothing."""
        return cls(Frame(f"Content-Type: {Kind.EVENT}", b"{}"))

    @property
    def name(self) -> str:
        """Give the event's name; a custom event's is that of its subclass."""
        return self.get("Event-Subclass") or self.get("Event-Name") or ""

    @property
    def fired_at(self) -> float:
        """Give when it happened by the switch's clock, in seconds since 1970: it may reach us late."""
        text = self.get("Event-Date-Timestamp", "")
        return int(text) / 1_000_000 if text.isdecimal() else 0.0

    @property
    def body(self) -> str:
        return self.get(BODY, "")

    def every(self, name: str) -> tuple[str, ...]:
        """Give all values of a header: those that it holds as a list, and those of one that comes again."""
        return tuple(value for text in self._read().get(name, ()) for value in _values(text))

    def __getitem__(self, name: str) -> str:
        return self._read()[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> dict[str, list[str]]:
        if self._headers is None:
            match self._source.kind:
                case Kind.EVENT:
                    self._headers = _from_json(self._source.text)
                case Kind.PLAIN_EVENT:
                    self._headers = _from_plain(self._source.text)
                case kind:
                    raise LinkError(f"FreeSWITCH sent {kind or 'a message of no kind'} where an event was to come")
        return self._headers


def _values(text: str) -> list[str]:
    return text.removeprefix(SEVERAL).split(BETWEEN) if text.startswith(SEVERAL) else [text]


def _from_json(text: str) -> dict[str, list[str]]:
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except ValueError as error:
        raise LinkError(f"FreeSWITCH sent an event that is not JSON ({error})") from error
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        raise LinkError("FreeSWITCH sent an event that is not an object of JSON")
    return _gathered(pairs)


def _gathered(pairs: list[tuple[str, Any]]) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in pairs:
        headers.setdefault(name, []).extend(map(str, value) if isinstance(value, list) else [str(value)])
    return headers


def _from_plain(text: str) -> dict[str, list[str]]:
    head, _, body = text.partition("\n\n")
    headers: dict[str, list[str]] = {}
    for line in head.split("\n"):
        name, colon, value = line.partition(": ")
        if colon:
            headers.setdefault(name, []).append(unquote(value))
    if body and "Content-Length" in headers:
        headers[BODY] = [body]
    return headers
