"""The reader of the manager interface: bytes in, messages out, no I/O and bounded memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from telekit.errors import LinkError
from telekit.pbx.asterisk.ami.message import EOL, Message

_BANNER = re.compile(rb"Asterisk Call Manager/(\d+(?:\.\d+)*)\s*")
_LONGEST_BANNER = 256


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one message is taken before the sender is called broken. The defaults fit 15,000 phones."""

    line: int = 256 * 1024
    """Bytes of one header."""
    lines: int = 100_000
    """Headers of one message."""
    message: int = 8 * 1024 * 1024
    """Bytes of one message."""


class Reader:
    """Cut what one connection sends into messages.

    Whole messages are decoded, never pieces, so a character that two TCP segments share is kept; bytes that are not
    UTF-8 become U+FFFD, which can be stored and sent on, as a lone surrogate cannot. The banner's own line end, CR LF
    or a bare LF, is the one used for all that follows: a lone LF in a value stays in the value and forges no header.
    After a `LinkError` the connection is of no use any more.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.version: str | None = None
        """The protocol's version as the banner says it, once that has come."""
        self._limits = limits or Limits()
        self._rest = bytearray()
        self._end = b"\r\n\r\n"
        # Below this size a message cannot break a limit, so it is not looked at twice.
        self._harmless = min(self._limits.line, self._limits.lines, self._limits.message)

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take what came and return the messages that are whole now; raises `LinkError` when a limit is passed.

        Each message is made when it is taken, so that a burst of them is never in memory at once.
        """
        rest = self._rest
        if self.version is None:
            rest += data
            return self._greet()
        end = self._end
        last = data.rfind(end)
        if last >= 0:
            whole = b"".join((rest, memoryview(data)[:last]))
            rest[:] = data[last + len(end) :]
            return self._cut(whole)
        seen = len(rest)
        rest += data
        last = rest.rfind(end, max(0, seen - len(end)))
        if last < 0:
            self._bound_rest()
            return iter(())
        whole = bytes(rest[:last])
        del rest[: last + len(end)]
        return self._cut(whole)

    def _cut(self, whole: bytes) -> Iterator[Message]:
        text = whole.decode("utf-8", "replace")
        if self._end == b"\n\n":
            text = text.replace("\n", EOL)
        # Some responses end in three line ends; the odd one, unless it is the last, is left to the next message, which
        # takes it off.
        while text.endswith(EOL):
            text = text[:-2]
        blocks = text.split("\r\n\r\n")
        if len(text) > self._harmless and max(map(len, blocks)) > self._harmless:
            self._bound(blocks)
        return map(Message, filter(None, blocks))

    def _greet(self) -> Iterator[Message]:
        line, newline, rest = self._rest.partition(b"\n")
        if not newline and len(line) <= _LONGEST_BANNER:
            return iter(())
        banner = _BANNER.fullmatch(line)
        if banner is None:
            said = bytes(line[:60]).decode("utf-8", "replace").strip()
            raise LinkError(
                f"this is not Asterisk's manager interface (it greets with {said!r}); "
                f"check host and port against bindaddr and port in manager.conf"
            )
        if not line.endswith(b"\r"):
            self._end = b"\n\n"
        self.version = banner[1].decode()
        self._rest = bytearray()
        return self.feed(bytes(rest))

    def _bound(self, blocks: list[str]) -> None:
        limits = self._limits
        for block in blocks:
            if len(block) > limits.message:
                raise LinkError(f"Asterisk sent a message of more than {limits.message} bytes")
            lines = block.split(EOL)
            if len(lines) > limits.lines:
                raise LinkError(f"Asterisk sent a message of more than {limits.lines} headers")
            if max(map(len, lines)) > limits.line:
                raise LinkError(f"Asterisk sent a header of more than {limits.line} bytes")

    def _bound_rest(self) -> None:
        limits, rest = self._limits, self._rest
        if len(rest) > limits.message:
            raise LinkError(f"Asterisk sent a message of more than {limits.message} bytes")
        if len(rest) > limits.line and len(rest) - rest.rfind(b"\n") > limits.line + 2:
            raise LinkError(f"Asterisk sent a header of more than {limits.line} bytes")
