"""What a script written for a process of its own finds round it, in a thread: streams, arguments, signals, exit."""

import builtins
import signal
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, NoReturn

from telekit.pbx.asterisk.agi.pyst2.wire import Handler, ScriptErrors, ScriptInput, ScriptOutput, Wire


class Shadow(ModuleType):
    """A module with some names of its own; the rest is the real one's."""

    def __init__(self, real: ModuleType, own: Mapping[str, Any]) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(own)
        self.__dict__["_real"] = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_real"], name)


def namespace(file: str, name: str, wire: Wire) -> dict[str, Any]:
    """Make the globals of a script; its `__name__` is `__main__` where it runs as `python FILE` would."""
    stdin, stdout, stderr = ScriptInput(wire), ScriptOutput(wire), ScriptErrors(wire.name)
    shadows = {
        "sys": Shadow(sys, {"stdin": stdin, "stdout": stdout, "stderr": stderr, "argv": [file, *wire.arguments[1:]]}),
        "signal": Shadow(signal, {"signal": _signals(wire)}),
    }

    def find(
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002  (the names that the import statement passes)
        locals: Mapping[str, Any] | None = None,  # noqa: A002
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        return shadows.get(name) or __import__(name, globals, locals, fromlist, level)

    def say(*values: object, file: Any = None, **how: Any) -> None:
        print(*values, file=stdout if file is None else file, **how)

    def hear(prompt: str = "") -> str:
        stdout.write(prompt)
        return stdin.readline().removesuffix("\n")

    own = {"__import__": find, "print": say, "input": hear, "exit": _leave, "quit": _leave}
    return {"__name__": name, "__file__": file, "__builtins__": vars(builtins) | own}


def _leave(code: object = None) -> NoReturn:
    raise SystemExit(code)


def _signals(wire: Wire) -> Any:
    """Stand in for `signal.signal`, which works in the main thread alone: SIGHUP is bound to the call's hang-up."""

    def bind(number: int, handler: Handler) -> Handler:
        if number != signal.SIGHUP:
            return signal.SIG_DFL
        before, wire.on_hangup = wire.on_hangup, handler
        return before

    return bind
