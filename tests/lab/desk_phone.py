"""A phone on a desk: it also calls, puts callers on hold and passes them on."""

from dataclasses import dataclass, field

from tests.lab import sip
from tests.lab.handset import PhoneCall
from tests.lab.scripted_phones import Leg, ScriptedPhone
from tests.lab.settings import HOST
from tests.lab.sip import SDP, Headers, Message
from tests.lab.watch import PATIENCE

REFER_EVENT = "refer"  # RFC 3515 §2.4.4


@dataclass(slots=True)
class Dialog:
    """The phone's side of one conversation, whoever began it. Source: RFC 3261 §12."""

    id: str
    local: str
    remote: str
    target: str
    number: int = 0  # of the latest request from here
    branch: str = ""  # of its INVITE
    answered: bool = False
    ringing: bool = False
    ended: str = ""
    refused: int = 0
    progress: list[str] = field(default_factory=list)  # what NOTIFYs told of a transfer

    def headers(self, method: str, *, more: Headers = ()) -> list[tuple[str, str]]:
        """Return the headers of the next request."""
        self.number += 1
        return [
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.id),
            ("CSeq", f"{self.number} {method}"),
            ("Max-Forwards", "70"),
            *more,
        ]

    def tag(self, side: str) -> str:
        """Return the tag of an address."""
        return side.partition(";tag=")[2]


