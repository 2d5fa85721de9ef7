"""One file of an administrator's panoramisk handlers, running in a thread of its own."""

import asyncio
import builtins
import inspect
import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import panoramisk
import panoramisk.call_manager
import panoramisk.manager

from telekit.pbx.asterisk.ami.hosted import HostedCallManager, HostedManager, post
from telekit.pbx.asterisk.ami.link import Link

_TIME_TO_SETTLE = 10.0
_TIME_TO_STOP = 5.0

log = logging.getLogger(__name__)

_here = threading.local()
_winding_up: set[asyncio.Task[None]] = set()
"""Kept, for a loop keeps its tasks only weakly."""


class HandlerFile:
    """Runs one file as `python file.py` would, but for `panoramisk.Manager`, which in its thread is `HostedManager`.

    So `manager.connect(run_forever=True)`, `loop.run_forever()`, `asyncio.run(main())` and a handler that blocks (a
    database, a web request) all work as they do in a process of their own, and none holds up a call. A file that has
    a function `register(manager)` and makes no manager itself is given one.
    """

    def __init__(self, path: Path, link: Link, patience: timedelta) -> None:
        """Must be made in the link's loop."""
        self.name = path.name
        self.link = link
        self.patience = patience
        self.managers: list[HostedManager] = []
        self._path = path
        self._link_loop = asyncio.get_running_loop()
        self._settled: asyncio.Future[None] = self._link_loop.create_future()
        self.ended: asyncio.Future[None] = self._link_loop.create_future()
        """Done when the file has run to its end, failed or was stopped."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self.stopping = False
        """Whether it gets no more events."""
        self.kinds: dict[str, type] = {
            "Manager": type("Manager", (HostedManager,), {"file": self}),
            "CallManager": type("CallManager", (HostedCallManager,), {"file": self}),
        }
        """What this file finds in panoramisk."""

    async def start(self) -> None:
        """Run the file; return when it has connected, ended or failed, or takes too long over that."""
        _show_each_file_its_own()
        threading.Thread(target=self._run, name=self.name, daemon=True).start()
        await asyncio.wait([self._settled], timeout=_TIME_TO_SETTLE)
        if not self._settled.done():
            log.warning("%s has not called connect() within %g s; telekit goes on", self.name, _TIME_TO_SETTLE)

    async def stop(self) -> None:
        """Take its registrations away, cancel what it runs, and wait a while for its end."""
        self.stopping = True
        for manager in self.managers:
            manager.leave()
        for loop in {self._loop, *(manager.loop for manager in self.managers)}:
            post(loop, _wind_up, loop)
        await asyncio.wait([self.ended], timeout=_TIME_TO_STOP)
        if not self.ended.done():
            log.warning("%s does not stop; it gets no more events and ends with telekit", self.name)

    def went_up(self) -> None:
        """Tell its managers that the link is up."""
        for manager in tuple(self.managers):
            if manager.joined:
                manager.went_up()

    def went_down(self, why: str) -> None:
        """Tell its managers that the link is lost."""
        for manager in tuple(self.managers):
            if manager.joined:
                manager.went_down(why)

    def in_link(self, call: Callable[..., object], *arguments: object) -> None:
        """Call something in the link's loop, from any thread."""
        self._link_loop.call_soon_threadsafe(call, *arguments)

    def settle(self) -> None:
        """Note that the file is ready for events; in the link's loop."""
        if not self._settled.done():
            self._settled.set_result(None)

    def _run(self) -> None:
        self._loop = loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        _here.file = self
        namespace = {"__name__": "__main__", "__file__": str(self._path), "__builtins__": builtins}
        try:
            # The administrator's own code, from a folder named in the settings.
            exec(compile(self._path.read_bytes(), str(self._path), "exec"), namespace)  # noqa: S102
            self._serve(namespace, loop)
        except SystemExit:
            log.info("%s has left by itself", self.name)
        except BaseException as error:
            if self.stopping:
                log.debug("%s was stopped: %r", self.name, error)
            else:
                log.exception("%s failed and gets no more events; mend it and reload", self.name)
        else:
            log.info("%s has run to its end", self.name)
        finally:
            if not loop.is_running() and not loop.is_closed():
                loop.close()
            try:
                self.in_link(self._end)
            except RuntimeError:
                log.debug("%s outlived telekit", self.name)

    def _serve(self, namespace: dict[str, Any], loop: asyncio.AbstractEventLoop) -> None:
        """Go on for a file that has only registered."""
        register = namespace.get("register")
        if not self.managers and callable(register):
            result = register(self.kinds["Manager"](loop=loop))
            if inspect.isawaitable(result):
                loop.run_until_complete(result)
        for manager in self.managers:
            if not manager.closed and not manager.joined:
                manager.connect()
        alive = [manager.loop for manager in self.managers if manager.joined and manager.loop is not None]
        for each in alive:
            if not each.is_closed() and not each.is_running() and not self.stopping:
                each.run_forever()
                return

    def _end(self) -> None:
        for manager in self.managers:
            manager.leave()
        self.settle()
        if not self.ended.done():
            self.ended.set_result(None)


def _wind_up(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel every task of a loop, then stop it; in that loop."""

    async def wind_up() -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        loop.stop()

    task = loop.create_task(wind_up())
    _winding_up.add(task)
    task.add_done_callback(_winding_up.discard)


def _show_each_file_its_own() -> None:
    """Let `panoramisk.Manager` be, in the thread of a handlers' file, that file's own; elsewhere it stays itself.

    A module's class may be set for that: https://docs.python.org/3/reference/datamodel.html
    """
    for module, names in (
        (panoramisk, ("Manager", "CallManager")),
        (panoramisk.manager, ("Manager",)),
        (panoramisk.call_manager, ("CallManager",)),
    ):
        if type(module) is ModuleType:
            module.__class__ = type("PanoramiskModule", (ModuleType,), {name: _per_file(name) for name in names})


def _per_file(name: str) -> property:
    def find(module: ModuleType) -> object:
        file: HandlerFile | None = getattr(_here, "file", None)
        return vars(module)[name] if file is None else file.kinds[name]

    return property(find)
