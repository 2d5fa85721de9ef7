"""An administrator's own call scripts: a folder of files, NAME.py is `agi://host/NAME`."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from pathlib import Path
from types import ModuleType

from telekit.pbx.port import Call

log = logging.getLogger(__name__)

Script = Callable[[Call], Awaitable[None]]


class ScriptFolder:
    """The scripts of one folder; a file with a mistake never replaces the one that ran before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._scripts: dict[str, Script] = {}
        self.mistakes: dict[str, str] = {}
        """By name, a sentence on each file that could not be loaded the last time."""
        self.reload()

    def find(self, name: str) -> Script | None:
        """Give the script of that name."""
        return self._scripts.get(name)

    def reload(self) -> None:
        """Read the folder again; calls that run go on with what they began with."""
        self.mistakes = {}
        scripts: dict[str, Script] = {}
        for file in sorted(self._folder.glob("*.py")):
            name = file.stem
            try:
                scripts[name] = _load(file)
            except Exception as error:
                self.mistakes[name] = _mistake(file, error)
                log.error("%s", self.mistakes[name])
                if name in self._scripts:
                    scripts[name] = self._scripts[name]
        self._scripts = scripts


def _load(file: Path) -> Script:
    module = ModuleType(f"telekit_script_{file.stem}")
    module.__file__ = str(file)
    code = compile(file.read_bytes(), str(file), "exec")
    exec(code, module.__dict__)  # noqa: S102  (the administrator's own code, from a folder named in the settings)
    script = getattr(module, "script", None)
    if not iscoroutinefunction(script):
        raise TypeError("there is no `async def script(call)` in it")
    return script


def _mistake(file: Path, error: Exception) -> str:
    """Say file and line of what went wrong, and what holds instead."""
    line = getattr(error, "lineno", None)
    if line is None:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        line = frames[-1].lineno if frames else 1
    reason = getattr(error, "msg", None) or str(error)
    return f"{file}:{line}: {type(error).__name__}: {reason}. Mend it and reload; what ran before goes on."
