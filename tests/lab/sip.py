"""SIP messages as bytes, and as much of their grammar as a caller and a phone of the lab need."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

Headers = Iterable[tuple[str, str]]

SDP = ("Content-Type", "application/sdp")

# Bytes that are no UTF-8 pass through text and back unharmed.
ENCODING, ODD_BYTES = "utf-8", "surrogateescape"


@dataclass(frozen=True, slots=True)
class Message:
    """One request or answer, as it came."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @classmethod
    def parse(cls, data: bytes) -> "Message":
        """Read a datagram; headers may not be folded, as Asterisk folds none."""
        head, _, body = data.decode(ENCODING, ODD_BYTES).partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(start, tuple((name.strip(), value.strip()) for name, _, value in pairs), body)

    def all(self, name: str) -> list[str]:
        """Return the values of a header, in order."""
        return [value for found, value in self.headers if found.lower() == name.lower()]

    def get(self, name: str) -> str:
        """Return a header's first value, empty if there is none."""
        return next(iter(self.all(name)), "")

    @property
    def status(self) -> int:
        """Return an answer's status, 0 for a request."""
        return int(self.start.split(" ", 2)[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def words(self) -> str:
        """Return an answer's words."""
        return self.start.split(" ", 2)[2]

    @property
    def method(self) -> str:
        """Return the method of a request, or of the request that an answer answers."""
        return self.get("CSeq").split()[-1]

    @property
    def number(self) -> int:
        """Return the number in the CSeq."""
        return int(self.get("CSeq").split()[0])

    @property
    def branch(self) -> str:
        """Return the mark of the transaction."""
        found = re.search(r";branch=([^;,\s]+)", self.get("Via"))
        return found[1] if found else ""

    @property
    def contact(self) -> str:
        """Return the address where the sender wants further requests."""
        found = re.search(r"<([^>]*)>", self.get("Contact"))
        return found[1] if found else ""

    @property
    def sound_port(self) -> int:
        """Return the port where the sender wants sound, 0 if it says none."""
        found = re.search(r"^m=audio (\d+) ", self.body, re.MULTILINE)
        return int(found[1]) if found else 0


def text(value: str | bytes) -> str:
    """Return text that `written` turns into these very bytes again."""
    return value if isinstance(value, str) else value.decode(ENCODING, ODD_BYTES)


def written(start: str, headers: Headers, body: str = "") -> bytes:
    """Return a message's bytes."""
    length = len(body.encode(ENCODING, ODD_BYTES))
    lines = [start, *(f"{name}: {value}" for name, value in headers), f"Content-Length: {length}", "", body]
    return "\r\n".join(lines).encode(ENCODING, ODD_BYTES)


def new_branch() -> str:
    """Return a mark for a new transaction (RFC 3261 §8.1.1.7)."""
    return f"z9hG4bK{secrets.token_hex(8)}"


def new_tag() -> str:
    """Return a mark for one side of a dialog, or the first half of a Call-ID."""
    return secrets.token_hex(6)


def sound_offer(address: str, port: int) -> str:
    """Return an SDP of A-law and telephone keys."""
    return (
        f"v=0\r\no=lab 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 101\r\n"
        "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n"
    )


def credentials(challenge: str, method: str, uri: str, account: str, password: str) -> str:
    """Return the Authorization that answers a WWW-Authenticate. Source: RFC 2617 §3.2.2."""
    asked = {name.lower(): value for name, value in re.findall(r'(\w+)="?([^",]*)"?', challenge)}
    cnonce, count = secrets.token_hex(4), "00000001"
    secret = _md5(f"{account}:{asked['realm']}:{password}")
    response = _md5(f"{secret}:{asked['nonce']}:{count}:{cnonce}:auth:{_md5(f'{method}:{uri}')}")
    opaque = f', opaque="{asked["opaque"]}"' if "opaque" in asked else ""
    return (
        f'Digest username="{account}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", uri="{uri}", '
        f'response="{response}", algorithm=MD5, qop=auth, nc={count}, cnonce="{cnonce}"{opaque}'
    )


def _md5(value: str) -> str:
    return hashlib.md5(value.encode()).hexdigest()
