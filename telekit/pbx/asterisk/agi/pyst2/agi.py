"""pyst2's `AGI`, hardened: what it promises to scripts stays, what breaks it does not.

Needs the package pyst2.
"""

import io
import signal
import sys
import threading
from typing import Any

from asterisk import agi as pyst2

from telekit.pbx.asterisk.agi.codec import Decoder, Hangup, Reply, line
from telekit.pbx.asterisk.agi.pyst2.wire import ScriptInput, ScriptOutput, Wire

_thread = threading.local()


def bind(wire: Wire) -> None:
    """Make this thread's `AGI()` speak over a wire."""
    _thread.wire = wire


class Silence(io.TextIOBase):
    """Where pyst2's narration of every line goes."""

    def write(self, text: str, /) -> int:
        return len(text)


class Agi(pyst2.AGI):  # type: ignore[misc]
    """One call, as scripts written for pyst2 know it.

    Differs from pyst2 0.5.1: a hang-up or the end of the connection raises `AGIHangup`, also where the reply has 511;
    a value that reads `hangup` is a value; a usage answer ends; quotes are escaped and no line break is sent; replies
    may hold line breaks; it can be made in any thread.
    """

    def __init__(self, stdin: Any = None, stdout: Any = None, stderr: Any = None) -> None:
        wire: Wire | None = getattr(_thread, "wire", None)
        if stdin is None and stdout is None and wire is not None:
            stdin, stdout = ScriptInput(wire), ScriptOutput(wire)
            wire.on_hangup = self._handle_sighup
        elif threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGHUP, self._handle_sighup)
        self.stdin = stdin or sys.stdin
        self.stdout = stdout or sys.stdout
        self.stderr = stderr or Silence()
        self._wire = wire
        self._got_sighup = False
        self._decoder = Decoder(opened=True)
        self.env: dict[str, str] = {}
        self._get_agi_env()

    def test_hangup(self) -> None:
        """Raise `AGIHangup` once the caller has hung up."""
        if self._wire is not None:
            self._wire.tell_hangup()
        super().test_hangup()

    def send_command(self, command: str, *args: object) -> None:
        """Send a command; raises `UnsafeValue` for a control character in it."""
        text = " ".join([command.strip(), *map(str, args)]).strip()
        line(text)
        self.stdout.write(f"{text}\n")
        self.stdout.flush()

    def get_result(self, stdin: Any = None) -> dict[str, tuple[str, str]]:
        """Read a reply, by name: `result` and perhaps `endpos`, each with what stood in parentheses after it."""
        while True:
            text = self.stdin.readline()
            if not text:
                raise pyst2.AGIHangup("The connection to Asterisk has ended")
            for found in self._decoder.feed(text.encode() if isinstance(text, str) else text):
                if isinstance(found, Reply):
                    return self._judge(found)
                if isinstance(found, Hangup):
                    self._got_sighup = True
                    raise pyst2.AGISIGHUPHangup("User hung up during execution")

    def database_get(self, family: str, key: str) -> str:
        """Give a value of Asterisk's own database; raises `AGIDBError` where there is none."""
        result, value = self.execute("DATABASE GET", self._quote(family), self._quote(key))["result"]
        if result != "1":
            raise pyst2.AGIDBError(f"Key not found in database: family={family}, key={key}")
        return str(value)

    def _quote(self, string: object) -> str:
        """Put a value in quotes; a quote that the script has escaped itself stays as it is."""
        text = str(string)
        quoted, escaped = "", False
        for character in text:
            quoted += '\\"' if character == '"' and not escaped else character
            escaped = character == "\\" and not escaped
        return f'"{quoted}\\"' if escaped else f'"{quoted}"'

    def _judge(self, reply: Reply) -> dict[str, tuple[str, str]]:
        if reply.code == 510:
            raise pyst2.AGIInvalidCommand(reply.raw[4:])
        if reply.code == 511:
            raise pyst2.AGIHangup(reply.raw[4:])
        if reply.code == 520:
            raise pyst2.AGIUsageError(f"{reply.raw}\n")
        if reply.code != 200:
            raise pyst2.AGIUnknownError(reply.code, reply.raw)
        if reply.result == "-1":
            self.test_hangup()
            if reply.value == "hangup":
                raise pyst2.AGIResultHangup("User hung up during execution")
            raise pyst2.AGIAppError("Error executing application, or hangup")
        result = {"result": (reply.result, reply.value or "")}
        if reply.endpos is not None:
            result["endpos"] = (str(reply.endpos), "")
        return result


pyst2.AGI = Agi
