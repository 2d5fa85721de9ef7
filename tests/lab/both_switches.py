"""One telekit beside the lab's Asterisk and its FreeSWITCH, with a trunk between the two."""

from collections.abc import Mapping
from pathlib import Path

from tests.lab import installation
from tests.lab.asterisk import Asterisk
from tests.lab.freeswitch import FreeSwitch, Prefix
from tests.lab.freeswitch_installation import OWN, SECRETS, TELEKIT, contexts, files_of, write_prompts
from tests.lab.installation import (
    MUSIC,
    Installation,
    cut_lines_after,
    let_call,
    let_call_outside,
    let_scripts,
    prompts_of,
    speak_french,
)
from tests.lab.outside import trunk_leads_outside
from tests.lab.service import PATIENCE, Service
from tests.lab.settings import HOST, Ports
from tests.lab.tree import Tree

FREESWITCH_PORT = 5080
TO_FREESWITCH = f"""
[freeswitch]
type = endpoint
transport = transport-udp
context = telekit-between
disallow = all
allow = alaw,ulaw
aors = freeswitch
direct_media = no
trust_id_inbound = yes

[freeswitch]
type = aor
contact = sip:{HOST}:{FREESWITCH_PORT}

[freeswitch]
type = identify
endpoint = freeswitch
match = {HOST}
"""
TO_ASTERISK = f"""
<gateway name="asterisk"><param name="proxy" value="{HOST}"/><param name="register" value="false"/>
 <param name="username" value="telekit"/><param name="password" value="none"/>
 <param name="caller-id-in-from" value="true"/></gateway>
"""
FROM_OUTSIDE = """
<extension name="from outside"><condition field="destination_number" expression="^(.+)$">
 <action application="transfer" data="$1 XML telekit-in"/>
</condition></extension>
"""
FROM_ASTERISK = f"""
<extension name="telekit-between"><condition field="network_addr" expression="^127\\.0\\.0\\.1$"/>
 <condition field="destination_number" expression="^([a-zA-Z0-9][\\w.+-]*)$">
 <action application="bridge" data="user/$1@{HOST}"/>
</condition></extension>
"""


class _Pair:
    """Both switches, started and stopped as one; its folder and ports are the Asterisk's."""

    def __init__(self, asterisk: Asterisk, freeswitch: FreeSwitch) -> None:
        self.asterisk = asterisk
        self.freeswitch = freeswitch
        self.folder, self.tree, self.ports = asterisk.folder, asterisk.tree, asterisk.ports
        self.certificate = asterisk.certificate

    async def start(self) -> None:
        await self.asterisk.start()
        await self.freeswitch.start()

    async def stop(self) -> None:
        await self.freeswitch.stop()
        await self.asterisk.stop()

    async def kill(self) -> None:
        await self.freeswitch.kill()
        await self.asterisk.kill()


class BothSwitches(Service):
    """Each phone has an account at either switch, and registers where a test says."""

    name = "Asterisk and FreeSWITCH"
    secrets = installation.SECRETS | SECRETS

    def __init__(self, folder: Path, prefix: Prefix, tree: Tree, rules: str, *, phones: tuple[str, ...]) -> None:
        config = Installation.config(phones)
        config["pjsip.conf"] += TO_FREESWITCH
        self.asterisk = Asterisk(folder / "asterisk", tree, config, sounds=installation.PROMPTS)
        self.freeswitch = FreeSwitch(
            folder / "freeswitch",
            prefix,
            tree,
            phones={name: f"{name}-password" for name in phones},
            dialplan=FROM_ASTERISK + FROM_OUTSIDE,
            contexts=contexts(folder / "freeswitch"),
            gateway=TO_ASTERISK,
            users=TELEKIT,
            trusted=f"{HOST}/32",
            ports=Ports(sip=FREESWITCH_PORT),
        )
        own = OWN.format(folder=self.freeswitch.folder, port=self.freeswitch.account.port, domain=HOST)
        settings = installation.OWN.format(port=self.asterisk.ports.ami) + "  to_freeswitch: freeswitch\n"
        settings += own + "  to_asterisk: asterisk\n"
        super().__init__(folder, _Pair(self.asterisk, self.freeswitch), rules, settings, ())
        for language in ("en", "fr"):
            write_prompts(self.freeswitch.folder / "sounds" / language, language, tree)

    def speak_french(self) -> None:
        """Let callers of the Asterisk hear French."""
        speak_french(self.asterisk)

    def lead_outside(self) -> None:
        """Let the Asterisk's trunk lead to the phone outside."""
        trunk_leads_outside(self.asterisk.config)

    def let_call(self, numbers: Mapping[str, str]) -> None:
        """Let agents of the Asterisk call these numbers."""
        let_call(self.asterisk, numbers)

    def let_call_outside(self, number: str, *, shown: str) -> None:
        """Let agents of the Asterisk call a number outside."""
        let_call_outside(self.asterisk, number, shown)

    def let_scripts(self, scripts: Mapping[str, str]) -> None:
        """Lead the Asterisk's callers of these numbers to these call scripts."""
        let_scripts(self.asterisk, scripts)

    def cut_lines_after(self, seconds: int) -> None:
        """End the call of a phone at home, wherever it registers, after so long without sound."""
        cut_lines_after(self.asterisk, seconds)
        self.freeswitch.line_cut = seconds * 1000

    def music(self) -> int:
        """Count how often music has begun at the Asterisk."""
        return self.asterisk.log.count(MUSIC)

    def played(self, language: str | None = None) -> list[str]:
        """Give all prompts that either has begun to play: first the Asterisk's."""
        return prompts_of(self.asterisk, language) + files_of(self.freeswitch, language)

    async def at_rest(self, within: float = PATIENCE) -> None:
        """Wait until neither has a call."""
        await self.asterisk.shows("core show channels count", "0 active channels", within=within)
        await self.freeswitch.shows("show channels count", "0 total", within=within)
