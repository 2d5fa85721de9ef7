"""How each switch is linked with telekit: where, and in which messages."""

import re
from collections.abc import Callable
from dataclasses import dataclass

Cut = Callable[[bytes], tuple[list[bytes], bytes]]
"""Give the messages that are whole, and what there is of the next."""

_LENGTH = re.compile(rb"^Content-Length: (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Link:
    """What the lab's wire knows of one."""

    port: int
    """At which the switch waits for telekit."""
    calls: int
    """At which telekit waits for the switch's calls."""
    cut: Cut
    event: str
    """What of a message names the event `{}`."""
    ends: tuple[str, ...]
    """The events that tell of the end of a leg, or of a phone's being free again."""

    def tells(self, message: bytes, event: str) -> bool:
        """Say whether a message tells of such an event."""
        return self.event.format(event).encode() in message


def _of_manager(data: bytes) -> tuple[list[bytes], bytes]:
    """Cut at empty lines; the greeting is a line without one."""
    greeting, end = b"Asterisk Call Manager/", b"\r\n\r\n"
    if data.startswith(greeting):
        return [data], b""
    *messages, part = data.split(end)
    return [message + end for message in messages], part


def _of_event_socket(data: bytes) -> tuple[list[bytes], bytes]:
    """Cut behind headers, an empty line, and as many bytes as the headers say."""
    messages = []
    while (headers := data.find(b"\n\n")) >= 0:
        told = _LENGTH.search(data, 0, headers)
        end = headers + 2 + (int(told[1]) if told else 0)
        if end > len(data):
            break
        messages.append(data[:end])
        data = data[end:]
    return messages, data


ASTERISK = Link(
    port=5038,
    calls=4573,
    cut=_of_manager,
    event="Event: {}\r\n",
    ends=("Hangup", "BridgeLeave", "DeviceStateChange", "SoftHangupRequest", "HangupRequest"),
)
FREESWITCH = Link(
    port=8021,
    calls=8084,
    cut=_of_event_socket,
    event='"Event-Name":"{}"',
    ends=("CHANNEL_HANGUP_COMPLETE", "CHANNEL_UNBRIDGE"),
)
