"""The reader of the event socket: bytes in, frames out, no I/O and bounded memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from telekit.errors import LinkError
from telekit.pbx.freeswitch.esl.frame import Frame

_LENGTH = re.compile(rb"(?:^|\n)Content-Length: *(\d{1,12})[ \r]*(?:\n|$)")
_NOTICE = b"Content-Type: text/disconnect-notice"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one frame is taken before the sender is called broken. The defaults fit 15,000 phones."""

    head: int = 1024 * 1024
    """Bytes of the headers."""
    body: int = 64 * 1024 * 1024


class Reader:
    """Cut what one connection sends into frames.

    A frame ends where its Content-Length says, in bytes, and the next may begin on the same line. Whole frames are
    decoded, never pieces. After a `LinkError` the connection is of no use any more.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._rest = bytearray()
        self._head: str | None = None
        """The headers of a frame whose body is still on its way."""
        self._length = 0
        """Bytes of that body."""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take what came and return the frames that are whole now; raises `LinkError` when a limit is passed.

        Each frame is made when it is taken; take them all before the next feed.
        """
        self._rest += data
        while (frame := self._next()) is not None:
            yield frame

    def end(self) -> str:
        """Tell what the end of the stream has cut short; nothing where it came between two frames.

        A client that has not read its events for too long gets the notice of that in the midst of one.
        """
        if _NOTICE in self._rest:
            return "FreeSWITCH gave up on this connection because events were not read fast enough"
        if self._rest or self._head is not None:
            return "the connection ended within a message"
        return ""

    def _next(self) -> Frame | None:
        rest = self._rest
        if self._head is None:
            while rest[:1] == b"\n":
                del rest[0]
            end = rest.find(b"\n\n")
            if end < 0 or end > self._limits.head:
                if len(rest) > self._limits.head:
                    raise LinkError(f"FreeSWITCH sent headers of more than {self._limits.head} bytes")
                return None
            head = bytes(rest[:end])
            del rest[: end + 2]
            found = _LENGTH.search(head)
            self._length = int(found[1]) if found else 0
            if self._length > self._limits.body:
                raise LinkError(f"FreeSWITCH sent a body of more than {self._limits.body} bytes")
            self._head = head.decode("utf-8", "replace")
        if len(rest) < self._length:
            return None
        frame = Frame(self._head, bytes(rest[: self._length]))
        del rest[: self._length]
        self._head, self._length = None, 0
        return frame
