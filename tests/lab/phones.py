"""Home phones: real ones, each a process with its own address, registered with a password."""

import asyncio
import contextlib
import re
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from tests.lab import sound
from tests.lab.asterisk import Asterisk
from tests.lab.baresip import Baresip, BaresipRefused, Event
from tests.lab.handset import Handset, PhoneCall
from tests.lab.home_line import HomeLine
from tests.lab.settings import HOST
from tests.lab.watch import PATIENCE, TooLate


class Phone(Handset):
    """A SIP phone at an agent's home, led by a test.

    With `answers`, it answers each call at once. With `tls` it registers over TLS, checks Asterisk's
    certificate and insists on SRTP. In a call it says a tone of `hertz`. With a `line` all goes through that.
    """

    def __init__(
        self,
        asterisk: Asterisk,
        account: str,
        password: str,
        *,
        address: str,
        tls: bool = False,
        answers: bool = False,
        hertz: int = 1000,
        line: HomeLine | None = None,
    ) -> None:
        super().__init__(account, address)
        self.answers = answers
        self.hertz = hertz
        self._asterisk = asterisk
        self._password = password
        self._tls = tls
        self._line = line
        self._aor = ""
        self._agreed = 0  # answers to this phone's own changes of a conversation's sound
        self._tasks: set[asyncio.Task[str]] = set()
        self._baresip = Baresip(asterisk.tree, asterisk.folder / "phones" / account, address, self._hear)

    async def __aenter__(self) -> Self:
        await self.start()
        await self.register()
        await self.registered()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Switch the phone on; it is not registered yet."""
        await self._baresip.start(self.hertz, self._asterisk.certificate if self._tls else None)

    async def stop(self) -> None:
        """Switch it off decently: it hangs up and unregisters."""
        await self._baresip.quit()

    async def cut_power(self) -> None:
        """Switch it off like a power cut: nobody is told."""
        await self._baresip.kill()

    async def register(self) -> None:
        """Ask Asterisk to send this account's calls here; `registered` or `refused` waits for its answer."""
        self.registration = "registering"
        server = self._server
        encryption = "mediaenc=srtp-mand;" if self._tls else ""
        await self._baresip.command(
            "uanew",
            f"<sip:{self.account}@{server}>;{encryption}auth_user={self.account};auth_pass={self._password};"
            "regint=60;answermode=manual",
        )

    @property
    def _server(self) -> str:
        ports = self._asterisk.ports
        if self._line is not None:
            return f"{self._line.address};transport=udp"
        return f"{HOST}:{ports.sips};transport=tls" if self._tls else f"{HOST}:{ports.sip};transport=udp"

    async def unregister(self) -> None:
        """Tell Asterisk to send no more calls here."""
        await self._baresip.command("uadel", self._aor)

    async def registered(self, within: float = PATIENCE) -> None:
        """Wait until Asterisk has accepted the registration."""
        await self._registration_is("registered", within)

    async def refused(self, within: float = PATIENCE) -> str:
        """Wait until Asterisk has refused the registration; return its words."""
        return await self._registration_is("refused", within)

    async def dial(self, number: str) -> None:
        """Call somebody; the other side ends it."""
        await self._baresip.command("dial", f"sip:{number}@{self._server}")

    async def answer(self, call: PhoneCall | None = None) -> None:
        """Take up a ringing call, the latest unless told."""
        await self._baresip.command("accept", self._ringing(call).id)

    async def reject(self, call: PhoneCall | None = None) -> None:
        """Refuse a ringing call: 486, as this phone knows no other word (see ScriptedPhone)."""
        await self._baresip.command("hangup", self._ringing(call).id)

    async def hang_up(self, call: PhoneCall | None = None) -> None:
        """End a conversation."""
        await self._baresip.command("hangup", self._talking(call).id)

    async def hold(self) -> None:
        """Put the conversation on hold; Asterisk has agreed when this returns."""
        before = self._agreed
        await self._baresip.command("hold", self._latest().id)
        await self._agrees(before)

    async def resume(self) -> None:
        """Take the conversation back from hold; Asterisk has agreed when this returns."""
        before = self._agreed
        # It resumes, and says EINVAL since there was no other call to hold first (src/ua.c, uag_hold_resume).
        with contextlib.suppress(BaresipRefused):
            await self._baresip.command("resume")
        await self._agrees(before)

    async def press(self, digits: str) -> None:
        """Press keys in a conversation (RFC 4733)."""
        await self._baresip.command("sndcode", digits)

    async def hears(self, hertz: int, within: float = PATIENCE) -> None:
        """Wait until a tone is heard."""

        def new(start: int) -> list[int]:
            return self._baresip.heard[start:]

        if not await sound.comes(new, [hertz], within):
            raise TooLate(f"within {within} s, {self._story()}, and heard no tone of {hertz} Hz")

    async def _registration_is(self, state: str, within: float) -> str:
        await self._watch.until(
            lambda: self.registration if self.registration.startswith(state) else None,
            within,
            lambda: f"{self._story()}, not {state}",
        )
        return self.registration.partition(": ")[2]

    async def _agrees(self, before: int) -> None:
        await self._watch.until(
            lambda: True if self._agreed > before else None,
            PATIENCE,
            lambda: f"{self._story()}, not an answer about its sound",
        )

    def _hear(self, event: Event) -> None:
        now = datetime.now(UTC)
        call = self._call(event.get("id"))
        match event["type"], call:
            case "REGISTER_OK", _:
                self._aor = event["accountaor"]
                self.registration = "registered"
            case "REGISTER_FAIL", _:
                self._aor = event["accountaor"]
                self.registration = f"refused: {event.get('param', '')}"
            case "UNREGISTERING", _:
                self.registration = "not registered"
            case "EXIT", _:
                self.registration = "switched off"
                for open_call in self.calls:
                    if open_call.ended_at is None:
                        open_call.ended_at, open_call.why = now, "switched off"
            case "CALL_INCOMING", None:
                address = re.match(r"(?:sips?:)?([^@]*)", event["peeruri"])
                name = event.get("peerdisplayname", "")
                self.calls.append(PhoneCall(event["id"], address[1] if address else "", name, now))
                if self.answers:
                    self._do("accept", event["id"])
            case "CALL_ESTABLISHED", PhoneCall():
                call.answered_at = call.answered_at or now
            case "CALL_REMOTE_SDP", PhoneCall() if event.get("param") == "answer":
                self._agreed += 1
            case "CALL_MENC", PhoneCall():
                call.encrypted = True
            case "CALL_DTMF_START", PhoneCall():
                call.digits.append(event["param"])
            case "CALL_CLOSED", PhoneCall():
                call.ended_at, call.why = now, event.get("param", "")
            case _:
                return
        self._watch.changed()

    def _do(self, command: str, parameters: str) -> None:
        task = asyncio.create_task(self._baresip.command(command, parameters))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
