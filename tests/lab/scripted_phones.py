"""Phones that answer whatever a test wants, such as 603 Decline; SIPp stands behind them."""

import re
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from tests.lab.asterisk import Asterisk
from tests.lab.handset import Handset, PhoneCall
from tests.lab.rtp import Rtp
from tests.lab.scenario import ECHO, EMPTY, MEDIA, SDP, STATUS, command, go, label, receive, scenario, send, tell
from tests.lab.settings import HOST
from tests.lab.sipp import Sipp, SippFailed, Told

HERE = "Contact: <sip:{account}@[local_ip]:5060>\n"
OK = 200
# The answers a phone may be told to give: SIPp wants each written out.
ANSWERS = {
    OK: "OK",
    302: "Moved Temporarily",
    403: "Forbidden",
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    603: "Decline",
}
SAID = '<ereg regexp="Do: ([0-9]+)" search_in="msg" assign_to="said,answer"/>'
CHOSEN = "".join(f'<ereg regexp="Do: {status}" search_in="msg" assign_to="chosen{status}"/>' for status in ANSWERS)
# What a later answer to the INVITE, and our own BYE, need of it.
INVITED = "".join(
    f'<ereg regexp=".*" search_in="hdr" header="{header}:" assign_to="{name}"/>'
    for header, name in (("From", "from"), ("To", "to"), ("CSeq", "cseq"), ("Via", "via"))
)