class DeskPhone(ScriptedPhone):
    """A registered phone with the keys of a desk phone: dial, hold, transfer."""

    _dialogs: dict[str, Dialog]

    async def start(self) -> None:
        """Switch the phone on and register it."""
        self._dialogs = {}
        await super().start()

    async def dial(self, number: str) -> Dialog:
        """Call somebody; the call is on its way when this returns. `talks_to` waits for the answer."""
        uri = f"sip:{number}@{HOST}"
        own = f"<sip:{self.account}@{HOST}>;tag={sip.new_tag()}"
        dialog = Dialog(f"{sip.new_tag()}@{self.address}", own, f"<{uri}>", uri)
        self._dialogs[dialog.id] = dialog
        self._invite(dialog, [])
        return dialog

    async def rings_at(self, dialog: Dialog, within: float = PATIENCE) -> None:
        """Wait until the other side rings."""
        await self._until(dialog, lambda: dialog.ringing or dialog.answered, "not ringing there", within)

    async def talks_to(self, dialog: Dialog, within: float = PATIENCE) -> None:
        """Wait until the other side has answered."""
        await self._until(dialog, lambda: dialog.answered, "not an answer", within)

    async def left(self, dialog: Dialog, within: float = PATIENCE) -> None:
        """Wait until a call that this phone made is over."""
        await self._until(dialog, lambda: bool(dialog.ended), "not the end", within)

    async def hold(self, call: PhoneCall | None = None) -> None:
        """Put the other side of a conversation on hold; Asterisk has agreed when this returns."""
        await self._change_sound(call, "sendonly")

    async def resume(self, call: PhoneCall | None = None) -> None:
        """Take the conversation back from hold; Asterisk has agreed when this returns."""
        await self._change_sound(call, "sendrecv")

    async def transfer(self, number: str, call: PhoneCall | None = None) -> str:
        """Pass a caller on to a number without asking there; return what Asterisk told of it at last (RFC 3515)."""
        return await self._refer(self._of(call), f"<sip:{number}@{HOST}>")

    async def transfer_to(self, consulted: Dialog, call: PhoneCall | None = None) -> str:
        """Pass a caller on to whom this phone has called meanwhile (RFC 3891)."""
        replaces = f"{consulted.id};to-tag={consulted.tag(consulted.remote)};from-tag={consulted.tag(consulted.local)}"
        quoted = replaces.replace("@", "%40").replace(";", "%3B").replace("=", "%3D")
        number = consulted.remote.partition("sip:")[2].partition("@")[0]
        return await self._refer(self._of(call), f"<sip:{number}@{HOST}?Replaces={quoted}>")

    async def hang_up(self, call: PhoneCall | None = None) -> None:
        """End a conversation that came in."""
        found = self._talking(call)
        self._bye(self._of(found), lambda: self._ends(found, "hung up here"))

    async def hang_up_on(self, dialog: Dialog) -> None:
        """End a call that this phone made, answered or not."""
        if dialog.answered:
            self._bye(dialog, lambda: None)
            return
        headers = [
            ("From", dialog.local),
            ("To", f"<{dialog.target}>"),
            ("Call-ID", dialog.id),
            ("CSeq", f"{dialog.number} CANCEL"),
            ("Max-Forwards", "70"),
        ]
        self._live.ask("CANCEL", dialog.target, dialog.branch, headers, "", lambda _answer: None)

    def _bye(self, dialog: Dialog, done) -> None:  # type: ignore[no-untyped-def]
        def agreed(answer: Message) -> None:
            if answer.status >= 200:
                dialog.ended = "hung up here"
                done()
                self._watch.changed()

        self._live.ask("BYE", dialog.target, sip.new_branch(), dialog.headers("BYE"), "", agreed)

    def _of(self, call: PhoneCall | None) -> Dialog:
        """Return the dialog of a call that came in."""
        found = self._talking(call)
        leg: Leg = self._legs[found.id]
        if found.id not in self._dialogs:
            own = f"{leg.invitation.get('To')};tag={leg.tag}"
            self._dialogs[found.id] = Dialog(found.id, own, leg.invitation.get("From"), leg.invitation.contact)
        return self._dialogs[found.id]

    def _invite(self, dialog: Dialog, authorization: list[tuple[str, str]]) -> None:
        assert self._rtp is not None
        branch = dialog.branch = sip.new_branch()
        body = sip.sound_offer(self.address, self._rtp.port)
        headers = dialog.headers("INVITE", more=[self._here, *authorization, SDP])
        number = dialog.number

        def hear(answer: Message) -> None:
            if answer.status in (401, 407):
                self._acknowledge(dialog, branch, branch, number)
                proxy = answer.status == 407
                challenge = answer.get("Proxy-Authenticate" if proxy else "WWW-Authenticate")
                told = sip.credentials(challenge, "INVITE", dialog.target, self.account, self._password)
                self._invite(dialog, [("Proxy-Authorization" if proxy else "Authorization", told)])
            elif answer.status >= 300:
                self._acknowledge(dialog, branch, branch, number)
                dialog.refused, dialog.ended = answer.status, answer.words
            elif answer.status >= 200:
                dialog.remote, dialog.target, dialog.answered = answer.get("To"), answer.contact, True
                self._acknowledge(dialog, sip.new_branch(), branch, number)
                if self._rtp is not None:
                    self._rtp.speak_to(HOST, answer.sound_port)
            elif answer.status > 100:
                dialog.remote, dialog.ringing = answer.get("To"), True
            self._watch.changed()

        self._live.ask("INVITE", dialog.target, branch, headers, body, hear)

    def _acknowledge(self, dialog: Dialog, branch: str, of: str, number: int) -> None:
        headers = [
            ("From", dialog.local),
            ("To", dialog.remote),
            ("Call-ID", dialog.id),
            ("CSeq", f"{number} ACK"),
            ("Max-Forwards", "70"),
        ]
        self._live.acknowledge(branch, dialog.target, headers, of=of)

    async def _change_sound(self, call: PhoneCall | None, direction: str) -> None:
        assert self._rtp is not None
        dialog = self._of(call)
        agreed: list[int] = []
        branch = sip.new_branch()
        body = f"{sip.sound_offer(self.address, self._rtp.port)}a={direction}\r\n"
        headers = dialog.headers("INVITE", more=[self._here, SDP])
        number = dialog.number

        def hear(answer: Message) -> None:
            if answer.status >= 200:
                self._acknowledge(dialog, sip.new_branch(), branch, number)
                agreed.append(answer.status)
                self._watch.changed()

        self._live.ask("INVITE", dialog.target, branch, headers, body, hear)
        await self._until(dialog, lambda: bool(agreed), f"not an answer to {direction}", PATIENCE)
        assert agreed == [200], f"{self._story()}: {direction} is answered by {agreed}"

    async def _refer(self, dialog: Dialog, to: str) -> str:
        answers: list[Message] = []

        def hear(answer: Message) -> None:
            answers.append(answer)
            self._watch.changed()

        more = [self._here, ("Refer-To", to), ("Referred-By", f"<sip:{self.account}@{HOST}>")]
        self._live.ask("REFER", dialog.target, sip.new_branch(), dialog.headers("REFER", more=more), "", hear)
        await self._until(dialog, lambda: bool(answers), "not an answer to REFER", PATIENCE)
        if answers[0].status != 202:
            return f"{answers[0].status} {answers[0].words}"
        await self._until(
            dialog,
            lambda: any(told >= "SIP/2.0 2" for told in dialog.progress) or bool(dialog.ended),
            "not the outcome of the transfer",
            PATIENCE,
        )
        return dialog.progress[-1] if dialog.progress else "ended"

    async def _until(self, dialog: Dialog, look, lack: str, within: float) -> None:  # type: ignore[no-untyped-def]
        await self._watch.until(lambda: look() or None, within, lambda: f"{self._story()} and {dialog}, {lack}")

    def _hear(self, request: Message) -> None:
        dialog = self._dialogs.get(request.get("Call-ID"))
        match request.method:
            case "NOTIFY" if dialog is not None and request.get("Event").startswith(REFER_EVENT):
                self._live.answer(request, 200, "OK", sip.new_tag())
                dialog.progress.append(request.body.strip())
                self._watch.changed()
            case "BYE" if dialog is not None:
                dialog.ended = "hung up there"
                if dialog.id in self._legs:
                    super()._hear(request)
                else:
                    self._live.answer(request, 200, "OK", dialog.tag(dialog.local))
                self._watch.changed()
            case "INVITE" | "UPDATE" if dialog is not None and dialog.id not in self._legs:
                assert self._rtp is not None
                body = sip.sound_offer(self.address, self._rtp.port) if request.sound_port else ""
                here = [self._here, *([SDP] if body else [])]
                self._live.answer(request, 200, "OK", dialog.tag(dialog.local), here, body)
            case _:
                super()._hear(request)
