"""The folder of an administrator's scripts: NAME.py is agi://host/NAME."""

import asyncio
import builtins
from pathlib import Path

import pytest

from telekit.errors import SettingsError
from telekit.pbx.asterisk.agi.scripts import ScriptFolder
from tests.pbx.asterisk.agi.conftest import Switchboard

GOOD = "async def script(call):\n    await call.set('VERSION', '1')\n"


async def version(switchboard: Switchboard, scripts: ScriptFolder, name: str = "survey") -> str:
    script = scripts.find(name)
    assert script is not None
    asterisk = await switchboard.call(script)
    _, _, _, value = await asterisk.asked()
    asterisk.reply("200 result=1")
    return value


async def test_a_file_is_a_script(switchboard: Switchboard, tmp_path: Path) -> None:
    (tmp_path / "survey.py").write_text(GOOD)
    (tmp_path / "notes.txt").write_text("not Python")
    scripts = ScriptFolder(tmp_path)
    assert await version(switchboard, scripts) == "1"
    assert scripts.find("notes") is None
    assert scripts.mistakes == {}


async def test_a_new_version_is_taken_on_reload(switchboard: Switchboard, tmp_path: Path) -> None:
    (tmp_path / "survey.py").write_text(GOOD)
    scripts = ScriptFolder(tmp_path)
    (tmp_path / "survey.py").write_text(GOOD.replace("'1'", "'2'"))
    (tmp_path / "other.py").write_text(GOOD)
    assert scripts.find("other") is None
    scripts.reload()
    assert await version(switchboard, scripts) == "2"
    assert await version(switchboard, scripts, "other") == "1"


@pytest.mark.parametrize(
    ("broken", "line", "reason"),
    [
        ("async def script(call):\n    return (\n", 2, "this is not Python: '(' was never closed"),
        ("import os\n\nX = os.nothing\n\nasync def script(call):\n    pass\n", 3, "AttributeError: module 'os' has no"),
        ("def helper():\n    raise KeyError('x')\n\nhelper()\n\nasync def script(call): ...\n", 2, "KeyError: 'x'"),
        ("import sys\n\nsys.exit(3)\n\nasync def script(call): ...\n", 3, "SystemExit: 3"),
        ("X = 1\n", 1, "there is no `async def script(call)` in it"),
    ],
)
async def test_a_mistake_is_told_by_line_and_the_old_version_goes_on(
    switchboard: Switchboard, tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: str, line: int, reason: str
) -> None:
    file = tmp_path / "survey.py"
    file.write_text(GOOD)
    scripts = ScriptFolder(tmp_path)
    file.write_text(broken)
    scripts.reload()
    assert await version(switchboard, scripts) == "1"
    told = scripts.mistakes["survey"]
    assert told.startswith(f"{file}:{line}: {reason}")
    assert told.endswith("Mend it and reload; the one before it goes on.")
    assert told in caplog.text


def test_a_mistake_in_a_first_version_leaves_no_script(tmp_path: Path) -> None:
    (tmp_path / "survey.py").write_text("1 / 0\n\nasync def script(call): ...\n")
    scripts = ScriptFolder(tmp_path)
    assert scripts.find("survey") is None
    assert scripts.mistakes["survey"].endswith("until then it does not run.")


def test_a_file_that_is_gone_is_a_script_no_more(tmp_path: Path) -> None:
    (tmp_path / "survey.py").write_text(GOOD)
    scripts = ScriptFolder(tmp_path)
    (tmp_path / "survey.py").unlink()
    scripts.reload()
    assert scripts.find("survey") is None


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="make it, or mend `scripts`"):
        ScriptFolder(tmp_path / "nowhere")


def test_a_synchronous_script_without_pyst2_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name.startswith(("asterisk", "telekit.pbx.asterisk.agi.pyst2")):
            raise ModuleNotFoundError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    (tmp_path / "old.py").write_text("from asterisk.agi import AGI\nAGI().answer()\n")
    monkeypatch.setattr(builtins, "__import__", without)
    scripts = ScriptFolder(tmp_path)
    monkeypatch.undo()
    assert "install telekit[pyst2]" in scripts.mistakes["old"]


async def test_a_call_goes_on_with_the_version_it_began_with(switchboard: Switchboard, tmp_path: Path) -> None:
    file = tmp_path / "survey.py"
    file.write_text("async def script(call):\n    await call.answer()\n    await call.set('VERSION', '1')\n")
    scripts = ScriptFolder(tmp_path)
    script = scripts.find("survey")
    assert script is not None
    asterisk = await switchboard.call(script)
    assert await asterisk.asked() == ["ANSWER"]
    file.write_text(GOOD.replace("'1'", "'2'"))
    await asyncio.to_thread(scripts.reload)
    asterisk.reply("200 result=0")
    assert (await asterisk.asked())[3] == "1"
