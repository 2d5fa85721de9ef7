"""telekit installed beside the lab's Asterisk, as an administrator would: one #include a file, rules, settings."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.outside import trunk_leads_outside
from tests.lab.scripted_phones import ScriptedPhone
from tests.lab.service import PATIENCE, PROJECT, Service
from tests.lab.settings import Ports
from tests.lab.tree import Tree

DIALPLANS = PROJECT / "dialplans/asterisk"
SECRET, CALLS_SECRET = "lab-secret-of-the-manager-account", "lab-secret-of-the-account-that-calls"
SECRETS = {"TELEKIT_AMI_SECRET": SECRET, "TELEKIT_CALLBACKS_SECRET": CALLS_SECRET}
INCLUDES = ("extensions.conf", "manager.conf", "pjsip.conf", "musiconhold.conf", "stasis.conf")
PROMPTS = {f"{language}/telekit": DIALPLANS / "sounds" / language / "telekit" for language in ("en", "fr")}
OWN = "asterisk:\n  port: {port}\n  secret: env:TELEKIT_AMI_SECRET\n  trunk: carrier\n"
MUSIC = "Started music on hold"
TOLD = re.compile(r"Playing '([\w/-]+)(?:\.\w+)?' .*\(language '(\w+)'\)")


class Installation(Service):
    """An Asterisk, a telekit beside it, and phones at home.

    `rules` is the text of the rule file; each sip: phone in it has an account with the password `PHONE-password`.
    `before` may add to the folder and to Asterisk's configuration.
    """

    name = "Asterisk"
    secrets = SECRETS

    def __init__(
        self,
        folder: Path,
        tree: Tree,
        rules: str,
        *,
        phones: tuple[str, ...],
        settings: str = "",
        link: int | None = None,
        serve: tuple[str, ...] = (),
        rendered: bool = False,
        before: "Callable[[Installation], None] | None" = None,
    ) -> None:
        """`link` is the port at which telekit finds the manager interface, where that is not Asterisk's own."""
        self.asterisk = Asterisk(
            folder / "asterisk",
            tree,
            self._rendered_config() if rendered else self.config(phones),
            ports=Ports(sips=5063) if rendered else None,
            sounds=PROMPTS,
        )
        own = OWN.format(port=link or self.asterisk.ports.ami)
        super().__init__(folder, self.asterisk, rules, own + settings, serve)
        self.messages = self.asterisk.folder / "spool/telekit-voicemail"
        self._rendered = rendered
        if before is not None:
            before(self)

    async def __aenter__(self) -> Self:
        if self._rendered:
            with self.settings_file.open("a") as settings:
                settings.write(
                    f"phones:\n  address: 127.0.0.1\n  certificate: {self.asterisk.certificate}\n"
                    f"  private_key: {self.asterisk.folder / 'key.pem'}\n"
                )
            await self.render()
        return await super().__aenter__()

    async def render(self) -> str:
        """Write telekit's files for Asterisk, as an administrator does; give what is printed."""
        return await self._render("asterisk", self.asterisk.folder / "etc/telekit")

    async def read_again(self) -> None:
        """Let Asterisk read telekit's files again."""
        await self.asterisk.cli("dialplan reload")

    def wait_no_longer(self) -> None:
        """Let callers go to the fallback at once, as after a minute without telekit; before the start."""
        self.asterisk.config["extensions.conf"] += "[globals]\nTELEKIT_AWAY_UNTIL = 9999999999\n"

    def ask_again_after(self, seconds: int) -> None:
        """Let callers in the fallback's queues wait so long in each turn; before the start."""
        self.change("fallback.conf", "Queue(telekit-billing,,,,60)", f"Queue(telekit-billing,,,,{seconds})")

    async def waits(self, queue: str, _caller: str) -> None:
        """Wait until a caller waits in a queue of the fallback, and nobody else."""
        await self.asterisk.shows(f"queue show telekit-{queue}", "has 1 calls")

    def speak_french(self) -> None:
        """Let callers hear French."""
        speak_french(self.asterisk)

    def lead_outside(self) -> None:
        """Let the trunk lead to the phone outside, besides bringing callers."""
        trunk_leads_outside(self.asterisk.config)

    def let_call(self, numbers: Mapping[str, str]) -> None:
        """Let agents call each of these numbers, a phone or, by a number of the rules, telekit."""
        let_call(self.asterisk, numbers)

    def let_call_outside(self, number: str, *, shown: str) -> None:
        """Let agents call a number outside, which sees a number of the company's."""
        let_call_outside(self.asterisk, number, shown)

    def let_scripts(self, scripts: Mapping[str, str]) -> None:
        """Lead callers of these numbers to these call scripts."""
        let_scripts(self.asterisk, scripts)

    def cut_lines_after(self, seconds: int) -> None:
        """End the call of a phone at home after so long without sound."""
        cut_lines_after(self.asterisk, seconds)

    def let_in(self, network: str) -> None:
        """Let telekit take calls from this network alone."""
        with self.settings_file.open("a") as settings:
            settings.write(f"agi: {{allow: [{network}]}}\n")

    def hand_over_at(self, port: int) -> None:
        """Let Asterisk look for telekit at another port."""
        own = self.asterisk.config["extensions.conf"]
        self.asterisk.config["extensions.conf"] = f"[globals]\nTELEKIT_PORT={port}\n{own}"

    def music(self) -> int:
        """Count how often music has begun."""
        return self.asterisk.log.count(MUSIC)

    def complaints(self) -> list[str]:
        """Give the warnings and errors that Asterisk has told."""
        return [line for line in self.asterisk.log.splitlines() if "WARNING" in line or "ERROR" in line]

    def played_back(self) -> bool:
        """Tell whether anything was played that a caller has said."""
        return "Playing '/" in self.asterisk.log

    async def plays_to(self, agent: str, prompt: str, language: str = "en") -> None:
        """Wait until an agent hears a prompt, in their language."""
        wanted = re.compile(rf"<PJSIP/{agent}-[^>]*> Playing '{prompt}\.slin' .*\(language '{language}'\)")
        await self.log_has(lambda: self.asterisk.log, wanted)

    def so_far(self) -> int:
        """Mark what the switch has told until now, for `joins`."""
        return len(self.asterisk.log)

    async def joins(self, one: ScriptedPhone, other: ScriptedPhone, *, after: int) -> None:
        """Wait until two phones, one of which has called the other since, are joined."""
        for phone in (one, other):
            await self.asterisk.logs(f"Channel PJSIP/{phone.account}-", after=after)  # … joined a bridge

    def played(self, language: str | None = None) -> list[str]:
        """Give all prompts that Asterisk has begun to play, in order, or those of a language."""
        return prompts_of(self.asterisk, language)

    async def at_rest(self, within: float = PATIENCE) -> None:
        """Wait until Asterisk has no call."""
        await self.asterisk.shows("core show channels count", "0 active channels", within=within)

    @staticmethod
    def config(phones: tuple[str, ...]) -> dict[str, str]:
        """Give Asterisk's own files with telekit's includes, and accounts with passwords that are known here."""
        config = {name: f'#include "{DIALPLANS / name}"\n' for name in INCLUDES}
        config["manager.conf"] += f"[telekit](telekit-account)\nsecret = {SECRET}\n"
        config["manager.conf"] += f"[telekit-callbacks](telekit-calls)\nsecret = {CALLS_SECRET}\n"
        config["pjsip.conf"] += accounts.trunk(context="telekit-in")
        config["pjsip.conf"] += "".join(accounts.phone(name, f"{name}-password", context="home") for name in phones)
        config["extensions.conf"] += "[home]\ninclude => telekit-agents\n"
        return config

    @staticmethod
    def _rendered_config() -> dict[str, str]:
        """Give Asterisk's own files as an administrator has them: one #include each, and a trunk."""
        config = {name: f"#include telekit/{name}\n" for name in (*INCLUDES, "queues.conf")}
        config["pjsip.conf"] += accounts.trunk(context="telekit-in")
        return config


