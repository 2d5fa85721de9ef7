"""One channel in Asterisk's AGI application, played by hand: what res_agi sends and how it reads.

Source: Asterisk res/res_agi.c (launch_netscript, setup_env, parse_args, run_agi).
"""

import asyncio
from typing import Self

ENVIRONMENT = {
    "network": "yes",
    "network_script": "route",
    "request": "agi://127.0.0.1/route",
    "channel": "PJSIP/carrier-00000008",
    "language": "fr",
    "type": "PJSIP",
    "uniqueid": "1795394872.8",
    "version": "22.10.1",
    "callerid": "+33199000199",
    "calleridname": "Client test",
    "callingpres": "0",
    "callingani2": "0",
    "callington": "0",
    "callingtns": "0",
    "dnid": "+33199000010",
    "rdnis": "unknown",
    "context": "from-carrier",
    "extension": "+33199000010",
    "priority": "2",
    "enhanced": "0.0",
    "accountcode": "",
    "threadid": "140127955068608",
}
"""As a real Asterisk 22 sent it."""


def environment(script: str = "route", **changes: str) -> bytes:
    values = ENVIRONMENT | {"network_script": script, "request": f"agi://127.0.0.1/{script}"} | changes
    return "".join(f"agi_{name}: {value}\n" for name, value in values.items()).encode() + b"\n"


def words(line: str) -> list[str]:
    """Split a command into its arguments as Asterisk does (res_agi.c, parse_args)."""
    found: list[str] = []
    quoted = escaped = False
    whitespace = True
    for character in line:
        if character == '"' and not escaped:
            quoted = not quoted
            if quoted and whitespace:
                found.append("")
                whitespace = False
        elif character in " \t" and not quoted and not escaped:
            whitespace = True
        elif character == "\\" and not escaped:
            escaped = True
        else:
            if whitespace:
                found.append("")
                whitespace = False
            found[-1] += character
            escaped = False
    return found


class FakeAsterisk:
    """One caller's AGI connection: `asked` gives the next command, `reply` answers it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def call(cls, port: int, script: str = "route", **changes: str) -> Self:
        """Run `AGI(agi://127.0.0.1/SCRIPT)` for a caller."""
        fake = cls(*await asyncio.open_connection("127.0.0.1", port))
        fake.send(environment(script, **changes))
        return fake

    async def asked(self) -> list[str]:
        """Give the next command as Asterisk reads it; nothing once the script has ended."""
        line = await self._reader.readline()
        return words(line.decode("utf-8", "surrogateescape").removesuffix("\n"))

    async def does(self, reply: str, *command: str) -> None:
        """Expect just this command and answer it."""
        assert await self.asked() == list(command)
        self.reply(reply)

    def reply(self, text: str = "200 result=0") -> None:
        self.send(text.encode("utf-8", "surrogateescape") + b"\n")

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    def hang_up(self) -> None:
        """Let the caller hang up: told in band, and the session goes on in dead mode."""
        self.reply("HANGUP")

    async def over(self) -> None:
        """Expect that the script ended without another command; Asterisk says HANGUP then, whoever ended it."""
        assert await self.asked() == []
        self.reply("HANGUP")
        self.die()

    def die(self) -> None:
        """Cut the connection, as a crash does."""
        self._writer.close()
