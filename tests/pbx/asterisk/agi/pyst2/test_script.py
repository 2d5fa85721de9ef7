"""Files written for pyst2 and for a process of their own, run by the server, in threads."""

import asyncio
import builtins
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from telekit.pbx.asterisk.agi.pyst2 import script as pyst2_script
from telekit.pbx.asterisk.agi.scripts import ScriptFolder
from telekit.pbx.port import Script
from tests.pbx.asterisk.agi.conftest import Switchboard
from tests.pbx.asterisk.agi.fake import FakeAsterisk

DONE = ("SET", "VARIABLE", "TELEKIT_STATUS", "done")
FAILED = ("SET", "VARIABLE", "TELEKIT_STATUS", "failed")

VERBATIM = """\
#!/usr/bin/env python
import sys
from asterisk.agi import *

def main():
    agi = AGI()
    agi.verbose("call from %s on channel %s" % (agi.env["agi_callerid"], agi.env["agi_channel"]))
    agi.answer()
    code = agi.get_data("code", 3000, 4)
    if code != "1234":
        agi.stream_file("wrong")
        sys.exit(1)
    agi.set_variable("CODE", code)
    agi.appexec("Dial", "PJSIP/amina,20")

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def load(folder: Path, text: str) -> Script:
    (folder / "theirs.py").write_text(text)
    scripts = ScriptFolder(folder)
    assert scripts.mistakes == {}
    found = scripts.find("theirs")
    assert found is not None
    return found


async def test_a_verbatim_file_runs_unchanged(switchboard: Switchboard, folder: Path) -> None:
    asterisk = await switchboard.call(load(folder, VERBATIM))
    await asterisk.does("200 result=1", "VERBOSE", "call from +33199000199 on channel PJSIP/carrier-00000008", "1")
    await asterisk.does("200 result=0", "ANSWER")
    await asterisk.does("200 result=1234", "GET", "DATA", "code", "3000", "4")
    await asterisk.does("200 result=1", "SET", "VARIABLE", "CODE", "1234")
    await asterisk.does("200 result=0", "EXEC", "Dial", "PJSIP/amina,20")
    await asterisk.does("200 result=1", *DONE)
    await asterisk.over()


async def test_a_file_that_exits_by_itself_hands_back(switchboard: Switchboard, folder: Path) -> None:
    asterisk = await switchboard.call(load(folder, VERBATIM))
    await asterisk.asked()
    asterisk.reply("200 result=1")
    await asterisk.does("200 result=0", "ANSWER")
    await asterisk.does("200 result=9", "GET", "DATA", "code", "3000", "4")
    await asterisk.does("200 result=0 endpos=9", "STREAM", "FILE", "wrong", "", "0")
    await asterisk.does("200 result=1", *DONE)
    await asterisk.over()


async def test_a_function_is_given_an_agi(switchboard: Switchboard, folder: Path) -> None:
    text = "import asterisk.agi\n\ndef script(agi):\n    assert isinstance(agi, asterisk.agi.AGI)\n    agi.hangup()\n"
    asterisk = await switchboard.call(load(folder, text))
    await asterisk.does("200 result=1", "HANGUP")
    asterisk.hang_up()
    await asterisk.over()


async def test_a_file_speaks_over_its_own_standard_streams(switchboard: Switchboard, folder: Path) -> None:
    text = """\
import sys
import asterisk
env = {}
while True:
    line = sys.stdin.readline().strip()
    if not line:
        break
    key, _, value = line.partition(": ")
    env[key] = value
print('VERBOSE "%s %s"' % (env["agi_language"], sys.argv[1:]))
sys.stdout.flush()
sys.stderr.write("heard %s" % sys.stdin.readline())
sys.exit(0)
"""
    asterisk = await switchboard.call(load(folder, text), arg_1="one", arg_2="two words")
    await asterisk.does("200 result=1", "VERBOSE", "fr ['one', 'two words']")
    await asterisk.does("200 result=1", *DONE)
    assert sys.argv[1:] != ["one", "two words"]
    assert sys.stdin is not None


async def test_calls_at_once_have_streams_of_their_own(switchboard: Switchboard, folder: Path) -> None:
    script = load(
        folder, "from asterisk.agi import AGI\nagi = AGI()\nagi.set_variable('WHO', agi.env['agi_callerid'])\n"
    )
    callers = [await switchboard.call(script, callerid=f"+3319900000{number}") for number in range(8)]
    for number, asterisk in reversed(list(enumerate(callers))):
        await asterisk.does("200 result=1", "SET", "VARIABLE", "WHO", f"+3319900000{number}")
    for asterisk in callers:
        await asterisk.does("200 result=1", *DONE)


async def test_a_caller_who_leaves_ends_the_file(switchboard: Switchboard, folder: Path) -> None:
    text = """\
from asterisk.agi import AGI, AGIHangup
agi = AGI()
try:
    agi.wait_for_digit(5000)
except AGIHangup:
    print("VERBOSE cleaning-up")
