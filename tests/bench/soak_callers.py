"""Callers and phones of the soak, as SIPp scenarios: agents who are busy or decline, callers who lose patience.

Agents end the conversations, for a caller in a queue hears nothing by which SIPp could tell an agent from music.
Source: SIPp docs/scenarios/ownscenarios.rst, docs/scenarios/keywords.rst.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.crowd import CALLER, NO_SOUND, NOW, TAG
from tests.lab.scenario import ECHO, EMPTY, label, receive, scenario, send
from tests.lab.settings import HOST

RING, TALK = 100, 400  # milliseconds
BUSY, DECLINED = 0.02, 0.02  # of the offers
PATIENCE = (700, 1600, 3100)  # milliseconds, of callers who lose it
STUCK = 15_000  # milliseconds, for those who would wait for ever

SERVED, GAVE_UP, STUCK_ONE = "served", "gave-up", "stuck"
"""What a caller writes down."""

CROSSES = 50
"""Milliseconds to wait for what may have crossed a message, before that one is answered: SIPp takes what comes in one
go for unforeseen while it has something to send."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of callers, as they saw it."""

    offered: int
    failed: int
    """Calls that went otherwise than any call should."""
    told: Counter[str]
    ended: int = 0
    """Calls that are over, however they went."""
    repeated: int = 0
    """Messages that were sent again, for want of an answer in time."""

    def __add__(self, other: "Heard") -> "Heard":
        return Heard(
            self.offered + other.offered,
            self.failed + other.failed,
            self.told + other.told,
            self.ended + other.ended,
            self.repeated + other.repeated,
        )


def heard(folder: Path, name: str) -> Heard:
    """Read what the callers of one SIPp have written down.

    When the agent hangs up in the millisecond in which the caller is about to, SIPp answers, and calls it a failure.
    """
    with (folder / f"{name}.csv").open() as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    told = Counter((folder / f"{name}.log").read_text().split())
    errors = folder / f"{name}.errors"
    at_once = errors.read_text(errors="replace").count("on an unexpected BYE") if errors.exists() else 0
    told[SERVED] += at_once
    failed, served = int(last["FailedCall(C)"]), int(last["SuccessfulCall(C)"])
    repeated = int(last["Retransmissions(C)"])
    return Heard(int(last["TotalCallCreated"]), failed - at_once, told, failed + served, repeated)


def phones() -> Sequence[str]:
    """Answer after a moment, talk and hang up; now and then be busy or decline, or be hung up on at any moment."""
    answer = ECHO.format(to=f"[last_To:];{TAG}")
    here = "Contact: <sip:[local_ip]:[local_port]>\n"
    request = (
        "BYE [$contact] SIP/2.0\n"
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
        f"From:[$to];{TAG}\nTo:[$from]\nCall-ID: [call_id]\nCSeq: 1 BYE\nMax-Forwards: 70\n"
    )
    cancelled = (
        f"SIP/2.0 487 Request Terminated\n[last_Via:]\n[last_From:]\n[last_To:];{TAG}\n[last_Call-ID:]\n"
        "CSeq:[$number] INVITE\n"
    )
    return [
        receive("OPTIONS", then="asked", optional=True),
        receive("INVITE", actions=_kept(to="To", contact="Contact", number="CSeq", **{"from": "From"})),
        _perhaps(BUSY, "busy"),
        _perhaps(DECLINED, "declined"),
        send(f"SIP/2.0 180 Ringing\n{answer}{here}{EMPTY}"),
        _await("CANCEL", RING, "answered"),
        send(_taken()),
        send(f"{cancelled}{EMPTY}", repeated=True),
        receive("ACK", more='next="end"'),
        label("answered"),
        send(f"SIP/2.0 200 OK\n{answer}{here}{NO_SOUND}", repeated=True),
        *_crossed("CANCEL", "ACK", "talks"),
        label("talks"),
        _await("BYE", TALK, "hangs-up"),
        _go("asked"),
        label("hangs-up"),
        send(f"{request}{EMPTY}", repeated=True),
        *_crossed("BYE", "(200|481)", "end"),
        label("busy"),
        send(f"SIP/2.0 486 Busy Here\n{answer}{EMPTY}", repeated=True),
        receive("ACK", more='next="end"'),
        label("declined"),
        send(f"SIP/2.0 603 Decline\n{answer}{EMPTY}", repeated=True),
        receive("ACK", more='next="end"'),
        label("asked"),
        send(_taken()),
        label("end"),
    ]


