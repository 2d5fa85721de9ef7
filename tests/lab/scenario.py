"""The steps of a SIPp scenario, as XML.

Source: SIPp docs/scenarios/ownscenarios.rst and keywords.rst.
"""

import re
from collections.abc import Sequence

SDP = """\
Content-Type: application/sdp
Content-Length: [len]

v=0
o=lab 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio {port} RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
"""
EMPTY = "Content-Length: 0\n"

# What an answer repeats of its request.
ECHO = "[last_Via:]\n[last_From:]\n{to}\n[last_Call-ID:]\n[last_CSeq:]\n"


def scenario(steps: Sequence[str]) -> str:
    """Return the whole scenario."""
    # SIPp refuses a variable that is used but once, such as the whole of what a pattern matched.
    used = sorted(set(re.findall(r'assign_to="(\w+),', "".join(steps))))
    reference = f'<Reference variables="{",".join(used)}"/>' if used else ""
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', '<scenario name="lab">', *steps, reference, "</scenario>", ""]
    )


def label(name: str) -> str:
    """Return a place to go to."""
    return f'<label id="{name}"/>'


def send(message: str, *, repeated: bool = False, actions: str = "") -> str:
    """Return the sending of a SIP message, repeated until an answer comes if told."""
    again = ' retrans="500"' if repeated else ""
    return f"<send{again}><![CDATA[\n\n{message}\n]]>{_done(actions)}</send>"


def receive(what: str, *, then: str = "", optional: bool = False, more: str = "", actions: str = "") -> str:
    """Return the awaiting of a request (a method) or an answer (a pattern of its status).

    An optional one lets the following steps match too, up to the first that isn't optional. It must say where
    to go `then`, or the scenario goes on behind it.
    """
    sought = f'request="{what}"' if what.isalpha() else f'response="{what}" regexp_match="true"'
    may = ' optional="true"' if optional else ""
    to = f' next="{then}"' if then else ""
    return f"<recv {sought}{may}{to} {more}>{_done(actions)}</recv>"


def _done(actions: str) -> str:
    return f"<action>{actions}</action>" if actions else ""