"""
    asterisk = await switchboard.call(load(folder, text))
    assert await asterisk.asked() == ["WAIT", "FOR", "DIGIT", "5000"]
    asterisk.reply("200 result=-1")
    assert await asterisk.asked() == ["NOOP"]
    asterisk.hang_up()
    asterisk.reply("200 result=0")
    await asterisk.does("200 result=1", "VERBOSE", "cleaning-up")
    await asterisk.over()


async def test_an_application_that_fails_is_no_hang_up(switchboard: Switchboard, folder: Path) -> None:
    text = """\
from asterisk.agi import AGI, AGIAppError, AGIHangup
agi = AGI()
try:
    agi.stream_file("missing")
except AGIHangup:
    agi.verbose("wrong")
except AGIAppError:
    agi.verbose("right")
"""
    asterisk = await switchboard.call(load(folder, text))
    assert (await asterisk.asked())[:2] == ["STREAM", "FILE"]
    asterisk.reply("200 result=-1 endpos=0")
    await asterisk.does("200 result=0", "NOOP")
    await asterisk.does("200 result=1", "VERBOSE", "right", "1")


async def test_a_files_own_signal_handler_hears_of_the_hang_up(switchboard: Switchboard, folder: Path) -> None:
    text = """\
import signal
from asterisk.agi import AGI
heard = []
agi = AGI()
signal.signal(signal.SIGHUP, lambda number, frame: heard.append(number))
signal.signal(signal.SIGTERM, signal.SIG_DFL)
agi.noop()
agi.set_variable("HEARD", len(heard))
"""
    asterisk = await switchboard.call(load(folder, text))
    assert await asterisk.asked() == ["NOOP"]
    asterisk.hang_up()
    asterisk.reply("200 result=0")
    await asterisk.does("200 result=1", "SET", "VARIABLE", "HEARD", "1")
    await asterisk.over()


async def test_a_file_that_raises_ends_its_caller_decently(
    switchboard: Switchboard, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asterisk = await switchboard.call(load(folder, "from asterisk.agi import AGI\nagi = AGI()\n1 / 0\n"))
    await asterisk.does("200 result=1", *FAILED)
    await asterisk.does("200 result=0 endpos=8", "STREAM", "FILE", "telekit/fault", "")
    await asterisk.over()
    assert "ZeroDivisionError" in caplog.text
    assert 'theirs.py", line 3' in caplog.text


async def test_what_a_file_writes_to_stderr_is_logged(
    switchboard: Switchboard, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    text = "import sys\nimport asterisk\nprint('hello', file=sys.stderr)\n"
    asterisk = await switchboard.call(load(folder, text))
    await asterisk.does("200 result=1", *DONE)
    assert "theirs.py: hello" in caplog.text


async def test_asterisk_that_dies_ends_the_file(
    switchboard: Switchboard, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(builtins, "ENDED", ended, raising=False)
    text = "from asterisk.agi import AGI, AGIHangup\ntry:\n    AGI().answer()\nexcept AGIHangup:\n    ENDED.set()\n"
    asterisk = await switchboard.call(load(folder, text))
    assert await asterisk.asked() == ["ANSWER"]
    asterisk.die()
    assert await asyncio.to_thread(ended.wait, 5)


async def test_the_end_of_the_server_ends_the_file(
    switchboard: Switchboard, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(builtins, "ENDED", ended, raising=False)
    text = "from asterisk.agi import AGI, AGIHangup\ntry:\n    AGI().answer()\nexcept AGIHangup:\n    ENDED.set()\n"
    asterisk = await switchboard.call(load(folder, text))
    assert await asterisk.asked() == ["ANSWER"]
    await switchboard.server.stop()
    assert await asyncio.to_thread(ended.wait, 5)


STUCK = """\
from asterisk.agi import AGI
AGI().answer()
RELEASE.wait(30)
"""


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    event = threading.Event()
    monkeypatch.setattr(builtins, "RELEASE", event, raising=False)
    yield event
    event.set()


async def test_a_file_that_never_ends_is_told_of_and_holds_nobody_up(
    switchboard: Switchboard,
    folder: Path,
    release: threading.Event,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pyst2_script, "LEAVES_WITHIN", 0.01)
    asterisk = await switchboard.call(load(folder, STUCK))
    await asterisk.does("200 result=0", "ANSWER")
    asterisk.hang_up()
    await asterisk.over()
    assert "goes on" in caplog.text
    await switchboard.server.stop()


async def test_no_more_threads_run_than_agreed(
    switchboard: Switchboard, folder: Path, release: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyst2_script.Threads.__init__, "__defaults__", (1,))
    script = load(folder, STUCK)
    first = await switchboard.call(script)
    await first.does("200 result=0", "ANSWER")
    second = await switchboard.call(script)
    third = await FakeAsterisk.call(switchboard.server.port, "nobody")
    await third.does("200 result=1", "SET", "VARIABLE", "TELEKIT_STATUS", "unknown")
    release.set()
    await first.does("200 result=1", *DONE)
    await second.does("200 result=0", "ANSWER")
    await second.does("200 result=1", *DONE)
