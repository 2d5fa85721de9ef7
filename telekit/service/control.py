"""The local socket through which `telekit status` and `telekit reload` speak to the living service.

One request and one answer a connection, each a line of JSON. Only the user that runs telekit (and root) can open it.
"""

import asyncio
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from telekit.errors import RulesError, TelekitError

log = logging.getLogger(__name__)

Answer = Mapping[str, Any]
Errand = Callable[[], Awaitable[Answer]]

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; the status of 15,000 agents takes some 3 MB."""
PATIENCE = 10.0
"""Seconds to wait for a client's request."""


class ControlSocket:
    """Serve named errands on a Unix socket."""

    def __init__(self, path: Path, errands: Mapping[str, Errand]) -> None:
        self._path = path
        self._errands = errands
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; raises `TelekitError` when another telekit does already, or the folder cannot be written."""
        if await _answers(self._path):
            raise TelekitError(
                f"Another telekit already serves on {self._path}: stop that one first, or give this one a `control` "
                "of its own in its settings."
            )
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.unlink(missing_ok=True)
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(str(self._path))
            self._path.chmod(0o600)
        except OSError as error:
            raise TelekitError(
                f"The control socket {self._path} cannot be made ({error.strerror}): make its folder writable for "
                "telekit, or name another place under `control`."
            ) from error
        self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=LONGEST_LINE)

    async def stop(self) -> None:
        """Close the socket and remove it."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                line = await reader.readline()
            answer = await self._answer(line)
            writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            async with asyncio.timeout(PATIENCE):
                await writer.drain()
        except (TimeoutError, ConnectionError, ValueError) as error:
            log.debug("a control client left or sent nonsense: %s", error)
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> Answer:
        request = json.loads(line)
        errand = self._errands.get(request.get("do", "")) if isinstance(request, dict) else None
        if errand is None:
            return {"error": f"There is no such request; there are {', '.join(sorted(self._errands))}."}
        try:
            return await errand()
        except RulesError as error:
            return {"mistakes": [str(diagnostic) for diagnostic in error.diagnostics]}
        except TelekitError as error:
            return {"error": str(error)}


async def ask(path: Path, errand: str) -> Answer:
    """Ask the living service; raises `TelekitError` when none is there, or when it answers with a mistake."""
    try:
        async with asyncio.timeout(PATIENCE * 3):
            reader, writer = await asyncio.open_unix_connection(str(path), limit=LONGEST_LINE)
            writer.write(json.dumps({"do": errand}).encode() + b"\n")
            line = await reader.readline()
            writer.close()
    except (OSError, TimeoutError) as error:
        raise TelekitError(
            f"No telekit answers on {path}: is `telekit serve` running with these settings, and are you its user?"
        ) from error
    if not line:
        raise TelekitError(f"The telekit on {path} hung up without an answer: look in its log.")
    answer: Answer = json.loads(line)
    if "error" in answer:
        raise TelekitError(answer["error"])
    return answer


async def _answers(path: Path) -> bool:
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            _, writer = await asyncio.open_unix_connection(str(path))
            writer.close()
            return True
    return False
