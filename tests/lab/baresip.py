"""One baresip process, its configuration and the wire by which it is led.

Source: baresip 1.1.0, modules/ctrl_tcp/ctrl_tcp.c (JSON in netstrings), src/event.c, src/config.c.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.lab import modules, sound
from tests.lab.processes import spawn
from tests.lab.tree import Tree

CONTROL_PORT = 4444
SOUND_PORTS = "61000-65000"
"""It takes them on all addresses: neither the switches' own nor those that the system gives out."""
READY_WITHIN = 10.0  # seconds
QUIT_WITHIN = 2.0  # longer only if Asterisk does not answer the unregistration
VOICE = 120  # seconds; when its voice ends, baresip ends the call
SOUNDS = ("ring", "ringback", "callwaiting", "busy", "error", "notfound", "message", "sip_autoanswer")

Event = Mapping[str, Any]


class BaresipFailed(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """A baresip process did not start or died; the text holds what it printed."""


class BaresipRefused(Exception):  # noqa: N818
    """Baresip answered a command with an error."""


class Baresip:
    """A headless SIP phone on a loopback address of its own.

    It says a tone of whole `hertz` in every call and writes down what it hears.
    """

    def __init__(self, tree: Tree, folder: Path, address: str, on_event: Callable[[Event], None]) -> None:
        self.tree = tree
        self.folder = folder
        self.address = address
        self._on_event = on_event
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._answers: dict[str, asyncio.Future[Event]] = {}
        self._commands = 0

    @property
    def heard(self) -> list[int]:
        """Return all that the phone heard, as samples."""
        pieces = sorted(self.folder.glob("dump-*-dec.wav"))
        return [sample for piece in pieces for sample in sound.read_wav(piece)]

    @property
    def printed(self) -> str:
        """Return what the process printed."""
        path = self.folder / "screen"
        return path.read_text(errors="replace") if path.exists() else ""

    async def start(self, hertz: int, certificate: Path | None) -> None:
        """Start the process and take hold of its wire."""
        self.folder.mkdir(parents=True, exist_ok=True)
        sound.write_wav(self.folder / "voice.wav", sound.tone(hertz, 1.0), VOICE)
        (self.folder / "config").write_text(self._configuration(certificate))
        with (self.folder / "screen").open("ab") as screen:
            self._process = await spawn(self.tree.baresip, "-f", self.folder, screen=screen)
        reader, self._writer = await self._connect(self._process)
        self._listener = asyncio.create_task(self._listen(reader))

    async def command(self, command: str, parameters: str = "") -> str:
        """Run one of baresip's commands and return what it prints; raise BaresipRefused if it will not."""
        assert self._writer is not None, "the phone was not started"
        self._commands += 1
        token = str(self._commands)
        answer = self._answers[token] = asyncio.get_running_loop().create_future()
        question: dict[str, str] = {"command": command, "token": token}
        if parameters:
            question["params"] = parameters
        text = json.dumps(question).encode()
        self._writer.write(b"%d:%b," % (len(text), text))
        try:
            told = await asyncio.wait_for(answer, READY_WITHIN)
        except TimeoutError:
            raise BaresipFailed(f"baresip at {self.address} is silent to '{command}':\n{self.printed}") from None
        finally:
            del self._answers[token]
        if not told["ok"]:
            raise BaresipRefused(f"baresip at {self.address} refuses '{command}': {told['data']}")
        return str(told["data"])

    async def quit(self) -> None:
        """End the process as its owner would: it unregisters."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
        await self._buried()

    async def kill(self) -> None:
        """End the process as a power cut would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        await self._buried()

    async def _buried(self) -> None:
        if self._process is not None:
            try:
                async with asyncio.timeout(QUIT_WITHIN):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        if self._listener is not None:
            await self._listener
        if self._writer is not None:
            self._writer.close()

    async def _connect(self, process: asyncio.subprocess.Process) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            async with asyncio.timeout(READY_WITHIN):
                while process.returncode is None:
                    try:
                        return await asyncio.open_connection(self.address, CONTROL_PORT)
                    except ConnectionError:
                        await asyncio.sleep(0.005)  # it doesn't listen yet
        except TimeoutError:
            pass
        await self.kill()
        raise BaresipFailed(f"baresip at {self.address} did not start:\n{self.printed}")

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                length = int((await reader.readuntil(b":"))[:-1])
                told: Event = json.loads((await reader.readexactly(length + 1))[:-1].decode(errors="replace"))
                if told.get("response"):
                    answer = self._answers.get(str(told.get("token")))
                    if answer is not None and not answer.done():
                        answer.set_result(told)
                elif told.get("event"):
                    self._on_event(told)
        except (asyncio.IncompleteReadError, ConnectionError):
            self._on_event({"type": "EXIT"})

    def _configuration(self, certificate: Path | None) -> str:
        silent = "".join(f"{name}_aufile none\n" for name in SOUNDS)
        loaded = "".join(f"module {name}.so\n" for name in modules.BARESIP)
        trusted = f"sip_cafile {certificate}\nsip_verify_server yes\n" if certificate else ""
        return f"""\
poll_method epoll
net_interface {self.address}
sip_listen {self.address}:5060
rtp_ports {SOUND_PORTS}
{trusted}call_max_calls 8
call_hold_other_calls no
audio_path {self.tree.baresip_sounds}
snd_path {self.folder}
audio_player aubridge,ear
audio_source aufile,{self.folder}/voice.wav
audio_alert aufile,{self.folder}/alert.wav
ausrc_srate {sound.RATE}
auplay_srate {sound.RATE}
ausrc_channels 1
auplay_channels 1
ctrl_tcp_listen {self.address}:{CONTROL_PORT}
module_path {self.tree.baresip_modules}
{loaded}{silent}"""
