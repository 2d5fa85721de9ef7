"""telekit installed beside the lab's FreeSWITCH."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.lab import sound
from tests.lab.freeswitch import FreeSwitch, Prefix
from tests.lab.outside import ADDRESS as OUTSIDE
from tests.lab.service import PATIENCE, PROJECT, SOUNDS, Service
from tests.lab.settings import HOST
from tests.lab.tree import Tree

PASSWORD = "lab-password-of-the-event-socket"
SECRETS = {"TELEKIT_ESL_SECRET": PASSWORD}
PLAYED = re.compile(r"Opening File \[\S*/sounds/(en|fr)/([\w/-]+)\.wav\]")
DIALPLAN = PROJECT / "dialplans/freeswitch/dialplan.xml"
SPOKEN = ("digits", "letters")
"""Folders of stock sounds."""
USUAL_SOUNDS = "/usr/share/freeswitch/sounds/"
COLLEAGUES = '<X-PRE-PROCESS cmd="include" data="telekit-colleagues/*.xml"/>'
"""In the place of which an administrator's own extensions come."""
GSM_FRAME = 33
"""Bytes of 20 ms."""


class FreeSwitchInstallation(Service):
    """A FreeSWITCH, a telekit beside it, and phones at home; it takes what `Installation` does."""

    secrets = SECRETS

    def __init__(
        self,
        folder: Path,
        prefix: Prefix,
        tree: Tree,
        rules: str,
        *,
        phones: tuple[str, ...],
        settings: str = "",
        link: int | None = None,
        serve: tuple[str, ...] = (),
        before: "Callable[[FreeSwitchInstallation], None] | None" = None,
    ) -> None:
        """`link` is the port at which telekit finds the event socket, where that is not FreeSWITCH's own."""
        passwords = {name: f"{name}-password" for name in phones}
        self.freeswitch = FreeSwitch(
            folder / "freeswitch",
            prefix,
            tree,
            phones=passwords,
            dialplan="",
            context="telekit-in",
            gateway=CARRIER,
            users=TELEKIT,
            contexts=contexts(folder / "freeswitch"),
        )
        own = OWN.format(folder=self.freeswitch.folder, port=link or self.freeswitch.account.port, domain=HOST)
        super().__init__(folder, self.freeswitch, rules, own + settings, serve)
        self.messages = self.freeswitch.folder / "recordings/telekit-voicemail"
        self.messages.mkdir(parents=True)
        for language in ("en", "fr"):
            write_prompts(self.freeswitch.folder / "sounds" / language, language, tree)
        if before is not None:
            before(self)

    async def ends(self) -> None:
        """End FreeSWITCH at once: to end decently takes it five seconds."""
        await self.freeswitch.kill()

    def speak_french(self) -> None:
        """Let callers hear French."""
        self.freeswitch.variables["default_language"] = "fr"

    def lead_outside(self) -> None:
        """Do nothing: the gateway leads to the phone outside as it is."""

    def let_call(self, numbers: Mapping[str, str]) -> None:
        """Let agents call each of these numbers, a phone or, by a number of the rules, telekit."""
        for number, to in numbers.items():
            to_phone = f'<action application="bridge" data="user/{to}@{HOST}"/>'
            to_telekit = f'<action application="transfer" data="{to} XML telekit-in"/>'
            self._colleague(number, to_telekit if to.startswith("+") else to_phone)

    def let_call_outside(self, number: str, *, shown: str) -> None:
        """Let agents call a number outside, which sees a number of the company's."""
        own = ("number", "name")
        shows = [f'<action application="set" data="effective_caller_id_{each}={shown}"/>' for each in own]
        self._colleague(number, f'{"".join(shows)}<action application="bridge" data="sofia/gateway/carrier/{number}"/>')

    def _colleague(self, number: str, actions: str) -> None:
        extension = (
            f'<extension name="{number}"><condition field="destination_number" expression="^{re.escape(number)}$">'
            f"{actions}</condition></extension>\n"
        )
        self.freeswitch.contexts = self.freeswitch.contexts.replace(COLLEAGUES, f"{extension}{COLLEAGUES}")

    def cut_lines_after(self, seconds: int) -> None:
        """End the call of a phone at home after so long without sound."""
        self.freeswitch.line_cut = seconds * 1000

    def music(self) -> int:
        """Count how often music has begun."""
        return self.freeswitch.log.count("playback(local_stream:")

    def played(self, language: str | None = None) -> list[str]:
        """Give all prompts that FreeSWITCH has begun to play, in order, or those of a language."""
        return files_of(self.freeswitch, language)

    async def at_rest(self, within: float = PATIENCE) -> None:
        """Wait until FreeSWITCH has no call."""
        await self.freeswitch.shows("show channels count", "0 total", within=within)


def contexts(folder: Path) -> str:
    """Give telekit's own dialplan, with the prompts where they are."""
    told = DIALPLAN.read_text().replace(USUAL_SOUNDS, f"{folder}/sounds/")
    return told.removeprefix("<include>\n").removesuffix("</include>\n")


def files_of(freeswitch: FreeSwitch, language: str | None) -> list[str]:
    """Give the prompts of a language, or all, that the log tells of."""
    return [prompt for spoken, prompt in PLAYED.findall(freeswitch.log) if language in (None, spoken)]


def write_prompts(folder: Path, language: str, tree: Tree) -> None:
    """Link telekit's own prompts, and write those of the switch's packages as tones that last as long."""
    for spoken in SPOKEN:
        (folder / spoken).mkdir(parents=True)
    (folder / "telekit").symlink_to(SOUNDS / language / "telekit")
    second = sound.tone(1500, 1.0)
    stock = tree.data / "sounds" / language
    for prompt in (*stock.glob("*.gsm"), *(file for spoken in SPOKEN for file in stock.glob(f"{spoken}/*.gsm"))):
        length = prompt.stat().st_size // GSM_FRAME * sound.RATE // 50
        place = folder / prompt.relative_to(stock).with_suffix(".wav")
        sound.write_wav(place, (second * (length // sound.RATE + 1))[:length])


CARRIER = f"""
<gateway name="carrier"><param name="proxy" value="{OUTSIDE}"/><param name="register" value="false"/>
 <param name="username" value="telekit"/><param name="password" value="none"/>
 <param name="caller-id-in-from" value="true"/></gateway>
"""
OWN = """\
freeswitch:
  port: {port}
  domain: {domain}
  sounds: {folder}/sounds
  recordings: {folder}/recordings
  gateway: carrier
"""
TELEKIT = f"""
<user id="telekit"><params><param name="esl-password" value="{PASSWORD}"/></params></user>
"""
