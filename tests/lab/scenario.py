"""The steps of a SIPp scenario that a test leads, as XML.

Source: SIPp docs/scenarios/ownscenarios.rst and keywords.rst; the hexadecimal bytes, src/message.cpp.
"""

import re
from collections.abc import Sequence

SDP = """\
Content-Type: application/sdp
Content-Length: [len]

v=0
o=lab 1 [cseq] IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio {port} RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
"""
EMPTY = "Content-Length: 0\n"

# What an answer repeats of its request.
ECHO = "[last_Via:]\n[last_From:]\n{to}\n[last_Call-ID:]\n[last_CSeq:]\n"

STATUS = r'<ereg regexp="SIP/2.0 ([0-9]+ [^[:cntrl:]]*)" search_in="msg" assign_to="line,status"/>'
MEDIA = '<ereg regexp="m=audio ([0-9]+)" search_in="body" assign_to="audio,media"/>'
# An INVITE and its CANCEL are one transaction to SIPp: only this tells their answers apart.
OF_INVITE = '<ereg regexp="INVITE" search_in="hdr" header="CSeq:" assign_to="invited"/>'
ONCE_USED = ("line", "status", "audio", "media", "said", "cseq")  # SIPp refuses a variable that is used but once


def scenario(steps: Sequence[str]) -> str:
    """Return the whole scenario; a `sendCmd` has to come before the first `recvCmd`."""
    used = ",".join(name for name in ONCE_USED if re.search(rf'assign_to="[^"]*\b{name}\b', "".join(steps)))
    reference = f'<Reference variables="{used}"/>' if used else ""
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', '<scenario name="lab">', *steps, reference, "</scenario>", ""]
    )


def literal(text: str | bytes) -> str:
    """Return text so that SIPp sends its very bytes, brackets, quotes and line ends too."""
    raw = text.encode() if isinstance(text, str) else text
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"\\x{byte:02X}" for byte in raw)


def label(name: str) -> str:
    """Return a place to go to."""
    return f'<label id="{name}"/>'


def send(message: str, *, then: str = "", attributes: str = "") -> str:
    """Return the sending of a SIP message."""
    return f"<send{_next(then)} {attributes}><![CDATA[\n\n{message}\n]]></send>"


def receive(what: str, *, then: str = "", optional: bool = True, more: str = "", actions: str = "") -> str:
    """Return the awaiting of a request (a method) or an answer (a pattern of its status).

    An optional one lets the following steps match too, up to the first that isn't optional. It must say where
    to go `then`, or the scenario goes on behind it.
    """
    sought = f'request="{what}"' if what.isalpha() else f'response="{what}" regexp_match="true"'
    may = ' optional="true"' if optional else ""
    done = f"<action>{actions}</action>" if actions else ""
    return f"<recv {sought}{may}{_next(then)} {more}>{done}</recv>"


def command(*, then: str = "", actions: str = "") -> str:
    """Return the awaiting of the test's command."""
    done = f"<action>{actions}</action>" if actions else ""
    return f"<recvCmd{_next(then)}>{done}</recvCmd>"


def go(then: str, *, if_set: str) -> str:
    """Return a jump that is taken if a variable is set."""
    return f'<nop next="{then}" test="{if_set}"/>'


def tell(step: str, *headers: str, then: str = "") -> str:
    """Return the telling of a step to the test."""
    lines = "\n".join(["Call-ID: [call_id]", f"Step: {step}", *headers])
    return f"<sendCmd{_next(then)}><![CDATA[\n{lines}\n]]></sendCmd>"


def _next(then: str) -> str:
    return f' next="{then}"' if then else ""
