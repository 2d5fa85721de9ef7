"""A real FreeSWITCH whose callers come to a server of the test."""

import shutil
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from telekit.pbx.freeswitch.channels import EVENTS
from telekit.pbx.freeswitch.esl.link import Link
from telekit.pbx.freeswitch.outbound.server import OutboundServer
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.freeswitch.outgoing import Outgoing
from telekit.pbx.freeswitch.switch import FreeSwitchSwitch
from telekit.pbx.port import Call, Script
from tests.lab import sound
from tests.lab.callers import Caller
from tests.lab.desk_phone import DeskPhone
from tests.lab.freeswitch import FreeSwitch, Prefix
from tests.lab.settings import HOST
from tests.lab.tree import Tree
from tests.pbx.asterisk.agi.stage import LedCaller
from tests.pbx.asterisk.outgoing_stage import CalledPhone
from tests.pbx.outgoing_contract import Heard

PROMPTS = Path(__file__).parents[3] / "dialplans/asterisk/sounds"
PORT = 8084
AMINA_SAYS, LUC_SAYS = 1000, 1300
"""Hertz."""
DIALPLAN = f"""
<extension name="colleague"><condition field="destination_number" expression="^2002$">
 <action application="bridge" data="user/luc@{HOST}"/>
</condition></extension>
<extension name="asks-telekit"><condition field="destination_number" expression="^(1\\d\\d\\d)$">
 <action application="set" data="telekit_script=$1?asked=yes"/>
 <action application="set" data="rtcp_audio_interval_msec=1000"/>
 <action application="set" data="fire_rtcp_events=true"/>
 <action application="socket" data="127.0.0.1:{PORT} async full"/>
</condition></extension>
"""
CALLED = f"""
<context name="telekit-call"><extension name="called"><condition field="destination_number" expression="^called$">
 <action application="socket" data="127.0.0.1:{PORT} async full"/>
</condition></extension></context>
"""
OUTSIDE = """
<gateway name="out"><param name="proxy" value="127.0.0.32:5060"/><param name="register" value="false"/>
 <param name="username" value="telekit"/><param name="password" value="none"/></gateway>
"""
"""A gateway that leads every number to luc's phone."""


class FreeSwitchStage:
    """One FreeSWITCH, one server, one switch, amina and luc."""

    def __init__(self, freeswitch: FreeSwitch, folder: Path) -> None:
        self.freeswitch = freeswitch
        self.scripts: dict[str, Script] = {}
        self.sounds = folder / "sounds"
        where = Surroundings(str(self.sounds), HOST, str(folder / "messages"), gateway="out")
        link = Link(freeswitch.account, EVENTS)
        outgoing = Outgoing(link, where)
        self.switch = FreeSwitchSwitch(link, HOST, lambda: datetime.now(UTC), outgoing=outgoing)
        self.server = OutboundServer(self.scripts, where, port=PORT, tell_led=self.switch.note_led)
        amina = DeskPhone(freeswitch, "amina", "pass-of-amina", address="127.0.0.31", hertz=AMINA_SAYS)
        self.amina = CalledPhone(amina)
        self.luc = CalledPhone(DeskPhone(freeswitch, "luc", "pass-of-luc", address="127.0.0.32", hertz=LUC_SAYS))
        self.heard = Heard()
        self._callers: list[Caller] = []
        self._stack = AsyncExitStack()

    @classmethod
    def on(cls, prefix: Prefix, tree: Tree, folder: Path) -> Self:
        phones = {name: f"pass-of-{name}" for name in ("amina", "luc", "nobody")}
        return cls(
            FreeSwitch(
                folder / "freeswitch", prefix, tree, phones=phones, dialplan=DIALPLAN, contexts=CALLED, gateway=OUTSIDE
            ),
            folder,
        )

    async def __aenter__(self) -> Self:
        (self.sounds.parent / "messages").mkdir(parents=True)
        for language in ("en", "fr"):
            shutil.copytree(PROMPTS / language, self.sounds / language)
            sound.write_wav(self.sounds / language / "beep.wav", sound.tone(1000, 0.2))
            sound.write_wav(self.sounds / language / "vm-intro.wav", sound.tone(500, 3.0))
        await self._stack.enter_async_context(self.freeswitch)
        await self._stack.enter_async_context(self.amina.phone)
        await self._stack.enter_async_context(self.luc.phone)
        await self.switch.start(self.heard.tell)
        self._stack.push_async_callback(self.switch.stop)
        await self.server.start()
        self._stack.push_async_callback(self.server.stop)
        return self

    async def __aexit__(self, *_raised: object) -> None:
        await self._stack.aclose()

    async def call(
        self, script: Callable[[Call], Awaitable[None]], number: str | bytes | None = "+33199007788"
    ) -> LedCaller:
        """Let a caller in, to a script."""
        dialled = f"1{len(self.scripts):03d}"
        self.scripts[dialled] = script
        caller = Caller(self.freeswitch, dialled, number)
        self._callers.append(caller)
        await caller.dial()
        return LedCaller(caller, AMINA_SAYS, LUC_SAYS)

    async def settle(self) -> None:
        """End whatever a test has left, so that none meets the calls of another."""
        await self.freeswitch.cli("hupall")
        await self.freeswitch.shows("status", "\n0 session(s) - peak")
        while self._callers:
            await self._callers.pop().close()
        for handset in (self.amina, self.luc):
            handset.phone.forget()

    def lead(self, script: Callable[[Call], Awaitable[None]]) -> None:
        """Have this script lead who is called, and hang up after it."""

        async def to_the_end(call: Call) -> None:
            await script(call)
            await call.hang_up()

        self.scripts["survey"] = to_the_end
