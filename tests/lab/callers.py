"""Callers from outside: each a SIPp process with an address and a sound of its own."""

import contextlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from tests.lab import sound
from tests.lab.asterisk import Asterisk
from tests.lab.rtp import Rtp
from tests.lab.scenario import (
    ECHO,
    EMPTY,
    MEDIA,
    OF_INVITE,
    SDP,
    STATUS,
    command,
    label,
    literal,
    receive,
    scenario,
    send,
    tell,
)
from tests.lab.settings import HOST
from tests.lab.sipp import Sipp
from tests.lab.watch import PATIENCE, TooLate, Watch

ADDRESSES = itertools.cycle(f"127.0.1.{number}" for number in range(1, 255))  # accounts.CALLERS


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended for its caller."""

    at: datetime
    by: str  # "caller", "callee"
    status: int  # the final SIP answer's: 200 if it was answered, 487 if it was cancelled
    words: str  # the answer's words: "Busy Here"
    cause: str  # the Reason header: "Q.850;cause=17"


class Caller:
    """One call from outside, led by a test.

    `number` and `dialled` may be any text or bytes: they are sent as they are in the user part of an address.
    No number is an anonymous caller. In the call it says a tone of `hertz`.
    """

    def __init__(
        self,
        asterisk: Asterisk,
        dialled: str | bytes,
        number: str | bytes | None = "+33199007788",
        *,
        name: str | bytes = "",
        headers: Mapping[str, str] | None = None,
        hertz: int = 700,
    ) -> None:
        self.dialled = dialled
        self.number = number
        self.address = next(ADDRESSES)
        self.ringing_at: datetime | None = None
        self.answered_at: datetime | None = None
        self.end: Ended | None = None
        self._asterisk = asterisk
        self._name = name
        self._headers = dict(headers or {})
        self._hertz = hertz
        self._rtp: Rtp | None = None
        self._sipp: Sipp | None = None
        self._call_id = ""
        self._hung_up = False
        self._steps: list[str] = []
        self._watch = Watch()

    async def __aenter__(self) -> Self:
        try:
            await self.dial()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        await self.close()

    async def dial(self) -> None:
        """Send the call; it is on the way when this returns."""
        self._rtp = await Rtp.on(self.address, self._hertz)
        folder = self._asterisk.folder / "callers" / self.address
        server = f"{HOST}:{self._asterisk.ports.sip}"
        self._sipp = Sipp(self._asterisk.tree.sipp, folder, self.address, server, self._scenario(), self._told)
        await self._sipp.start("-m", "1", "-r", "1000")
        await self._watch.until(lambda: self._call_id or None, PATIENCE, lambda: f"{self._story()}, and did not call")

    async def ringing(self, within: float = PATIENCE) -> datetime:
        """Wait until the caller hears that somebody's phone rings."""
        return await self._watch.until(lambda: self.ringing_at, within, lambda: f"{self._story()}, not ringing")

    async def answered(self, within: float = PATIENCE) -> datetime:
        """Wait until the call is answered, by a person or a machine."""
        return await self._watch.until(lambda: self.answered_at, within, lambda: f"{self._story()}, not an answer")

    async def ended(self, within: float = PATIENCE) -> Ended:
        """Wait until the call has ended, refused ones too."""
        return await self._watch.until(lambda: self.end, within, lambda: f"{self._story()}, not the end")

    async def hang_up(self, within: float = PATIENCE) -> Ended:
        """End the call, whether it is answered or not; Asterisk has agreed when this returns."""
        assert self._sipp is not None, "the caller has not dialled"
        # A CANCEL may only follow a first answer (RFC 3261 §9.1), and SIPp breaks if it is told to sooner.
        await self._watch.until(lambda: self._steps[1:] or None, within, lambda: f"{self._story()}, and no answer")
        if self.end is None:
            self._hung_up = True
            await self._sipp.command(self._call_id, "hang up")
        return await self.ended(within)

    async def press(self, keys: str) -> None:
        """Press keys (RFC 4733)."""
        assert self.answered_at, "the call is not answered"
        assert self._rtp is not None
        self._rtp.press(keys)

    async def hears(self, hertz: int, within: float = PATIENCE) -> None:
        """Wait until a tone is heard."""

        def new(start: int) -> list[int]:
            return [sound.from_alaw(byte) for byte in self.heard[start:]]

        if not await sound.comes(new, hertz, within):
            raise TooLate(f"within {within} s, {self._story()}, and heard no tone of {hertz} Hz")

    @property
    def heard(self) -> bytes:
        """Return all that the caller heard so far, A-law."""
        return bytes(self._rtp.heard) if self._rtp is not None else b""

    async def close(self) -> None:
        """Be gone, however the call stands: hang up if it still is."""
        if self._sipp is not None and self.end is None and not self._sipp.ended.is_set():
            with contextlib.suppress(TooLate):
                await self.hang_up(within=1.0)
        if self._sipp is not None:
            await self._sipp.close()
        if self._rtp is not None:
            self._rtp.close()

    def _story(self) -> str:
        complaint = self._sipp.complaint() if self._sipp is not None else ""
        return f"the caller {self.number!r} of {self.dialled!r} saw {', '.join(self._steps) or 'nothing'}{complaint}"

    def _told(self, call_id: str, step: str, headers: Mapping[str, str], now: datetime) -> None:
        self._call_id = call_id or self._call_id
        self._steps.append(step)
        if headers.get("Media") and self._rtp is not None:
            self._rtp.speak_to(HOST, int(headers["Media"]))
        status, _, words = headers.get("Status", "").partition(" ")
        cause = headers.get("Reason", "")
        match step:
            case "ringing":
                self.ringing_at = self.ringing_at or now
            case "answered":
                self.answered_at = now
            case "refused":
                by = "caller" if self._hung_up else "callee"
                self.end = Ended(now, by, int(status), words, cause)
            case "callee hung up":
                self.end = Ended(now, "callee", 200, "OK", cause)
            case "caller hung up":
                self.end = Ended(now, "caller", 200, "OK", "")
        self._watch.changed()

    def _scenario(self) -> str:
        assert self._rtp is not None
        if self.number is None:
            sender = '"Anonymous" <sip:anonymous@anonymous.invalid>'
            headers = {"Privacy": "id", **self._headers}
        else:
            shown = f'"{literal(self._name)}" ' if self._name else ""
            sender = f"{shown}<sip:{literal(self.number)}@[local_ip]>"
            headers = self._headers
        extra = "".join(f"{name}: {literal(value)}\n" for name, value in headers.items())
        target = f"sip:{literal(self.dialled)}@{HOST}"
        first_branch = "z9hG4bK-[pid]-[call_number]-first"  # an INVITE, its CANCEL and the ACK of a refusal share it

        def request(method: str, to: str = "[next_url]", branch: str = "[branch]", number: str = "[cseq]") -> str:
            return (
                f"{method} {to} SIP/2.0\n"
                f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}\n"
                f"From: {sender};tag=[pid]-[call_number]\n"
                f"To: <{target}>{'[peer_tag_param]' if method != 'CANCEL' else ''}\n"
                "Call-ID: [call_id]\n"
                f"CSeq: {number} {method}\n"
                "Contact: <sip:caller@[local_ip]:[local_port]>\n"
                "Max-Forwards: 70\n"
            )

        sdp = SDP.format(port=self._rtp.port)
        answer = f"SIP/2.0 200 OK\n{ECHO.format(to='[last_To:]')}"
        here = "Contact: <sip:caller@[local_ip]:[local_port]>\n"
        invited = 'response_txn="invite"'
        return scenario(
            [
                tell("calling"),
                send(
                    request("INVITE", target, first_branch).replace("[peer_tag_param]", "") + extra + sdp,
                    attributes='retrans="500" start_txn="invite"',
                ),
                label("calling"),
                receive("180", then="ringing", more=invited),
                receive("183", then="progress", more=invited, actions=MEDIA),
                receive("100", then="trying", more=invited),
                receive("1..", then="calling", more=invited),
                receive("2..", then="answered", more=f'{invited} rrs="true"', actions=MEDIA),
                receive("[3-6]..", then="refused", more=invited, actions=STATUS),
                command(then="cancelled"),
                label("trying"),
                tell("trying", then="calling"),
                label("ringing"),
                tell("ringing", then="calling"),
                label("progress"),
                tell("hears", "Media: [$media]", then="calling"),
                label("answered"),
                send(request("ACK") + EMPTY, attributes='ack_txn="invite"'),
                tell("answered", "Media: [$media]"),
                label("talking"),
                receive("BYE", then="callee hung up"),
                receive("INVITE", then="changed"),
                receive("UPDATE", then="updated"),
                command(then="hang up"),
                label("changed"),
                send(answer + here + sdp, attributes='retrans="500"'),
                receive("ACK", optional=False, then="talking"),
                label("updated"),
                send(answer + here + EMPTY, then="talking"),
                label("callee hung up"),
                send(answer + EMPTY),
                tell("callee hung up", "[last_Reason:]", then="end"),
                label("hang up"),
                send(request("BYE") + EMPTY, attributes='retrans="500"'),
                receive("BYE", then="crossed"),
                receive("[2-6]..", optional=False),
                tell("caller hung up", then="end"),
                label("crossed"),
                send(answer + EMPTY),
                tell("caller hung up", then="end"),
                label("refused"),
                send(request("ACK", target, first_branch, "1") + EMPTY, attributes='ack_txn="invite"'),
                tell("refused", "Status: [$status]", "[last_Reason:]", then="end"),
                label("cancelled"),
                send(request("CANCEL", target, first_branch, "1") + EMPTY, attributes='retrans="500"'),
                label("gone"),
                receive("1..", then="gone", more=invited),
                receive("2..", then="late", more=f'{invited} test="invited" rrs="true"', actions=OF_INVITE),
                receive("[3-6]..", then="refused", more=f'{invited} test="invited"', actions=OF_INVITE + STATUS),
                command(then="gone"),
                label("late"),  # the answer crossed the CANCEL
                send(request("ACK") + EMPTY, then="hang up", attributes='ack_txn="invite"'),
                label("end"),
                "<nop/>",
            ]
        )
