"""A FreeSWITCH with telekit's files in it as an administrator puts them there: one tag or link each."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telekit.domain.plan import Plan
from telekit.pbx.freeswitch.outbound.server import OutboundServer
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.freeswitch.render.render import render
from telekit.pbx.freeswitch.render.where import calling_telekit
from telekit.pbx.port import Script
from telekit.pbx.render.endpoints import endpoints
from telekit.pbx.render.listener import Listener
from telekit.pbx.render.passwords import Secrets
from tests.dialplans.beside import PROMPT, password
from tests.lab import certificate, freeswitch, sound
from tests.lab.freeswitch import MODULES, PASSWORD, FreeSwitch, Prefix
from tests.lab.phones import Phone
from tests.lab.settings import HOST
from tests.lab.tree import Tree

SHIPPED = Path(__file__).parents[3] / "dialplans/freeswitch"
PROMPTS = Path(__file__).parents[3] / "dialplans/asterisk/sounds"
OPTIONS = Options("telekit", gateway="carrier", listener=Listener(HOST))
CONTROL = "of-telekits-user!"
VANILLA = (*MODULES, "mod_expr", "mod_hash", "mod_callcenter")
"""What the fallback needs besides."""


def prefix() -> Prefix:
    """Give the FreeSWITCH that is found, or skip the test by name."""
    found = freeswitch.found()
    if found is None:
        pytest.skip("this test needs FreeSWITCH: name its prefix in TELEKIT_FREESWITCH")
    return found


class FreeSwitchBeside(FreeSwitch):
    """One whose configuration is telekit's files and what is needed round them."""

    def __init__(self, folder: Path, prefix: Prefix, tree: Tree, plan: Plan, options: Options, now: datetime) -> None:
        super().__init__(folder, prefix, tree, phones={}, dialplan="")
        self.certificate = folder / "tls/certificate.pem"
        self.options = replace(
            options,
            certificates=str(folder / "tls"),
            sounds=str(folder / "sounds"),
            messages=str(folder / "recordings"),
        )
        self.telekit = folder / "conf/telekit"
        self.write(plan, now)

    def write(self, plan: Plan, now: datetime) -> None:
        """Put all of telekit's files there, as `telekit render freeswitch` does."""
        self.telekit.mkdir(parents=True, exist_ok=True)
        for name in ("dialplan.xml", "event_socket.xml"):
            shutil.copy(SHIPPED / name, self.telekit)
        shipped = (SHIPPED / "dialplan.xml").read_text()
        (self.telekit / "dialplan.xml").write_text(calling_telekit(shipped, self.options))
        secrets = Secrets(CONTROL, {endpoint: password(endpoint) for endpoint in endpoints(plan)})
        for name, file in render(plan, self.options, secrets, now).items():
            (self.telekit / name).write_text(file.text)

    async def start(self) -> None:
        await self._lay_out()
        await super().start()

    async def _lay_out(self) -> None:
        tls = self.certificate.parent
        tls.mkdir(parents=True, exist_ok=True)
        await certificate.issue(self.tree.openssl, tls)
        (tls / "agent.pem").write_bytes(self.certificate.read_bytes() + (tls / "key.pem").read_bytes())
        shutil.copy(self.certificate, tls / "cafile.pem")
        for language in ("en", "fr"):
            there = Path(self.options.sounds) / language / "telekit"
            there.mkdir(parents=True, exist_ok=True)
            for prompt in (PROMPTS / language / "telekit").iterdir():
                sound.write_wav(there / prompt.name, sound.tone(PROMPT, 0.3))

    def _configuration(self) -> str:
        return CONFIGURATION.format(
            modules="".join(f'<load module="{module}"/>' for module in VANILLA),
            password=PASSWORD,
            host=HOST,
            sip=self.ports.sip,
            moh=self.tree.data / "moh",
            database=self.folder / "db/callcenter.db",
        )


@asynccontextmanager
async def telekit(sounds: str = "", **scripts: Script) -> AsyncIterator[OutboundServer]:
    """Take calls with these scripts; at the end every call is let go at once, as when telekit dies."""
    server = OutboundServer(scripts, Surroundings(sounds, "telekit", "/nowhere"))
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def beside(
    folder: Path, tree: Tree, plan: Plan, *, options: Options = OPTIONS, now: datetime | None = None
) -> FreeSwitchBeside:
    """Make a FreeSWITCH with all of telekit's files; callers come in to telekit-in."""
    at = now or datetime.now(UTC) - timedelta(minutes=1)
    return FreeSwitchBeside(folder, prefix(), tree, plan, options, at)


