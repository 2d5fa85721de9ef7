"""Phones that write down when they ring, hang up and are busy, as a SIPp scenario.

Source: SIPp docs/scenarios/ownscenarios.rst, docs/scenarios/actions.rst.
"""

from collections.abc import Sequence

from tests.lab.crowd import NO_SOUND, NOW, TAG
from tests.lab.scenario import ECHO, EMPTY, label, receive, send

TALK = 400  # milliseconds


def phones(busy: float) -> Sequence[str]:
    """Answer at once, talk and hang up; this share of the offers finds the phone busy."""
    answer = ECHO.format(to=f"[last_To:];{TAG}")
    here = "Contact: <sip:[local_ip]:[local_port]>\n"
    bye = (
        "BYE [$contact] SIP/2.0\n"
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
        f"From:[$to];{TAG}\nTo:[$from]\nCall-ID: [call_id]\nCSeq: 1 BYE\nMax-Forwards: 70\n"
    )
    kept = "".join(
        f'<ereg regexp="{pattern}" search_in="{where}" assign_to="whole{name},{name}"/>'
        for name, pattern, where in (
            ("agent", "INVITE sip:([^@]*)@", "msg"),
            ("caller", "sip:([^@]*)@", 'hdr" header="From:'),
            ("to", "(.*)", 'hdr" header="To:'),
            ("from", "(.*)", 'hdr" header="From:'),
            ("contact", "&lt;(.*)&gt;", 'hdr" header="Contact:'),
        )
    )
    return [
        receive("OPTIONS", then="asked", optional=True),
        receive("INVITE", actions=NOW + kept + _log("rung")),
        f'<nop next="busy" chance="{busy:.3f}"/>',
        send(f"SIP/2.0 200 OK\n{answer}{here}{NO_SOUND}", repeated=True),
        receive("ACK"),
        f'<pause milliseconds="{TALK}"/>',
        send(f"{bye}{EMPTY}", repeated=True, actions=NOW + _log("free")),
        receive("200", more='next="end"'),
        label("busy"),
        send(f"SIP/2.0 486 Busy Here\n{answer}{EMPTY}", repeated=True, actions=NOW + _log("missed")),
        receive("ACK", more='next="end"'),
        label("asked"),
        send(f"SIP/2.0 200 OK\n{ECHO.format(to='[last_To:]')}{EMPTY}"),
        label("end"),
    ]


def _log(what: str) -> str:
    return f'<log message="{what} [$agent] [$caller] [$s] [$us]"/>'
