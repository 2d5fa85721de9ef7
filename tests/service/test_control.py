"""The socket between the commands and the living service."""

import asyncio
import json
import os
import socket
import stat
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from telekit.errors import RulesError, TelekitError
from telekit.service.control import Answer, ControlSocket, Request, ask


class Broken(RulesError):  # noqa: N818
    diagnostics = ("rules.yaml:1:1: unknown section", "rules.yaml:2:1: unknown section")


async def fine(_: Request) -> Answer:
    return {"message": "Zoé is fine", "many": list(range(200_000))}


async def sorry(_: Request) -> Answer:
    raise TelekitError("That cannot be done: wait a minute.")


async def broken(_: Request) -> Answer:
    raise Broken


async def stumbles(_: Request) -> Answer:
    raise ZeroDivisionError


async def sleeps(_: Request) -> Answer:
    await asyncio.Event().wait()
    raise AssertionError


ERRANDS = {"fine": fine, "sorry": sorry, "broken": broken, "stumbles": stumbles, "sleeps": sleeps}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="telekit-") as name:
        yield Path(name)


@pytest.fixture
async def path(folder: Path) -> AsyncIterator[Path]:
    control = ControlSocket(folder / "var/telekit.sock", ERRANDS)
    await control.start()
    yield folder / "var/telekit.sock"
    await control.stop()
    assert not (folder / "var/telekit.sock").exists()


async def test_an_answer_comes_whole_however_long(path: Path) -> None:
    answer = await ask(path, "fine")
    assert answer["message"] == "Zoé is fine"
    assert len(answer["many"]) == 200_000


async def test_an_error_is_raised_as_the_sentence_it_is(path: Path) -> None:
    with pytest.raises(TelekitError, match="That cannot be done: wait a minute"):
        await ask(path, "sorry")


async def test_mistakes_in_the_rules_are_an_answer(path: Path) -> None:
    assert (await ask(path, "broken"))["mistakes"] == list(Broken.diagnostics)


async def test_what_goes_wrong_inside_is_said_without_its_details(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(TelekitError, match="its log says what"):
        await ask(path, "stumbles")
    assert "ZeroDivisionError" in caplog.text


async def test_a_request_that_does_not_exist_is_answered_with_those_that_do(path: Path) -> None:
    with pytest.raises(TelekitError, match="there are broken, fine, sleeps, sorry, stumbles"):
        await ask(path, "dance")


async def test_an_answer_that_does_not_come_is_not_waited_for_for_ever(path: Path) -> None:
    with pytest.raises(TelekitError, match=r"has not answered for 0\.05 s"):
        await ask(path, "sleeps", within=0.05)


async def test_only_the_user_of_telekit_may_open_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "nonsense", [b"", b"\n", b"hello\n", b"[1]\n", b'{"do": []}\n', b"[" * 60_000 + b"\n", b"x" * 99_999]
)
async def test_nonsense_harms_nobody(path: Path, nonsense: bytes, caplog: pytest.LogCaptureFixture) -> None:
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(nonsense)
    writer.write_eof()
    answer = await reader.read()
    assert not answer or "error" in json.loads(answer)
    writer.close()
    assert (await ask(path, "fine"))["message"] == "Zoé is fine"
    assert not caplog.records


async def test_a_second_telekit_is_told_of_the_first(path: Path) -> None:
    with pytest.raises(TelekitError, match="Another telekit already serves"):
        await ControlSocket(path, {}).start()
    assert (await ask(path, "fine"))["message"] == "Zoé is fine"


async def test_what_a_killed_telekit_left_behind_is_no_hindrance(folder: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(folder / "telekit.sock"))
    left.close()
    control = ControlSocket(folder / "telekit.sock", ERRANDS)
    await control.start()
    assert await ask(folder / "telekit.sock", "fine")
    await control.stop()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("not-a-folder/telekit.sock", r"\(File exists\): make its folder writable"),
        (f"{'long-' * 30}/telekit.sock", r"path of a socket has at most 107 bytes, and this one 1\d\d: name a shorter"),
    ],
)
async def test_a_socket_that_cannot_be_made_is_told_with_what_to_do(folder: Path, name: str, why: str) -> None:
    (folder / "not-a-folder").write_text("")
    with pytest.raises(TelekitError, match=why):
        await ControlSocket(folder / name, {}).start()


async def test_nobody_there_is_told_with_what_to_do(folder: Path) -> None:
    with pytest.raises(TelekitError, match="is `telekit serve` running with these settings"):
        await ask(folder / "telekit.sock", "fine")


async def test_a_telekit_that_was_killed_is_told_with_what_to_do(folder: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(folder / "telekit.sock"))
    left.close()
    with pytest.raises(TelekitError, match="ended without a goodbye: start `telekit serve` again"):
        await ask(folder / "telekit.sock", "fine")


@pytest.fixture
def stranger(path: Path) -> Iterator[None]:
    """Be somebody to whom the socket does not belong."""
    me = os.geteuid()
    path.parent.parent.chmod(0o755)
    path.parent.chmod(0o755)
    path.chmod(0o400)
    if me == 0:
        os.seteuid(12_345)
    yield
    os.seteuid(me)


async def test_somebody_who_may_not_ask_is_told_with_what_to_do(path: Path, stranger: None) -> None:
    with pytest.raises(TelekitError, match=f"You may not ask the telekit on {path}: be root or its user"):
        await ask(path, "fine")


@pytest.mark.parametrize("answer", [b"", b"nonsense\n", b'{"mess', b"[1]\n"])
async def test_somebody_else_there_is_told_too(folder: Path, answer: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)
        writer.close()

    async with await asyncio.start_unix_server(serve, str(folder / "telekit.sock")):
        with pytest.raises(TelekitError, match=r"hung up without an answer|is no telekit"):
            await ask(folder / "telekit.sock", "fine")
