"""A real Asterisk that telekit asks to call somebody, over both of its accounts."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from telekit.pbx.asterisk.agi.server import AgiServer
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.asterisk.calling_account import CallingAccount
from telekit.pbx.asterisk.outgoing import Outgoing
from telekit.pbx.asterisk.switch import AsteriskSwitch
from telekit.pbx.port import Call, Script
from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.scripted_phones import ScriptedPhone
from tests.lab.settings import HOST
from tests.lab.tree import Tree
from tests.pbx.asterisk.agi.stage import DIALPLANS, OUTSIDE, PORT, LedPhone
from tests.pbx.outgoing_contract import Heard

SECRET, CALLS_SECRET = "secret-of-telekit", "secret-of-the-second"
MANAGER = f"""
#include "{DIALPLANS}/manager.conf"

[telekit](telekit-account)
secret = {SECRET}

[telekit-callbacks](telekit-calls)
secret = {CALLS_SECRET}
"""
EXTENSIONS = f"""
#include "{DIALPLANS}/extensions.conf"

[elsewhere]
exten => _X!,1,NoOp(somebody was sent elsewhere)
 same => n,Answer()
 same => n,Wait(5)
"""
"""The context of the phones themselves."""


class CalledPhone(LedPhone):
    """A phone as this contract leads it."""

    async def say_busy(self) -> None:
        await self.reject(486)

    async def press(self, keys: str) -> None:
        super().press(keys)


class OutgoingStage:
    """One Asterisk, both links, amina at home and luc outside."""

    def __init__(self, asterisk: Asterisk) -> None:
        self.asterisk = asterisk
        self.heard = Heard()
        self.scripts: dict[str, Script] = {}
        self.link = Link(HOST, asterisk.ports.ami, "telekit", SECRET)
        self.calls_link = Link(HOST, asterisk.ports.ami, "telekit-callbacks", CALLS_SECRET, events="off")
        self.account = CallingAccount(self.calls_link)
        outgoing = Outgoing(self.link, self.account, trunk="out")
        self.switch = AsteriskSwitch(self.link, lambda: datetime.now(UTC), outgoing=outgoing)
        self.server = AgiServer(self.scripts, port=PORT, trunk="out", tell_led=self.switch.note_led)
        self.amina = CalledPhone(ScriptedPhone(asterisk, "amina", "pass-of-amina", address="127.0.0.31"))
        self.luc = CalledPhone(ScriptedPhone(asterisk, "luc", "pass-of-luc", address="127.0.0.32"))
        self._stack = AsyncExitStack()
        self._can_call = asyncio.Event()
        self.calls_link.on_up(lambda _: self._can_call.set())

    @classmethod
    def on(cls, tree: Tree, folder: Path) -> Self:
        phones = (accounts.phone(name, f"pass-of-{name}", context="elsewhere") for name in ("amina", "luc", "nobody"))
        config = {
            "extensions.conf": EXTENSIONS,
            "manager.conf": MANAGER,
            "pjsip.conf": "".join((accounts.trunk(), OUTSIDE, *phones)),
        }
        sounds = {f"{language}/telekit": DIALPLANS / "sounds" / language / "telekit" for language in ("en", "fr")}
        return cls(Asterisk(folder / "asterisk", tree, config, sounds=sounds))

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.asterisk)
        await self._stack.enter_async_context(self.amina.phone)
        await self._stack.enter_async_context(self.luc.phone)
        await self.switch.start(self.heard.tell)
        self._stack.push_async_callback(self.switch.stop)
        self.account.start()
        self._stack.push_async_callback(self.account.stop)
        await self.server.start()
        self._stack.push_async_callback(self.server.stop)
        await self._can_call.wait()
        return self

    async def __aexit__(self, *_raised: object) -> None:
        await self._stack.aclose()

    def lead(self, script: Callable[[Call], Awaitable[None]]) -> None:
        """Have this script lead who is called, and hang up after it."""

        async def to_the_end(call: Call) -> None:
            await script(call)
            await call.hang_up()

        self.scripts["survey"] = to_the_end
