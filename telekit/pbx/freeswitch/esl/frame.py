"""One frame of the event socket: a block of headers, and a body if they announce one."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote


class Kind(StrEnum):
    """What a frame is, as its Content-Type says; others are possible."""

    AUTH_REQUEST = "auth/request"
    REPLY = "command/reply"
    API = "api/response"
    EVENT = "text/event-json"
    PLAIN_EVENT = "text/event-plain"
    LOG = "log/data"
    DISCONNECT = "text/disconnect-notice"
    REJECTION = "text/rude-rejection"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands between two frames' ends.

    Source: FreeSWITCH src/mod/event_handlers/mod_event_socket/mod_event_socket.c, read_packet and listener_run.
    """

    head: str
    """The lines of its headers, joined by LF."""
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Give a header's first value as it was sent, or None."""
        return next((value for key, value in self.headers() if key == name), None)

    def headers(self) -> list[tuple[str, str]]:
        """Give all headers in their order; a name may come again."""
        pairs = (line.partition(": ") for line in self.head.split("\n"))
        return [(name, value) for name, colon, value in pairs if colon]

    @property
    def kind(self) -> str:
        return self.header("Content-Type") or ""

    @property
    def text(self) -> str:
        """Give the body as text; bytes that are not UTF-8 become U+FFFD."""
        return self.body.decode("utf-8", "replace")

    @property
    def reply(self) -> str:
        """Give what a command's reply says: `+OK …`, `-ERR …`, or a bare value."""
        return self.header("Reply-Text") or ""

    @property
    def refused(self) -> bool:
        """Say whether this is the reply, or the answer of an `api`, that says no."""
        return (self.text if self.kind == Kind.API else self.reply).startswith("-ERR")

    def channel(self) -> dict[str, str]:
        """Read the reply to `connect` of an outbound socket: the channel's variables, whose values are URL-encoded."""
        return {name: unquote(value) for name, value in self.headers()}
