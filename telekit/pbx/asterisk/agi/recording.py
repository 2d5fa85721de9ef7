"""Recordings as Asterisk's application Record makes them.

Source: Asterisk apps/app_record.c, record_exec; main/dsp.c, ast_dsp_silence (what counts as silence is
`silencethreshold` in dsp.conf).
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from telekit.errors import SwitchError
from telekit.pbx.asterisk.agi.codec import Reply, command
from telekit.pbx.asterisk.agi.session import ANSWERS_WITHIN
from telekit.pbx.port import Recording

Run = Callable[[bytes, float | None], Awaitable[Reply]]

RECORDED = "${RECORD_STATUS}|${RECORDING_INFO(duration)}"
"""How a recording ended, and its milliseconds where Asterisk knows them (from 22 on)."""
SILENCE = timedelta(seconds=4)
"""With so much of it from the beginning, nothing is said."""
CLICK = timedelta(milliseconds=500)
"""A sound that is over before this is no speech."""


async def record(run: Run, path: str, longest: timedelta, silence: timedelta) -> Recording:
    """Record a message, and keep it also when the caller hangs up to end it."""
    # k: keep the file of a caller who hangs up; q: no beep. The folder is made where it is not there yet.
    took, status, length = await _record(run, path, longest, silence, "kq")
    if status in ("", "ERROR"):
        raise SwitchError(f"Asterisk could not record {path}: its log says why.")
    return Recording(path, timedelta(milliseconds=int(length)) if length.isdigit() else took)


async def echo(run: Run, path: str, longest: timedelta) -> bool:
    """Record what a caller says and play it back, if there is sound; of a caller who hangs up nothing is kept."""
    took, status, _ = await _record(run, path, longest, SILENCE, "q")
    if status in ("", "ERROR"):
        raise SwitchError(f"Asterisk could not record {path}: its log says why.")
    # It says HANGUP too where not one packet came.
    if status == "HANGUP" or (status == "SILENCE" and took < SILENCE + CLICK):
        return False
    await run(command("STREAM FILE", path.removesuffix(".wav"), ""), longest.total_seconds() + ANSWERS_WITHIN)
    return True


async def forget(run: Run, path: str) -> None:
    """Delete a recording, on a leg that is hung up: there Record, unless told to keep it, deletes what it begins."""
    await run(command("EXEC", "Record", f"{path},,1,q"), 2 * ANSWERS_WITHIN)


async def _record(
    run: Run, path: str, longest: timedelta, silence: timedelta, options: str
) -> tuple[timedelta, str, str]:
    seconds = longest.total_seconds()
    what = f"{path},{max(1, round(silence.total_seconds()))},{seconds:g},{options}"
    loop = asyncio.get_running_loop()
    began = loop.time()
    await run(command("EXEC", "Record", what), seconds + ANSWERS_WITHIN)
    took = timedelta(seconds=loop.time() - began)
    status, _, length = ((await run(command("GET FULL VARIABLE", RECORDED), ANSWERS_WITHIN)).value or "").partition("|")
    return took, status, length
