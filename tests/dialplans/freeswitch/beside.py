"""A FreeSWITCH with telekit's files in it as an administrator puts them there: one tag or link each."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
from tests.lab import sound
from tests.lab.freeswitch import FreeSwitch, Prefix, needed
from tests.lab.phones import Phone
from tests.lab.rendered_freeswitch import RenderedFreeSwitch
from tests.lab.settings import HOST
from tests.lab.tree import Tree

SHIPPED = Path(__file__).parents[3] / "dialplans/freeswitch"
PROMPTS = Path(__file__).parents[3] / "dialplans/asterisk/sounds"
OPTIONS = Options("telekit", gateway="carrier", listener=Listener(HOST))
CONTROL = "of-telekits-user!"


class FreeSwitchBeside(RenderedFreeSwitch):
    """One with telekit's files for a plan."""

    def __init__(self, folder: Path, prefix: Prefix, tree: Tree, plan: Plan, options: Options, now: datetime) -> None:
        super().__init__(folder, prefix, tree)
        self.options = replace(
            options,
            certificates=str(folder / "tls"),
            sounds=str(folder / "sounds"),
            messages=str(folder / "recordings"),
        )
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

    async def lay_out(self) -> None:
        await super().lay_out()
        for language in ("en", "fr"):
            there = Path(self.options.sounds) / language / "telekit"
            there.mkdir(parents=True, exist_ok=True)
            for prompt in (PROMPTS / language / "telekit").iterdir():
                sound.write_wav(there / prompt.name, sound.tone(PROMPT, 0.3))


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
    return FreeSwitchBeside(folder, needed(), tree, plan, options, at)


def home_phone(switch: FreeSwitch, endpoint: str, number: int, *, answers: bool = False, guess: str = "") -> Phone:
    """Make a phone at home, with TLS and SRTP; enter it to register it."""
    address = f"127.0.0.{10 + number}"
    return Phone(switch, endpoint, guess or password(endpoint), address=address, tls=True, answers=answers)  # type: ignore[arg-type]
