"""The sample scripts and handlers do what their pages say."""

import asyncio
import csv
import logging
import runpy
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.pbx.asterisk.agi.scripts import ScriptFolder
from telekit.pbx.asterisk.ami.handlers import Handlers
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.loopback import Answers, LoopbackCall, LoopbackSwitch, Rings, run
from telekit.pbx.port import Call, Script
from tests.docs.page import DOCS
from tests.pbx.asterisk.agi.conftest import Switchboard
from tests.pbx.asterisk.agi.fake import FakeAsterisk as FakeChannel
from tests.pbx.asterisk.ami.fake import FakeAsterisk

SAMPLES = DOCS / "samples"


def sample(name: str) -> Script:
    folder = ScriptFolder(SAMPLES / "scripts")
    assert folder.mistakes == {}
    script = folder.find(name)
    assert script is not None
    return script


async def lead(name: str, switch: LoopbackSwitch | None = None, keys: str = "") -> LoopbackCall:
    call = LoopbackCall(switch, keys=keys)
    await sample(name)(call)
    return call


def test_the_sample_test_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SAMPLES))
    tests = {name: test for name, test in runpy.run_path(str(SAMPLES / "test_order.py")).items() if name[:5] == "test_"}
    assert len(tests) == 3
    for test in tests.values():
        test()


def test_a_mark_is_asked_for_and_kept(tmp_path: Path) -> None:
    async def story() -> list[str]:
        script = sample("satisfaction")
        script.__globals__["ANSWERS"] = tmp_path / "answers.csv"  # type: ignore[attr-defined]
        call = LoopbackCall(keys="94")
        await script(call)
        return call.story

    assert run(story())[-2:] == ["played telekit/goodbye", "hung up"]
    with (tmp_path / "answers.csv").open() as file:
        ((_, caller, mark),) = csv.reader(file)
    assert (caller, mark) == ("+33199007788", "4")


def test_two_are_rung_at_once_and_the_first_to_answer_talks() -> None:
    async def story() -> list[str]:
        switch = LoopbackSwitch()
        switch.phone("sip:luc", Rings())
        switch.phone("sip:sam", Answers(talks=timedelta(minutes=2)))
        call = await lead("emergency", switch)
        assert call.variables == {"CDR(userfield)": "talked 120 s"}
        return call.story

    assert run(story()) == ["answered", "offered sip:luc & sip:sam: talked 0:02:00", "hung up"]


def test_nobody_answers_so_a_message_is_taken() -> None:
    async def story() -> list[str]:
        switch = LoopbackSwitch()
        switch.phone("sip:luc", Rings())
        switch.phone("tel:+33199005512", Answers(confirms=False))
        return (await lead("emergency", switch)).story

    told = run(story())
    assert told[1:3] == ["offered sip:luc & sip:sam: no-answer", "offered tel:+33199005512: voicemail"]
    assert told[-3].startswith("recorded emergency-")


@pytest.fixture
async def switchboard() -> AsyncIterator[Switchboard]:
    board = Switchboard()
    await board.server.start()
    yield board
    await board.server.stop()


async def test_the_script_for_pyst2_runs_as_it_is(switchboard: Switchboard) -> None:
    channel: FakeChannel = await switchboard.call(sample("greeting"))
    await channel.does("200 result=1", "VERBOSE", "call from +33199000199", "1")
    await channel.does("200 result=0", "ANSWER")
    await channel.does("200 result=1", "GET", "DATA", "custom/press-1-for-english", "3000", "1")
    await channel.does("200 result=1", "SET", "VARIABLE", "CHANNEL(language)", "en")
    await channel.does("200 result=1", "SET", "VARIABLE", "TELEKIT_STATUS", "done")
    await channel.over()


class Log(logging.Handler):
    """Waits for a line, from whatever thread it comes."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    def emit(self, record: logging.LogRecord) -> None:
        self._loop.call_soon_threadsafe(self._lines.put_nowait, record.getMessage())

    async def line(self) -> str:
        async with asyncio.timeout(40):
            return await self._lines.get()


async def test_the_handler_for_panoramisk_runs_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    log = Log()
    logging.getLogger("reachable").addHandler(log)
    caplog.set_level(logging.INFO)
    async with FakeAsterisk() as asterisk:
        link = Link("127.0.0.1", asterisk.port, "telekit", "sesame")
        handlers = Handlers(SAMPLES / "handlers", link)
        await handlers.start()
        await link.start()
        asterisk.event("ContactStatus", AOR="amina", ContactStatus="Reachable")
        assert await log.line() == "amina is Reachable"
        await handlers.stop()
        await link.stop()
    logging.getLogger("reachable").removeHandler(log)


def test_every_verb_and_property_of_a_call_is_told() -> None:
    page = (DOCS / "scripts.md").read_text()
    for name in vars(Call):
        if not name.startswith("_"):
            assert f"call.{name}" in page, f"call.{name} is told of nowhere"
