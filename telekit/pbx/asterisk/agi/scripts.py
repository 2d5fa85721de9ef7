"""An administrator's own call scripts: a folder of files, NAME.py is `agi://host/NAME`."""

import ast
import logging
import traceback
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

from telekit.errors import SettingsError, TelekitError
from telekit.pbx.port import Script

if TYPE_CHECKING:
    from telekit.pbx.asterisk.agi.pyst2.script import Threads

log = logging.getLogger(__name__)

SCRIPT = "script"
"""The function that a file of call scripts has: `async def script(call)`, or `def script(agi)` for pyst2."""


class NoScript(TelekitError):  # noqa: N818  (it reads as what it is)
    """Say that a file holds no script, and what one needs."""


class ScriptFolder:
    """The scripts of one folder; a file with a mistake never replaces the one that ran before."""

    def __init__(self, folder: Path) -> None:
        """Read the folder; raises `SettingsError` when it is not there."""
        if not folder.is_dir():
            raise SettingsError(
                f"The scripts folder {folder} is not there: make it, or mend `scripts` in telekit.yaml."
            )
        self._folder = folder
        self._scripts: dict[str, Script] = {}
        self._threads: Threads | None = None
        self.mistakes: dict[str, str] = {}
        """By name, a sentence on each file that could not be loaded the last time."""
        self.reload()

    def find(self, name: str) -> Script | None:
        """Give the script of that name."""
        return self._scripts.get(name)

    def reload(self) -> None:
        """Read the folder again; calls that run go on with what they began with."""
        if not self._folder.is_dir():
            mistake = f"The scripts folder {self._folder} is not there any more; the scripts that ran before go on."
            self.mistakes = {str(self._folder): mistake}
            log.error("%s", mistake)
            return
        self.mistakes = {}
        scripts: dict[str, Script] = {}
        for file in sorted(self._folder.glob("*.py")):
            name = file.stem
            try:
                scripts[name] = self._load(file)
            except (Exception, SystemExit) as error:
                self.mistakes[name] = _mistake(file, error, replaces=name in self._scripts)
                log.error("%s", self.mistakes[name])
                if name in self._scripts:
                    scripts[name] = self._scripts[name]
        self._scripts = scripts

    def _load(self, file: Path) -> Script:
        """Read one file; raises whatever a mistake in it raises."""
        source = file.read_bytes()
        tree = ast.parse(source, str(file))
        code = compile(source, str(file), "exec")
        found = [node for node in tree.body if getattr(node, "name", None) == SCRIPT]
        match found:
            case [*_, ast.AsyncFunctionDef()]:
                module = ModuleType(f"telekit_script_{file.stem}")
                module.__file__ = str(file)
                exec(code, module.__dict__)  # noqa: S102  (the administrator's own code, from their own folder)
                script: Script = getattr(module, SCRIPT)
                return script
            case [*_, ast.FunctionDef()]:
                return self._synchronous(file, code, SCRIPT)
            case _ if _speaks_agi(tree):
                return self._synchronous(file, code, None)
            case _:
                raise NoScript(
                    "there is no `async def script(call)` in it, nor does it import asterisk.agi as a script for pyst2"
                )

    def _synchronous(self, file: Path, code: CodeType, function: str | None) -> Script:
        try:
            from telekit.pbx.asterisk.agi.pyst2.script import Pyst2Script, Threads
        except ModuleNotFoundError as error:
            raise NoScript("it is a synchronous script for pyst2, which is not here: install telekit[pyst2]") from error
        self._threads = self._threads or Threads()
        return Pyst2Script(self._threads, str(file), code, function)


def _speaks_agi(tree: ast.Module) -> bool:
    """Say whether a file imports pyst2's `asterisk.agi`."""
    return any(
        (isinstance(node, ast.Import) and any(name.name.startswith("asterisk") for name in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("asterisk"))
        for node in ast.walk(tree)
    )


def _mistake(file: Path, error: BaseException, *, replaces: bool) -> str:
    """Say file and line of what went wrong, and what holds meanwhile."""
    if isinstance(error, SyntaxError):
        line, reason = error.lineno or 1, f"this is not Python: {error.msg}"
    elif isinstance(error, NoScript):
        line, reason = 1, str(error)
    else:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
        line, reason = (frames[-1].lineno or 1) if frames else 1, f"{type(error).__name__}: {error}"
    meanwhile = "the one before it goes on" if replaces else "until then it does not run"
    return f"{file}:{line}: {reason}. Mend it and reload; {meanwhile}."
