"""One real FreeSWITCH, from start to stop, wherever one is found.

Debian has none: `TELEKIT_FREESWITCH` names the prefix that one was installed to, or it is on the PATH.
"""

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from telekit.pbx.freeswitch.esl.opening import Account
from telekit.pbx.freeswitch.render.directory import LINE_CUT
from tests.lab.processes import spawn
from tests.lab.settings import HOST, Ports
from tests.lab.tree import Tree
from tests.lab.watch import PATIENCE, TooLate

READY_WITHIN = 30.0  # seconds
EVENTS = 8021
PASSWORD = "of-the-event-socket"
MODULES = (
    *("mod_console", "mod_logfile", "mod_event_socket", "mod_sofia", "mod_loopback", "mod_commands", "mod_dptools"),
    *("mod_dialplan_xml", "mod_sndfile", "mod_tone_stream", "mod_local_stream", "mod_expr", "mod_say_en", "mod_say_fr"),
)


class FreeSwitchFailed(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """FreeSWITCH did not start, or ended by itself; the text holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """Where a FreeSWITCH is installed."""

    program: Path
    modules: Path


def found() -> Prefix | None:
    """Find one; where one is named that is none, fail, lest every test of it be passed over unseen."""
    named = os.environ.get("TELEKIT_FREESWITCH")
    program = Path(named) / "bin/freeswitch" if named else Path(shutil.which("freeswitch") or "")
    if program.is_file():
        prefix = program.resolve().parents[1]
        places = (prefix / "lib/freeswitch/mod", prefix / "mod", Path("/usr/lib/freeswitch/mod"))
        modules = next((place for place in places if place.is_dir()), None)
        if modules is not None:
            return Prefix(program, modules)
    if named:
        raise FreeSwitchFailed(f"TELEKIT_FREESWITCH names {named}, where no FreeSWITCH with its modules is")
    return None


def needed() -> Prefix:
    """Find one, or pass over the test that runs, by its name."""
    if (prefix := found()) is not None:
        return prefix
    test = os.environ["PYTEST_CURRENT_TEST"].partition("::")[2].rpartition(" ")[0]
    pytest.skip(f"{test} needs a FreeSWITCH: name its prefix in TELEKIT_FREESWITCH")


class FreeSwitch:
    """A real FreeSWITCH whose whole world is one folder.

    `phones` are passwords by account; calls from the lab's callers come to the extensions of `dialplan` (XML), those
    of phones too. `tree` gives the phones' programs.
    """

    def __init__(
        self,
        folder: Path,
        prefix: Prefix,
        tree: Tree,
        *,
        phones: Mapping[str, str],
        dialplan: str,
        context: str = "public",
        gateway: str = "",
        users: str = "",
        contexts: str = "",
        trusted: str = "",
        variables: Mapping[str, str] | None = None,
        ports: Ports | None = None,
    ) -> None:
        """`users` are more of the directory's, `contexts` more of the dialplan's, in XML; `variables` are global.

        Calls from the lab's callers begin in the `context`, where the extensions of `dialplan` are unless told.

        Where there is a context named `telekit-agents`, calls from phones come to it. `trusted` is one more network
        that need not log in.
        """
        self.folder = folder
        self.tree = tree
        self.ports = ports or Ports()
        self.account = Account(port=EVENTS, password=PASSWORD)
        self._prefix = prefix
        self._phones = phones
        self._dialplan = dialplan
        self.context = context
        self.contexts = contexts
        self._gateway = gateway
        self._users = users
        self.variables = dict(variables or {})
        self.line_cut = LINE_CUT
        """Milliseconds without sound after which the call of a phone at home ends."""
        self._trusted = f'<node type="allow" cidr="{trusted}"/>' if trusted else ""
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        await self.kill()

    @property
    def certificate(self) -> Path:
        """Return the certificate with which FreeSWITCH shows itself over TLS, where it does."""
        return self.folder / "tls/certificate.pem"

    @property
    def log(self) -> str:
        """Return all that FreeSWITCH logged since its folder was made."""
        path = self.folder / "log/freeswitch.log"
        return path.read_text(errors="replace") if path.exists() else ""

    async def start(self) -> None:
        """Start, and wait until its SIP profile listens."""
        for name in ("conf", "log", "db", "run", "storage", "recordings"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "conf/freeswitch.xml").write_text(self._configuration())
        options = ("-nf", "-nc", "-nonat", "-nocal", "-conf", self.folder / "conf", "-log", self.folder / "log")
        more = ("-db", self.folder / "db", "-run", self.folder / "run", "-mod", self._prefix.modules)
        rest = ("-storage", self.folder / "storage", "-recordings", self.folder / "recordings")
        rest += ("-scripts", self.folder / "run", "-temp", self.folder / "run", "-certs", self.folder / "run")
        with (self.folder / "screen").open("ab") as screen:
            self._process = await spawn(self._prefix.program, *map(str, (*options, *more, *rest)), screen=screen)
        deadline = time.monotonic() + READY_WITHIN
        while not await self._ready():
            if self._process.returncode is not None or time.monotonic() > deadline:
                await self.kill()
                screen = (self.folder / "screen").read_text(errors="replace").splitlines()[-20:]
                raise FreeSwitchFailed("\n".join(["FreeSWITCH did not start:", *screen, *self.log.splitlines()[-40:]]))
            await asyncio.sleep(0.02)  # nothing tells when its event socket is there
        await self.cli("sndfile_debug on")  # so that the log tells what is played

    async def kill(self) -> None:
        """End it at once."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """End it as an administrator does."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def cli(self, command: str) -> str:
        """Run a command of its console and return what it prints."""
        reader, writer = await asyncio.open_connection(HOST, EVENTS)
        try:
            await reader.readuntil(b"\n\n")
            writer.write(f"auth {PASSWORD}\n\napi {command}\n\n".encode())
            await reader.readuntil(b"\n\n")
            head = await reader.readuntil(b"\n\n")
            length = next(int(line[16:]) for line in head.splitlines() if line.startswith(b"Content-Length: "))
            return (await reader.readexactly(length)).decode(errors="replace")
        finally:
            writer.close()

    async def shows(self, command: str, text: str, within: float = PATIENCE) -> str:
        """Wait until a console command prints a text; return all that it prints."""
        deadline = time.monotonic() + within
        while text not in (seen := await self.cli(command)):
            if time.monotonic() > deadline:
                raise TooLate(f"within {within} s, '{command}' shows no '{text}' but\n{seen[-2000:]}")
            await asyncio.sleep(0.01)  # nobody tells when it changes
        return seen

    async def _ready(self) -> bool:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, StopIteration):
            return "RUNNING" in await self.cli("sofia status")
        return False

    def _configuration(self) -> str:
        home = "telekit-agents" if 'name="telekit-agents"' in self.contexts else "default"
        return CONFIGURATION.format(
            modules="".join(f'<load module="{module}"/>' for module in MODULES),
            password=PASSWORD,
            events=EVENTS,
            host=HOST,
            sip=self.ports.sip,
            context=self.context,
            gateway=self._gateway,
            trusted=self._trusted,
            dialplan=self._dialplan,
            contexts=self.contexts,
            variables="".join(
                f'<X-PRE-PROCESS cmd="set" data="{name}={value}"/>' for name, value in self.variables.items()
            ),
            moh=self.tree.data / "moh",
            line_cut=self.line_cut,
            users="".join(
                f'<user id="{name}"><params><param name="password" value="{password}"/></params>'
                f'<variables><variable name="user_context" value="{home}"/></variables></user>'
                for name, password in self._phones.items()
            )
            + self._users,
        )


