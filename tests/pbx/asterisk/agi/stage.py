"""A real Asterisk whose callers come to a FastAGI server of the test."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from telekit.pbx.asterisk.agi.server import AgiServer
from telekit.pbx.port import Call, Script
from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.callers import Caller
from tests.lab.scripted_phones import ScriptedPhone
from tests.lab.tree import Tree

DIALPLANS = Path(__file__).parents[4] / "dialplans/asterisk"
PORT = 4573
EXTENSIONS = f"""
#include "{DIALPLANS}/extensions.conf"

[from-carrier]
exten => _X.,1,Set(TELEKIT_STATUS=)
 same => n,AGI(agi://127.0.0.1:{PORT}/${{EXTEN}}?asked=yes,one)
 same => n,Hangup()
 same => n(sales),Set(REACHED=sales)
 same => n,AGI(agi://127.0.0.1:{PORT}/back)
 same => n,Hangup()
"""
OUTSIDE = """
[out]
type = endpoint
transport = transport-udp
context = none
disallow = all
allow = alaw,ulaw
aors = out

[out]
type = aor
contact = sip:luc@127.0.0.32:5060
"""
"""A trunk that leads every number to luc's phone."""


class LedPhone:
    """A scripted phone as the contract leads it."""

    def __init__(self, phone: ScriptedPhone) -> None:
        self.phone = phone

    async def rings(self) -> object:
        return await self.phone.rings()

    async def answer(self) -> None:
        await self.phone.answer()
        await self.phone.talks()

    async def reject(self, status: int = 603) -> None:
        await self.phone.reject(status=status)

    async def hang_up(self) -> None:
        await self.phone.hang_up()

    async def stops(self) -> object:
        return await self.phone.ended()

    def press(self, keys: str) -> None:
        """Press keys in a conversation."""
        assert self.phone._rtp is not None
        self.phone._rtp.press(keys)


class LedCaller:
    """A caller as the contract leads it; who talks with them says one of these tones."""

    def __init__(self, caller: Caller, *hertz: int) -> None:
        self.caller = caller
        self._hertz = hertz or (1000,)

    async def press(self, keys: str) -> None:
        await self.caller.answered()
        await self.caller.press(keys)

    async def talks(self) -> object:
        await self.caller.answered()
        return await self.caller.hears(*self._hertz)

    async def hang_up(self) -> None:
        await self.caller.hang_up()


class AsteriskStage:
    """One Asterisk, one server, amina and luc."""

    def __init__(self, asterisk: Asterisk) -> None:
        self.asterisk = asterisk
        self.scripts: dict[str, Script] = {}
        self.server = AgiServer(self.scripts, port=PORT, trunk="out")
        self.amina = LedPhone(ScriptedPhone(asterisk, "amina", "pass-of-amina", address="127.0.0.31"))
        self.luc = LedPhone(ScriptedPhone(asterisk, "luc", "pass-of-luc", address="127.0.0.32"))
        self._stack = AsyncExitStack()

    @classmethod
    def on(cls, tree: Tree, folder: Path) -> Self:
        phones = (accounts.phone(name, f"pass-of-{name}") for name in ("amina", "luc", "nobody"))
        config = {"extensions.conf": EXTENSIONS, "pjsip.conf": "".join((accounts.trunk(), OUTSIDE, *phones))}
        sounds = {f"{language}/telekit": DIALPLANS / "sounds" / language / "telekit" for language in ("en", "fr")}
        return cls(Asterisk(folder / "asterisk", tree, config, sounds=sounds))

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.asterisk)
        await self._stack.enter_async_context(self.amina.phone)
        await self._stack.enter_async_context(self.luc.phone)
        await self.server.start()
        self._stack.push_async_callback(self.server.stop)
        return self

    async def __aexit__(self, *_raised: object) -> None:
        await self._stack.aclose()

    async def call(
        self,
        script: Callable[[Call], Awaitable[None]],
        number: str | bytes | None = "+33199007788",
        headers: Mapping[str, str] | None = None,
    ) -> LedCaller:
        """Let a caller in, to a script."""
        dialled = f"1{len(self.scripts):03d}"
        self.scripts[dialled] = script
        caller = Caller(self.asterisk, dialled, number, headers=headers)
        await self._stack.enter_async_context(caller)
        return LedCaller(caller)

    def from_number(self, number: str) -> "FromNumber":
        """Give this stage with callers of that number."""
        return FromNumber(self, number)


class FromNumber:
    """A stage whose callers have one number, sent as it stands."""

    def __init__(self, stage: AsteriskStage, number: str) -> None:
        self.amina, self.luc = stage.amina, stage.luc
        self._stage, self._number = stage, number

    async def call(self, script: Callable[[Call], Awaitable[None]]) -> LedCaller:
        return await self._stage.call(script, self._number)
