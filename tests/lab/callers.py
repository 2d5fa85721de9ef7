"""Callers from outside, each with an address and a sound of its own."""

import contextlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from tests.lab import sip
from tests.lab.asterisk import Asterisk
from tests.lab.endpoint import Endpoint
from tests.lab.rtp import Rtp
from tests.lab.settings import HOST
from tests.lab.sip import SDP, Message
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

    sound: type[Rtp] = Rtp

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
        self.messages: list[Message] = []  # all that came from Asterisk
        self._asterisk = asterisk
        self._hertz = hertz
        self._headers = [*({} if number is not None else {"Privacy": "id"}).items(), *(headers or {}).items()]
        if number is None:
            sender = '"Anonymous" <sip:anonymous@anonymous.invalid>'
        else:
            shown = f'"{sip.text(name)}" ' if name else ""
            sender = f"{shown}<sip:{sip.text(number)}@{self.address}>"
        self._from = f"{sender};tag={sip.new_tag()}"
        self._to = f"<sip:{sip.text(dialled)}@{HOST}>"
        self._target = f"sip:{sip.text(dialled)}@{HOST}"
        self._call_id = f"{sip.new_tag()}@{self.address}"
        self._branch = sip.new_branch()  # of the INVITE
        self._number = 1  # of the latest request in the call
        self._hung_up = False
        self._cancelled = False
        self._steps: list[str] = []
        self._watch = Watch()
        self._rtp: Rtp | None = None
        self._endpoint: Endpoint | None = None

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
        self._rtp = await self.sound.on(self.address, self._hertz)
        server = (HOST, self._asterisk.ports.sip)
        self._endpoint = await Endpoint.open(self.address, server, self._hear_request)
        self._steps.append("calling")
        headers = [*self._dialog("INVITE"), *self._headers, SDP]
        body = sip.sound_offer(self.address, self._rtp.port)
        self._endpoint.ask("INVITE", self._target, self._branch, headers, body, self._hear_answer)

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
        assert self._endpoint is not None, "the caller has not dialled"
        if not self._hung_up and self.end is None:
            self._hung_up = True
            if self.answered_at:
                self._say_goodbye()
            elif self._heard_back:  # a CANCEL may only follow a first answer (RFC 3261 §9.1)
                self._cancel()
        return await self.ended(within)

    async def press(self, keys: str) -> None:
        """Press keys (RFC 4733)."""
        assert self.answered_at, "the call is not answered"
        assert self._rtp is not None
        self._rtp.press(keys)

    async def hears(self, *hertz: int, within: float = PATIENCE) -> None:
        """Wait until a tone is heard, one of several."""
        assert self._rtp is not None
        if not await self._rtp.hears(hertz, within):
            raise TooLate(f"within {within} s, {self._story()}, and heard no tone of {' or '.join(map(str, hertz))} Hz")

    @property
    def heard(self) -> bytes:
        """Return all that the caller heard so far, A-law."""
        return bytes(self._rtp.heard) if self._rtp is not None else b""

    async def close(self) -> None:
        """Be gone, however the call stands: hang up if it still is."""
        if self._endpoint is not None:
            if self._heard_back:
                with contextlib.suppress(TooLate):
                    await self.hang_up(within=1.0)
            self._endpoint.close()
        if self._rtp is not None:
            self._rtp.close()

    @property
    def _heard_back(self) -> bool:
        return len(self._steps) > 1

    def _story(self) -> str:
        return f"the caller {self.number!r} of {self.dialled!r} saw {', '.join(self._steps) or 'nothing'}"

    def _dialog(self, method: str, number: int = 0) -> list[tuple[str, str]]:
        assert self._endpoint is not None
        return [
            ("From", self._from),
            ("To", self._to),
            ("Call-ID", self._call_id),
            ("CSeq", f"{number or self._number} {method}"),
            ("Contact", f"<sip:caller@{self.address}:{self._endpoint.port}>"),
            ("Max-Forwards", "70"),
        ]

    def _hear_answer(self, answer: Message) -> None:
        now = datetime.now(UTC)
        self.messages.append(answer)
        if answer.sound_port and self._rtp is not None:
            self._rtp.speak_to(HOST, answer.sound_port)
        match answer.status:
            case 180:
                self.ringing_at = self.ringing_at or now
                self._steps.append("ringing")
            case status if status < 200:
                self._steps.append("trying" if status == 100 else f"{status} {answer.words}")
            case status if status < 300:
                self._to, self._target = answer.get("To"), answer.contact
                self._acknowledge(sip.new_branch())
                self.answered_at = now
                self._steps.append("answered")
                if self._hung_up:  # the answer crossed the CANCEL
                    self._say_goodbye()
            case status:
                self._to = answer.get("To")
                self._acknowledge(self._branch)
                self._ends("caller" if self._cancelled else "callee", status, answer.words, answer.get("Reason"), now)
        if self._hung_up and not self._cancelled and answer.status < 200:
            self._cancel()
        self._watch.changed()

    def _hear_request(self, request: Message) -> None:
        assert self._endpoint is not None
        assert self._rtp is not None
        self.messages.append(request)
        tag = sip.new_tag()
        here = [("Contact", f"<sip:caller@{self.address}:{self._endpoint.port}>")]
        match request.method:
            case "ACK":
                return
            case "BYE":
                self._endpoint.answer(request, 200, "OK", tag)
                by = "caller" if self._hung_up else "callee"
                self._ends(by, 200, "OK", request.get("Reason"), datetime.now(UTC))
                self._watch.changed()
            case "INVITE":
                if request.sound_port:
                    self._rtp.speak_to(HOST, request.sound_port)
                body = sip.sound_offer(self.address, self._rtp.port)
                self._endpoint.answer(request, 200, "OK", tag, [*here, SDP], body)
            case _:
                self._endpoint.answer(request, 200, "OK", tag, here)

    def _acknowledge(self, branch: str) -> None:
        assert self._endpoint is not None
        headers = self._dialog("ACK", number=1)
        self._endpoint.acknowledge(branch, self._target, headers, of=self._branch)

    def _cancel(self) -> None:
        assert self._endpoint is not None
        self._cancelled = True
        headers = self._dialog("CANCEL", number=1)
        self._endpoint.ask("CANCEL", self._target, self._branch, headers, "", lambda _answer: None)

    def _say_goodbye(self) -> None:
        assert self._endpoint is not None
        self._number += 1

        def agreed(answer: Message) -> None:
            if answer.status >= 200:
                self._ends("caller", 200, "OK", "", datetime.now(UTC))
                self._watch.changed()

        self._endpoint.ask("BYE", self._target, sip.new_branch(), self._dialog("BYE"), "", agreed)

    def _ends(self, by: str, status: int, words: str, cause: str, now: datetime) -> None:
        self.end = self.end or Ended(now, by, status, words, cause)
        self._steps.append("ended")
