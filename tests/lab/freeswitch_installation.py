"""telekit installed beside the lab's FreeSWITCH."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from tests.lab import sound
from tests.lab.freeswitch import FreeSwitch, Prefix
from tests.lab.outside import ADDRESS as OUTSIDE
from tests.lab.rendered_freeswitch import RenderedFreeSwitch
from tests.lab.service import PATIENCE, PROJECT, SOUNDS, Service
from tests.lab.settings import HOST
from tests.lab.tree import Tree

PASSWORD = "lab-password-of-the-event-socket"
SECRETS = {"TELEKIT_ESL_SECRET": PASSWORD}
DOMAIN = "telekit"
UP = "FreeSWITCH Started"
"""In the log, once it has."""
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

    name = "FreeSWITCH"
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
        rendered: bool = False,
        before: "Callable[[FreeSwitchInstallation], None] | None" = None,
    ) -> None:
        """`link` is the port at which telekit finds the event socket, where that is not FreeSWITCH's own."""
        passwords = {name: f"{name}-password" for name in phones}
        place = folder / "freeswitch"
        self.freeswitch = (
            RenderedFreeSwitch(place, prefix, tree, gateway=CARRIER)
            if rendered
            else FreeSwitch(
                place,
                prefix,
                tree,
                phones=passwords,
                dialplan="",
                context="telekit-in",
                gateway=CARRIER,
                users=TELEKIT,
                contexts=contexts(place),
            )
        )
        domain = DOMAIN if rendered else HOST
        own = OWN.format(folder=place, port=link or self.freeswitch.account.port, domain=domain)
        super().__init__(folder, self.freeswitch, rules, own + settings, serve)
        self.messages = self.freeswitch.folder / "recordings/telekit-voicemail"
        self.messages.mkdir(parents=True)
        for language in ("en", "fr"):
            write_prompts(self.freeswitch.folder / "sounds" / language, language, tree)
        if before is not None:
            before(self)

    async def __aenter__(self) -> Self:
        if isinstance(self.freeswitch, RenderedFreeSwitch):
            with self.settings_file.open("a") as settings:
                settings.write(f"phones: {{address: {HOST}, certificate: {self.freeswitch.certificate}}}\n")
            await self.render()
        return await super().__aenter__()

    async def render(self) -> str:
        """Write telekit's files for FreeSWITCH, as an administrator does; give what is printed."""
        return await self._render("freeswitch", self.freeswitch.folder / "conf/telekit")

    async def read_again(self) -> None:
        """Let FreeSWITCH read telekit's files again."""
        await self.freeswitch.cli("reloadxml")

    def wait_no_longer(self) -> None:
        """Let callers go to the fallback at once, as after a minute without telekit; before the start."""
        self.change("dialplan.xml", "x{30}", "x{0}")

    def ask_again_after(self, seconds: int) -> None:
        """Let callers in the fallback's queues wait so long in each turn; before the start."""
        self.change("queues.xml", 'name="max-wait-time" value="60"', f'name="max-wait-time" value="{seconds}"')

    async def waits(self, queue: str, caller: str) -> None:
        """Wait until a caller waits in a queue of the fallback."""
        (line,) = re.findall(
            rf'"(telekit-{queue}-1-\w+)"', (self.freeswitch.folder / "conf/telekit/queues.xml").read_text()
        )
        await self.freeswitch.shows(f"callcenter_config queue list members {line}", f"|{caller}|")

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

    def let_scripts(self, scripts: Mapping[str, str]) -> None:
        """Lead callers of these numbers to these call scripts."""
        let_scripts(self.freeswitch, scripts)

    def cut_lines_after(self, seconds: int) -> None:
        """End the call of a phone at home after so long without sound."""
        self.freeswitch.line_cut = seconds * 1000

    def let_in(self, network: str) -> None:
        """Let telekit take calls from this network alone."""
        own = "freeswitch:\n"
        self.settings_file.write_text(
            self.settings_file.read_text().replace(own, f"{own}  calls: {{allow: [{network}]}}\n")
        )

    def hand_over_at(self, port: int) -> None:
        """Let FreeSWITCH look for telekit at another port."""
        self.freeswitch.contexts = self.freeswitch.contexts.replace(f"{HOST}:8084 ", f"{HOST}:{port} ")

    def music(self) -> int:
        """Count how often music has begun."""
        return self.freeswitch.log.count("playback(local_stream:")

    def complaints(self) -> list[str]:
        """Give the errors that FreeSWITCH has told since it is up; it warns of every registration."""
        lines = self.freeswitch.log.partition(UP)[2].splitlines()
        return [line for line in lines if "[ERR]" in line or "[CRIT]" in line]

    def played_back(self) -> bool:
        """Tell whether anything was played that a caller has said."""
        return f"playback({self.messages}/" in self.freeswitch.log

    async def plays_to(self, agent: str, prompt: str, language: str = "en") -> None:
        """Wait until an agent hears a prompt, in their language."""
        wanted = re.compile(rf"EXECUTE \[depth=\d+\] sofia/[\w-]+/{agent}@\S+ .*/{language}/{prompt}\.wav")
        await self.log_has(lambda: self.freeswitch.log, wanted)

    def played(self, language: str | None = None) -> list[str]:
        """Give all prompts that FreeSWITCH has begun to play, in order, or those of a language."""
        return files_of(self.freeswitch, language)

    async def at_rest(self, within: float = PATIENCE) -> None:
        """Wait until FreeSWITCH has no call."""
        await self.freeswitch.shows("show channels count", "0 total", within=within)


def let_scripts(freeswitch: FreeSwitch, scripts: Mapping[str, str]) -> None:
    """Lead callers of these numbers to these call scripts, and others to telekit."""
    goodbye = f"{freeswitch.folder}/sounds/en/telekit/goodbye.wav"
    own = "".join(
        _extension(number, f"telekit_script={script}", "telekit_after=back XML own")
        for number, script in scripts.items()
    )
    freeswitch.context = "own"
    freeswitch.contexts += (
        f'<context name="own">{own}<extension name="back"><condition field="destination_number" expression="^back$"/>'
        '<condition field="${TELEKIT_LABEL}" expression="^chosen$">'
        f'<action application="log" data="NOTICE chosen ${{CHOSEN}}"/><action application="playback" data="{goodbye}"/>'
        f"</condition></extension>{_extension('.+')}</context>"
    )


def _extension(number: str, *variables: str) -> str:
    """Lead a number to telekit, with these variables."""
    sets = "".join(f'<action application="set" data="{told}"/>' for told in variables)
    return (
        f'<extension name="to telekit"><condition field="destination_number" expression="^({number})$">{sets}'
        '<action application="transfer" data="$1 XML telekit-in"/></condition></extension>'
    )


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
