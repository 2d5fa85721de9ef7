"""Phones that answer whatever a test wants, such as 603 Decline."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from tests.lab import sip
from tests.lab.asterisk import Asterisk
from tests.lab.endpoint import Endpoint
from tests.lab.handset import Handset, PhoneCall
from tests.lab.rtp import Rtp
from tests.lab.settings import HOST
from tests.lab.sip import SDP, Message
from tests.lab.watch import PATIENCE, TooLate, Watch

WORDS = {
    302: "Moved Temporarily",
    403: "Forbidden",
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    603: "Decline",
}


class RegistrationRefused(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """Asterisk did not accept a scripted phone's registration."""


@dataclass(slots=True)
class Leg:
    """The phone's side of one call."""

    invitation: Message
    tag: str
    refusal: int = 0  # the status that refused it, until Asterisk has acknowledged that


class ScriptedPhone(Handset):
    """A registered phone that does as it is told, and rings for ever if it is told nothing.

    It registers over UDP when it is switched on. In a call it says a tone of `hertz`.
    """

    sound: type[Rtp] = Rtp

    def __init__(self, asterisk: Asterisk, account: str, password: str, *, address: str, hertz: int = 1000) -> None:
        super().__init__(account, address)
        self._asterisk = asterisk
        self._password = password
        self.hertz = hertz
        self._rtp: Rtp | None = None
        self._endpoint: Endpoint | None = None
        self._legs: dict[str, Leg] = {}
        self._registrations = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Switch the phone on and register it."""
        try:
            self._rtp = await self.sound.on(self.address, self.hertz)
            server = (HOST, self._asterisk.ports.sip)
            self._endpoint = await Endpoint.open(self.address, server, self._hear)
            await self.register()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Switch the phone off like a power cut: nobody is told."""
        if self._endpoint is not None:
            self._endpoint.close()
        if self._rtp is not None:
            self._rtp.close()
        self.registration = "switched off"

    async def register(self) -> None:
        """Ask Asterisk to send this account's calls here; it has agreed when this returns."""
        await self._register(expires=600)
        self.registration = "registered"

    async def unregister(self) -> None:
        """Tell Asterisk to send no more calls here; it has agreed when this returns."""
        await self._register(expires=0)
        self.registration = "not registered"

    async def answer(self, call: PhoneCall | None = None) -> None:
        """Take up a ringing call, the latest unless told."""
        leg = self._legs[self._ringing(call).id]
        assert self._rtp is not None
        self._rtp.begin_anew()
        body = sip.sound_offer(self.address, self._rtp.port)
        self._live.answer(leg.invitation, 200, "OK", leg.tag, [self._here, SDP], body)

    async def reject(self, call: PhoneCall | None = None, status: int = 603, *, contact: str = "") -> None:
        """Refuse a ringing call; with 302 and a `contact`, send it there."""
        leg = self._legs[self._ringing(call).id]
        leg.refusal = status
        there = [("Contact", f"<{contact}>")] if contact else []
        self._live.answer(leg.invitation, status, WORDS[status], leg.tag, there)

    async def hang_up(self, call: PhoneCall | None = None) -> None:
        """End a conversation."""
        found = self._talking(call)
        leg = self._legs[found.id]
        headers = [
            ("From", f"{leg.invitation.get('To')};tag={leg.tag}"),
            ("To", leg.invitation.get("From")),
            ("Call-ID", found.id),
            ("CSeq", "1 BYE"),
            ("Max-Forwards", "70"),
        ]

        def agreed(answer: Message) -> None:
            if answer.status >= 200:
                self._ends(found, "hung up here")

        self._live.ask("BYE", leg.invitation.contact, sip.new_branch(), headers, "", agreed)

    def press(self, keys: str) -> None:
        """Press keys in a conversation (RFC 4733)."""
        assert self._rtp is not None
        self._rtp.press(keys)

    async def hears(self, hertz: int, within: float = PATIENCE) -> None:
        """Wait until a tone is heard."""
        assert self._rtp is not None
        if not await self._rtp.hears((hertz,), within):
            raise TooLate(f"within {within} s, {self._story()}, and heard no tone of {hertz} Hz")

    async def is_spoken_to(self, within: float = PATIENCE) -> None:
        """Wait until anything is heard that is no silence."""
        assert self._rtp is not None
        if not await self._rtp.is_spoken_to(within):
            raise TooLate(f"within {within} s, {self._story()}, and heard nothing")

    @property
    def heard(self) -> list[Message]:
        """Return every SIP message that came to this phone."""
        return self._live.heard

    @property
    def _live(self) -> Endpoint:
        assert self._endpoint is not None, "the phone was not started"
        return self._endpoint

    @property
    def _here(self) -> tuple[str, str]:
        return "Contact", f"<sip:{self.account}@{self.address}:{self._live.port}>"

    async def _register(self, expires: int) -> None:
        answers: list[Message] = []
        heard = Watch()
        uri = f"sip:{HOST}"
        call_id = f"{sip.new_tag()}@{self.address}"
        tag = sip.new_tag()

        def hear(answer: Message) -> None:
            if answer.status >= 200:
                answers.append(answer)
                heard.changed()

        async def ask(authorization: list[tuple[str, str]]) -> Message:
            self._registrations += 1
            headers = [
                ("From", f"<sip:{self.account}@{HOST}>;tag={tag}"),
                ("To", f"<sip:{self.account}@{HOST}>"),
                ("Call-ID", call_id),
                ("CSeq", f"{self._registrations} REGISTER"),
                self._here,
                ("Expires", str(expires)),
                ("Max-Forwards", "70"),
                *authorization,
            ]
            self._live.ask("REGISTER", uri, sip.new_branch(), headers, "", hear)
            return await heard.until(
                lambda: answers.pop() if answers else None, PATIENCE, lambda: f"{self._story()}, no answer to REGISTER"
            )

        answer = await ask([])
        if answer.status == 401:
            challenge = answer.get("WWW-Authenticate")
            told = sip.credentials(challenge, "REGISTER", uri, self.account, self._password)
            answer = await ask([("Authorization", told)])
        if answer.status != 200:
            raise RegistrationRefused(f"{self.account} was not registered: {answer.status} {answer.words}")

    def _hear(self, request: Message) -> None:
        leg, call = self._legs.get(request.get("Call-ID")), self._call(request.get("Call-ID"))
        match request.method:
            case "INVITE" if leg is None or call is None:
                self._invited(request)
            case "INVITE" | "UPDATE" if leg is not None and self._rtp is not None:
                body = sip.sound_offer(self.address, self._rtp.port) if request.sound_port else ""
                self._live.answer(request, 200, "OK", leg.tag, [self._here, *([SDP] if body else [])], body)
            case "ACK" if leg is not None and call is not None:
                self._acknowledged(leg, call)
            case "CANCEL" if leg is not None and call is not None:
                self._live.answer(request, 200, "OK", leg.tag)
                if not (leg.refusal or call.answered_at):
                    leg.refusal = 487
                    self._live.answer(leg.invitation, 487, WORDS[487], leg.tag)
            case "BYE" if leg is not None and call is not None:
                self._live.answer(request, 200, "OK", leg.tag)
                self._ends(call, "hung up there")
            case "ACK":
                pass
            case "BYE" | "CANCEL":
                self._live.answer(request, 481, "Call/Transaction Does Not Exist", sip.new_tag())
            case _:
                self._live.answer(request, 200, "OK", sip.new_tag(), [self._here])

    def _invited(self, request: Message) -> None:
        leg = self._legs[request.get("Call-ID")] = Leg(request, sip.new_tag())
        self._live.answer(request, 180, "Ringing", leg.tag, [self._here])
        found = re.match(r'(?:"(.*)"|([^"<]*?))\s*<sips?:([^@>]*)', request.get("From"))
        name, number = ((found[1] or found[2]), found[3]) if found else ("", "")
        self.calls.append(PhoneCall(request.get("Call-ID"), number, name, datetime.now(UTC)))
        self._watch.changed()

    def _acknowledged(self, leg: Leg, call: PhoneCall) -> None:
        if leg.refusal:
            self._ends(call, "cancelled" if leg.refusal == 487 else f"{leg.refusal} {WORDS[leg.refusal]}")
        elif call.answered_at is None:
            call.answered_at = datetime.now(UTC)
            if self._rtp is not None:
                self._rtp.speak_to(HOST, leg.invitation.sound_port)
            self._watch.changed()

    def _ends(self, call: PhoneCall, why: str) -> None:
        if call.ended_at is None:
            call.ended_at, call.why = datetime.now(UTC), why
            self._watch.changed()