def callers(run: int, dialled: str, *, patient: bool, noted: bool = False) -> str:
    """Call, and wait until an agent has talked and hung up, or until patience is over; `noted` writes down when."""
    caller = CALLER.format(run=run)

    def request(method: str, to: str) -> str:
        return (
            f"{method} {to} SIP/2.0\n"
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
            f"From: <sip:{caller}@[local_ip]>;{TAG}\n"
            f"To: <sip:{dialled}@{HOST}>[peer_tag_param]\n"
            "Call-ID: [call_id]\n"
            f"CSeq: [cseq] {method}\n"
            "Contact: <sip:caller@[local_ip]:[local_port]>\n"
            "Max-Forwards: 70\n"
        )

    invite = request("INVITE", f"sip:{dialled}@{HOST}").replace("[peer_tag_param]", "")
    came = f"came nobody {caller} [$s] [$us]"
    shares = enumerate(PATIENCE[1:])
    waits = [
        *(_perhaps(1 / (len(PATIENCE) - number), f"waits{number}") for number, _ in shares if not patient),
        *_waits(STUCK if patient else PATIENCE[0], "stuck" if patient else "gives-up"),
    ]
    for number, patience in enumerate(() if patient else PATIENCE[1:]):
        waits += [label(f"waits{number}"), *_waits(patience, "gives-up")]
    return scenario(
        [
            send(f"{invite}{NO_SOUND}", repeated=True, actions=f"{NOW}{_log(came)}" if noted else ""),
            label("calling"),
            receive("1..", then="calling", optional=True),
            receive("200", more='rrs="true"'),
            send(f"{request('ACK', '[next_url]')}{EMPTY}"),
            *waits,
            label("stuck"),
            f"<nop><action>{_log(STUCK_ONE)}</action></nop>",
            label("gives-up"),
            send(f"{request('BYE', '[next_url]')}{EMPTY}", repeated=True, actions=_log(GAVE_UP)),
            *_crossed("BYE", "(200|481)", "end"),
            label("served"),
            send(_taken(), actions=_log(SERVED)),
            label("end"),
        ]
    )


def _crossed(theirs: str, wanted: str, then: str) -> Sequence[str]:
    """Take what is wanted and go on, though their own request may have crossed ours; that is answered too."""
    names = {f"{theirs.lower()}{header}": header for header in ("Via", "From", "To", "CSeq")}
    echo = "".join(f"{header}:[${name}]\n" for name, header in names.items())
    taken = f"SIP/2.0 200 OK\n{echo}Call-ID: [call_id]\n{EMPTY}"
    first = f"{theirs.lower()}-first"
    return [
        receive(theirs, then=f"{theirs.lower()}-too", optional=True, actions=_kept(**names)),
        receive(wanted, more=f'next="{then}"'),
        label(f"{theirs.lower()}-too"),
        _await(wanted, CROSSES, first),
        send(taken),
        _go(then),
        label(first),
        send(taken),
        receive(wanted, more=f'next="{then}"'),
    ]


def _taken() -> str:
    return f"SIP/2.0 200 OK\n{ECHO.format(to='[last_To:]')}{EMPTY}"


def _kept(**headers: str) -> str:
    """Keep headers of a request in variables: those of an INVITE as a request of one's own needs them."""
    patterns = {"Contact": "&lt;(.*)&gt;", "CSeq": "([0-9]+)"} if "contact" in headers else {}
    return "".join(
        f'<ereg regexp="{patterns.get(header, "(.*)")}" search_in="hdr" header="{header}:" '
        f'assign_to="whole{name},{name}"/>'
        for name, header in headers.items()
    )


def _waits(patience: int, then: str) -> Sequence[str]:
    return _await("BYE", patience, then), _go("served")


def _await(what: str, milliseconds: int, otherwise: str) -> str:
    return receive(what, more=f'timeout="{milliseconds}" ontimeout="{otherwise}"')


def _go(where: str) -> str:
    return f'<nop next="{where}"/>'


def _perhaps(chance: float, where: str) -> str:
    return f'<nop next="{where}" chance="{chance:.3f}"/>'


def _log(what: str) -> str:
    return f'<log message="{what}"/>'