def speak_french(asterisk: Asterisk) -> None:
    """Let the trunk's callers hear French."""
    trunk, config = "[carrier]\ntype = endpoint\n", asterisk.config
    config["pjsip.conf"] = config["pjsip.conf"].replace(trunk, f"{trunk}language = fr\n")


def let_call(asterisk: Asterisk, numbers: Mapping[str, str]) -> None:
    """Let the phones at home call these numbers, a phone or, by a number of the rules, telekit."""
    for number, to in numbers.items():
        leads = f"Goto(telekit-in,{to},1)" if to.startswith("+") else f"Dial(PJSIP/{to},20)"
        asterisk.config["extensions.conf"] += f"exten => {number},1,{leads}\n"


def let_call_outside(asterisk: Asterisk, number: str, shown: str) -> None:
    """Let the phones at home call a number outside, which sees another number."""
    asterisk.config["extensions.conf"] += (
        f"exten => {number},1,Set(CALLERID(all)=<{shown}>)\n same => n,Dial(PJSIP/{number}@carrier,20)\n"
    )


def let_scripts(asterisk: Asterisk, scripts: Mapping[str, str]) -> None:
    """Lead the trunk's callers of these numbers to these call scripts, and others to telekit."""
    dialplan = "[own]\n"
    for number, script in scripts.items():
        dialplan += (
            f"exten => {number},1,AGI(agi://127.0.0.1:4573/{script})\n same => n,Hangup()\n"
            " same => n(chosen),Verbose(1,chosen ${CHOSEN})\n"
            " same => n,Playback(telekit/goodbye)\n same => n,Hangup()\n"
        )
    dialplan += "".join(f"exten => {other},1,Goto(telekit-in,${{EXTEN}},1)\n" for other in ("_X.", "_+X."))
    asterisk.config["extensions.conf"] += dialplan
    asterisk.config["pjsip.conf"] = asterisk.config["pjsip.conf"].replace("telekit-in", "own")


def cut_lines_after(asterisk: Asterisk, seconds: int) -> None:
    """End the call of a phone at home, and of the trunk, after so long without sound."""
    sound = "rtp_symmetric = yes\n"
    config = asterisk.config
    config["pjsip.conf"] = config["pjsip.conf"].replace(sound, f"{sound}rtp_timeout = {seconds}\n")


def prompts_of(asterisk: Asterisk, language: str | None) -> list[str]:
    """Give the prompts of a language, or all, that the log tells of."""
    return [prompt for prompt, spoken in TOLD.findall(asterisk.log) if language in (None, spoken)]
