"""The local socket through which `telekit status`, other verbs and your own programs speak to the living service.

One request and one answer a connection, each a line of JSON. Only the user that runs telekit (and root) can open it.
"""

import asyncio
import json
import logging
import os
import pwd
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telekit.errors import RulesError, TelekitError, in_words

log = logging.getLogger(__name__)

Answer = Mapping[str, Any]
"""What came of an errand. `mistakes` is a list of what an administrator has to mend."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for."""

    words: Mapping[str, object]
    """As they were sent: anything."""
    by: str
    """The user of this machine who asks, as the kernel has it."""


Errand = Callable[[Request], Awaitable[Answer]]

LONGEST_REQUEST = 64 * 1024
"""Bytes."""
PATIENCE = 10.0
"""Seconds to wait for a client's request, and for a client to take the answer."""
LONGEST_PATH = 107
"""Bytes. Source: unix(7), sun_path, with its closing zero."""
ANSWERS_WITHIN = 120.0
"""Seconds; a reload reads all rules again."""


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
        length = len(os.fsencode(self._path))
        if length > LONGEST_PATH:
            raise TelekitError(
                f"The control socket {self._path} cannot be made: the path of a socket has at most {LONGEST_PATH} "
                f"bytes, and this one {length}: name a shorter one under `control`."
            )
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.unlink(missing_ok=True)
            listener = _private_socket(self._path)
        except OSError as error:
            raise TelekitError(
                f"The control socket {self._path} cannot be made ({in_words(error)}): make its folder "
                "writable for telekit, or name another place under `control`."
            ) from error
        self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=LONGEST_REQUEST)

    async def stop(self) -> None:
        """Close the socket and remove it."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                request = json.loads(await reader.readline())
            answer = await self._answer(request, _peer(writer))
            writer.write(await asyncio.to_thread(_line, answer))
            async with asyncio.timeout(PATIENCE):
                await writer.drain()
        except (TimeoutError, ConnectionError, ValueError, RecursionError) as error:
            log.debug("a control client left or sent nonsense: %s", error)
        finally:
            writer.close()

    async def _answer(self, request: object, by: str) -> Answer:
        errand = self._errands.get(str(request.get("do"))) if isinstance(request, dict) else None
        if errand is None or not isinstance(request, dict):
            return {"error": f"There is no such request; there are {', '.join(sorted(self._errands))}."}
        try:
            return await errand(Request(request, by))
        except RulesError as error:
            return {"mistakes": [str(diagnostic) for diagnostic in error.diagnostics]}
        except TelekitError as error:
            return {"error": str(error)}
        except Exception:
            log.exception("a request of a control client went wrong")
            return {"error": "Something went wrong in telekit: its log says what."}


async def ask(path: Path, errand: str, *, within: float = ANSWERS_WITHIN, **words: object) -> Answer:
    """Ask the living service, with more words where the errand takes some.

    Raises `TelekitError` when none is there, or when it answers with an error.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(str(path))
    except PermissionError as error:
        raise TelekitError(f"You may not ask the telekit on {path}: be root or its user.") from error
    except ConnectionRefusedError as error:
        raise TelekitError(
            f"No telekit answers on {path}: it ended without a goodbye: start `telekit serve` again."
        ) from error
    except OSError as error:
        raise TelekitError(f"No telekit answers on {path}: is `telekit serve` running with these settings?") from error
    try:
        async with asyncio.timeout(within):
            writer.write(_line({"do": errand, **words}))
            answer = json.loads(await reader.read())
    except TimeoutError as error:
        raise TelekitError(f"The telekit on {path} has not answered for {within:g} s: look in its log.") from error
    except (OSError, ValueError) as error:
        raise TelekitError(f"The telekit on {path} hung up without an answer: look in its log.") from error
    finally:
        writer.close()
    if not isinstance(answer, dict) or "error" in answer:
        raise TelekitError(answer["error"] if isinstance(answer, dict) else f"What answers on {path} is no telekit.")
    return answer


def _peer(writer: asyncio.StreamWriter) -> str:
    """Name the user at the other end. Source: unix(7), SO_PEERCRED; struct ucred of <sys/socket.h>."""
    ucred = struct.Struct("3i")
    told = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, ucred.size)
    _, user, _ = ucred.unpack(told)
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _line(told: Answer) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode(errors="replace") + b"\n"


def _private_socket(path: Path) -> socket.socket:
    """Make a socket that was its owner's alone from its first moment on."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    umask = os.umask(0o177)
    try:
        listener.bind(str(path))
    except BaseException:
        listener.close()
        raise
    finally:
        os.umask(umask)
    return listener


async def _answers(path: Path) -> bool:
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            _, writer = await asyncio.open_unix_connection(str(path))
            writer.close()
            return True
    return False