CONFIGURATION = """\
<?xml version="1.0"?>
<document type="freeswitch/xml">
 {variables}
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
   <mappings><map name="all" value="info,notice,warning,err,crit,alert"/><map name="mod_sndfile.c" value="debug"/>
   </mappings></profile></profiles>
  </configuration>
  <configuration name="event_socket.conf"><settings>
   <param name="listen-ip" value="{host}"/><param name="listen-port" value="{events}"/>
   <param name="password" value="{password}"/>
  </settings></configuration>
  <configuration name="acl.conf"><network-lists>
   <list name="callers" default="deny"><node type="allow" cidr="127.0.1.0/24"/>{trusted}</list>
  </network-lists></configuration>
  <configuration name="local_stream.conf">
   <directory name="default" path="{moh}"><param name="rate" value="8000"/><param name="shuffle" value="false"/>
    <param name="channels" value="1"/><param name="interval" value="20"/><param name="timer-name" value="soft"/>
   </directory>
  </configuration>
  <configuration name="sofia.conf"><global_settings><param name="log-level" value="0"/></global_settings><profiles>
   <profile name="internal"><gateways>{gateway}</gateways>
    <domains><domain name="all" alias="true" parse="false"/></domains>
    <settings>
     <param name="context" value="{context}"/><param name="sip-ip" value="{host}"/><param name="rtp-ip" value="{host}"/>
     <param name="sip-port" value="{sip}"/><param name="dialplan" value="XML"/>
     <param name="codec-prefs" value="PCMA,PCMU"/><param name="inbound-codec-negotiation" value="greedy"/>
     <param name="auth-calls" value="true"/><param name="apply-inbound-acl" value="callers"/>
     <param name="accept-blind-reg" value="false"/><param name="force-register-domain" value="{host}"/>
     <param name="force-register-db-domain" value="{host}"/><param name="dtmf-type" value="rfc2833"/>
     <param name="rfc2833-pt" value="101"/><param name="rtp-timer-name" value="soft"/>
     <param name="nonce-ttl" value="60"/><param name="disable-transcoding" value="false"/>
     <param name="aggressive-nat-detection" value="true"/>
    </settings></profile>
  </profiles></configuration>
 </section>
 <section name="dialplan">
  <context name="public">{dialplan}</context>
  <context name="default">{dialplan}</context>
  {contexts}
 </section>
 <section name="directory">
  <domain name="{host}"><params>
   <param name="dial-string"
    value="{{media_timeout={line_cut}}}${{sofia_contact(${{dialed_user}}@${{dialed_domain}})}}"/>
  </params><groups><group name="default"><users>{users}</users></group></groups></domain>
 </section>
</document>
"""
