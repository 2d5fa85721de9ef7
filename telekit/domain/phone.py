"""How an agent is rung."""

from dataclasses import dataclass
from enum import StrEnum


class PhoneKind(StrEnum):
    """Which way leads to the phone."""

    SIP = "sip"
    """An endpoint that registers from home."""
    TEL = "tel"
    """A number in the public network; the agent always confirms by key, so no voicemail box takes a caller."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone of one agent."""

    kind: PhoneKind
    address: str
    """The endpoint's name (`amina`), or an E.164 number (`+33199005512`)."""

    @property
    def confirm(self) -> bool:
        """Say whether the agent presses a key before the caller is joined."""
        return self.kind is PhoneKind.TEL

    @property
    def in_logs(self) -> str:
        """Tell it where anybody may read: by the name of an endpoint, but by no number."""
        return str(self) if self.kind is PhoneKind.SIP else "a number"

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.address}"
