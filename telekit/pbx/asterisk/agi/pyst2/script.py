"""An administrator's synchronous script as a call script: one thread a call, so many at once and no more."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from types import CodeType

from asterisk.agi import AGIHangup

from telekit.errors import SwitchError
from telekit.pbx.asterisk.agi.call import AgiCall
from telekit.pbx.asterisk.agi.pyst2.agi import Agi, bind
from telekit.pbx.asterisk.agi.pyst2.process import namespace
from telekit.pbx.asterisk.agi.pyst2.wire import Wire
from telekit.pbx.port import Call

log = logging.getLogger(__name__)

AT_ONCE = 64
"""Threads; the next caller waits for one to end."""
LEAVES_WITHIN = 5.0
"""Seconds that a script may take to end after its caller has gone, before it is complained of."""


class Threads:
    """The threads of all synchronous scripts together."""

    def __init__(self, most: int = AT_ONCE) -> None:
        self._free = asyncio.Semaphore(most)
        self._most = most

    async def run(self, call: AgiCall, name: str, body: Callable[[Wire], None]) -> None:
        """Run `body` in a thread of its own; raises what it raises.

        Once the caller has gone, a thread that does not end is told of and left alone: it keeps its place, and
        neither other calls nor telekit's own end wait for it.
        """
        if self._free.locked():
            log.warning("call %s waits: %d synchronous scripts run already", call.id, self._most)
        await call.until(self._free.acquire())
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        wire = Wire(call.session, name)

        def end(error: BaseException | None) -> None:
            self._free.release()
            if ended.done():
                log.warning("script %r of call %s has ended at last", name, call.id, exc_info=error)
            elif error is None:
                ended.set_result(None)
            else:
                ended.set_exception(error)

        def work() -> None:
            error: BaseException | None = None
            try:
                body(wire)
            except (SystemExit, AGIHangup):
                pass
            except BaseException as raised:
                error = raised
            with suppress(RuntimeError):  # telekit itself has ended meanwhile
                loop.call_soon_threadsafe(end, error)

        threading.Thread(target=work, name=f"{name} {call.id}", daemon=True).start()
        try:
            await asyncio.wait((ended, call.session.gone), return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait((ended,), timeout=LEAVES_WITHIN)
            if ended.done():
                ended.result()
            else:
                log.error("script %r of call %s goes on %g s after its caller left", name, call.id, LEAVES_WITHIN)
        finally:
            ended.cancel()


class Pyst2Script:
    """A file of an administrator's, called for each caller as `python FILE` was for a process."""

    def __init__(self, threads: Threads, file: str, code: CodeType, function: str | None = None) -> None:
        """`function` names what to call with an `AGI()`; without one the file does all by itself."""
        self._threads = threads
        self._file = file
        self._code = code
        self._function = function

    async def __call__(self, call: Call) -> None:
        if not isinstance(call, AgiCall):
            raise SwitchError(f"{self._file} speaks AGI: it can run for a caller on Asterisk only.")
        await self._threads.run(call, self._file, self._run)

    def _run(self, wire: Wire) -> None:
        bind(wire)
        its = namespace(self._file, self._function or "__main__", wire)
        exec(self._code, its)  # noqa: S102  (the administrator's own code, from a folder named in the settings)
        if self._function is not None:
            its[self._function](Agi())