class ScriptedPhone(Handset):
    """A registered phone that does as it is told, and rings for ever if it is told nothing.

    It registers over UDP when it is switched on. In a call it says a tone of `hertz`.
    """

    def __init__(self, asterisk: Asterisk, account: str, password: str, *, address: str, hertz: int = 1000) -> None:
        super().__init__(account, address)
        self._asterisk = asterisk
        self._password = password
        self._hertz = hertz
        self._rtp: Rtp | None = None
        self._sipp: Sipp | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Switch the phone on and register it."""
        # From the port that will take the calls: Asterisk sends them to where the registration came from.
        await self._register(f"{HERE.format(account=self.account)}Expires: 600\n", port=5060)
        self.registration = "registered"
        self._rtp = await Rtp.on(self.address, self._hertz)
        self._sipp = self._process("calls", _answering(self.account, self._rtp.port), self._told)
        await self._sipp.start()

    async def unregister(self) -> None:
        """Tell Asterisk to send no more calls here; it has agreed when this returns."""
        await self._register("Contact: *\nExpires: 0\n", port=5070)
        self.registration = "not registered"

    async def stop(self) -> None:
        """Switch the phone off like a power cut: nobody is told."""
        if self._sipp is not None:
            await self._sipp.close()
        if self._rtp is not None:
            self._rtp.close()

    async def answer(self, call: PhoneCall | None = None) -> None:
        """Take up a ringing call, the latest unless told."""
        await self._command(self._ringing(call), "200")

    async def reject(self, call: PhoneCall | None = None, status: int = 603) -> None:
        """Refuse a ringing call with one of ANSWERS."""
        assert status in ANSWERS, f"this phone cannot say {status}"
        await self._command(self._ringing(call), str(status))

    async def hang_up(self, call: PhoneCall | None = None) -> None:
        """End a conversation."""
        await self._command(self._talking(call), "hang up")

    async def _command(self, call: PhoneCall, text: str) -> None:
        assert self._sipp is not None, "the phone was not started"
        await self._sipp.command(call.id, text)

    async def _register(self, contact: str, port: int) -> None:
        answers: list[str] = []

        def told(_call_id: str, step: str, headers: Mapping[str, str], _now: datetime) -> None:
            if step == "answered":
                answers.append(headers["Status"])

        sipp = self._process("registration", _registering(self.account, self._password, contact), told)
        await sipp.start("-m", "1", "-r", "1000", port=port)
        await sipp.ended.wait()
        if answers != ["200 OK"]:
            raise SippFailed(f"{self.account} was not registered: {answers}{sipp.complaint()}")

    def _process(self, name: str, steps: str, told: Told) -> Sipp:
        folder = self._asterisk.folder / "phones" / self.account / name
        server = f"{HOST}:{self._asterisk.ports.sip}"
        return Sipp(self._asterisk.tree.sipp, folder, self.address, server, steps, told)

    def _told(self, call_id: str, step: str, headers: Mapping[str, str], now: datetime) -> None:
        call = self._call(call_id)
        if headers.get("Media") and self._rtp is not None:
            self._rtp.speak_to(HOST, int(headers["Media"]))
        match step, call:
            case "rings", None:
                found = re.match(r'\s*(?:"(.*)"|([^"<]*?))\s*<sips?:([^@>]*)', headers["From"])
                name, number = ((found[1] or found[2]), found[3]) if found else ("", "")
                self.calls.append(PhoneCall(call_id, number, name, now))
            case "talks", PhoneCall():
                call.answered_at = now
            case "ended", PhoneCall():
                why = headers["Why"]
                call.ended_at, call.why = now, f"{why} {ANSWERS[int(why)]}" if why.isdecimal() else why
            case _:
                return
        self._watch.changed()


def _registering(account: str, password: str, contact: str) -> str:
    def request(more: str) -> str:
        return (
            f"REGISTER sip:{HOST} SIP/2.0\n"
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
            f"From: <sip:{account}@{HOST}>;tag=[pid]\n"
            f"To: <sip:{account}@{HOST}>\n"
            "Call-ID: [call_id]\n"
            "CSeq: [cseq] REGISTER\n"
            f"Max-Forwards: 70\n{contact}{more}{EMPTY}"
        )

    return scenario(
        [
            send(request(""), attributes='retrans="500"'),
            receive("401", optional=False, more='auth="true"'),
            send(request(f"[authentication username={account} password={password}]\n"), attributes='retrans="500"'),
            receive("[2-6]..", optional=False, actions=STATUS),
            tell("answered", "Status: [$status]"),
        ]
    )


def _answering(account: str, port: int) -> str:
    tag = "tag=[pid]-[call_number]"
    echo = ECHO.format(to=f"[last_To:];{tag}")
    invited = f"Via:[$via]\nFrom:[$from]\nTo:[$to];{tag}\n[last_Call-ID:]\nCSeq:[$cseq]\n"
    here, sdp = HERE.format(account=account), SDP.format(port=port)
    ok = f"SIP/2.0 {OK} {ANSWERS[OK]}\n"
    bye = (
        "BYE [next_url] SIP/2.0\n"
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
        f"From:[$to];{tag}\n"
        "To:[$from]\n"
        "Call-ID: [call_id]\n"
        "CSeq: 1 BYE\n"
        "Max-Forwards: 70\n"
    )

    def refusal(status: int) -> list[str]:
        answer = f"SIP/2.0 {status} {ANSWERS[status]}\n{invited}{EMPTY}"
        return [label(str(status)), send(answer, then="refused", attributes='retrans="500"')]

    return scenario(
        [
            receive("OPTIONS", then="asked"),
            receive("INVITE", optional=False, more='rrs="true"', actions=INVITED + MEDIA),
            send(f"SIP/2.0 180 Ringing\n{echo}{here}{EMPTY}"),
            tell("rings", "From: [$from]"),
            label("ringing"),
            receive("CANCEL", then="cancelled"),
            command(actions=SAID + CHOSEN),
            *(go(str(status), if_set=f"chosen{status}") for status in ANSWERS),
            *(step for status in ANSWERS if status != OK for step in refusal(status)),
            label("refused"),
            receive("CANCEL", then="too late to refuse"),
            receive("ACK", optional=False),
            tell("ended", "Why: [$answer]", then="end"),
            label("too late to refuse"),
            send(f"{ok}{echo}{EMPTY}", then="refused"),
            label("200"),
            send(f"{ok}{invited}{here}{sdp}", attributes='retrans="500"'),
            label("answered"),
            receive("CANCEL", then="too late to answer"),
            receive("ACK", optional=False),
            tell("talks", "Media: [$media]"),
            label("talking"),
            receive("BYE", then="hung up"),
            receive("INVITE", then="changed"),
            receive("UPDATE", then="updated"),
            command(),
            send(f"{bye}{EMPTY}", attributes='retrans="500"'),
            receive("BYE", then="hung up"),
            receive("[2-6]..", optional=False),
            tell("ended", "Why: hung up here", then="end"),
            label("changed"),
            send(f"{ok}{ECHO.format(to='[last_To:]')}{here}{sdp}", attributes='retrans="500"'),
            receive("ACK", optional=False, then="talking"),
            label("updated"),
            send(f"{ok}{ECHO.format(to='[last_To:]')}{here}{EMPTY}", then="talking"),
            label("hung up"),
            send(f"{ok}{ECHO.format(to='[last_To:]')}{EMPTY}"),
            tell("ended", "Why: hung up there", then="end"),
            label("too late to answer"),
            send(f"{ok}{echo}{EMPTY}", then="answered"),
            label("cancelled"),
            send(f"{ok}{echo}{EMPTY}"),
            send(f"SIP/2.0 487 Request Terminated\n{invited}{EMPTY}", attributes='retrans="500"'),
            receive("ACK", optional=False),
            tell("ended", "Why: cancelled", then="end"),
            label("asked"),
            send(f"{ok}{echo}{here}{EMPTY}"),
            label("end"),
            "<nop/>",
        ]
    )