def home_phone(switch: FreeSwitch, endpoint: str, number: int, *, answers: bool = False, guess: str = "") -> Phone:
    """Make a phone at home, with TLS and SRTP; enter it to register it."""
    address = f"127.0.0.{10 + number}"
    return Phone(switch, endpoint, guess or password(endpoint), address=address, tls=True, answers=answers)  # type: ignore[arg-type]


CONFIGURATION = """\
<?xml version="1.0"?>
<document type="freeswitch/xml">
 <X-PRE-PROCESS cmd="set" data="local_ip_v4={host}"/>
 <section name="configuration">
  <configuration name="switch.conf"><settings>
   <param name="max-sessions" value="1000"/><param name="sessions-per-second" value="500"/>
   <param name="loglevel" value="debug"/><param name="rtp-start-port" value="20000"/>
   <param name="rtp-end-port" value="29999"/>
  </settings></configuration>
  <configuration name="modules.conf"><modules>{modules}</modules></configuration>
  <configuration name="console.conf"><mappings><map name="all" value="warning,err,crit,alert"/></mappings>
   <settings><param name="loglevel" value="warning"/></settings></configuration>
  <configuration name="logfile.conf"><settings/><profiles><profile name="default"><settings/>
   <mappings><map name="all" value="debug,info,notice,warning,err,crit,alert"/></mappings></profile></profiles>
  </configuration>
  <configuration name="event_socket.conf"><settings>
   <param name="listen-ip" value="::"/><param name="listen-port" value="8021"/>
   <param name="password" value="{password}"/>
 <X-PRE-PROCESS cmd="include" data="telekit/event_socket.xml"/>
  </settings></configuration>
  <configuration name="acl.conf"><network-lists>
   <list name="callers" default="deny"><node type="allow" cidr="127.0.1.0/24"/></list>
  </network-lists></configuration>
  <configuration name="local_stream.conf">
   <directory name="default" path="{moh}"><param name="rate" value="8000"/><param name="shuffle" value="false"/>
    <param name="channels" value="1"/><param name="interval" value="20"/><param name="timer-name" value="soft"/>
   </directory>
  </configuration>
  <configuration name="callcenter.conf"><settings><param name="dbname" value="{database}"/></settings>
   <queues>
 <X-PRE-PROCESS cmd="include" data="telekit/queues.xml"/>
   </queues><agents>
 <X-PRE-PROCESS cmd="include" data="telekit/agents.xml"/>
   </agents><tiers>
 <X-PRE-PROCESS cmd="include" data="telekit/tiers.xml"/>
   </tiers>
  </configuration>
  <configuration name="sofia.conf"><global_settings><param name="log-level" value="0"/></global_settings><profiles>
 <X-PRE-PROCESS cmd="include" data="telekit/profile.xml"/>
   <profile name="internal"><gateways/>
    <settings>
     <param name="sip-ip" value="{host}"/><param name="rtp-ip" value="{host}"/><param name="sip-port" value="{sip}"/>
     <param name="context" value="telekit-in"/><param name="dialplan" value="XML"/>
     <param name="codec-prefs" value="PCMA,PCMU"/><param name="inbound-codec-negotiation" value="greedy"/>
     <param name="auth-calls" value="true"/><param name="apply-inbound-acl" value="callers"/>
     <param name="dtmf-type" value="rfc2833"/><param name="rtp-timer-name" value="soft"/>
     <param name="accept-blind-reg" value="false"/>
    </settings></profile>
  </profiles></configuration>
 </section>
 <section name="dialplan">
 <X-PRE-PROCESS cmd="include" data="telekit/dialplan.xml"/>
 <X-PRE-PROCESS cmd="include" data="telekit/fallback.xml"/>
  <context name="public">
 <X-PRE-PROCESS cmd="include" data="telekit/public.xml"/>
  </context>
 </section>
 <section name="directory">
 <X-PRE-PROCESS cmd="include" data="telekit/directory.xml"/>
 </section>
</document>
"""
