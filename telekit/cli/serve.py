"""`telekit serve`: route calls until told to end."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Awaitable
from pathlib import Path

import click

from telekit.cli.options import settings_option
from telekit.errors import RulesError, TelekitError
from telekit.node import Node
from telekit.settings import Settings, load_settings

log = logging.getLogger("telekit")

GRACE = 5.0
"""Seconds that a call script gets to finish at SIGTERM."""


@click.command()
@settings_option
@click.option("--story", is_flag=True, help="Tell each call on standard output, in a few plain lines.")
@click.option("--wait", is_flag=True, help="Wait for a switch that cannot be reached yet, instead of ending.")
@click.option("-v", "--verbose", count=True, help="Log more; twice for everything.")
def serve(settings_file: Path, story: bool, wait: bool, verbose: int) -> None:
    """Route calls: hold the link to the switch, answer its dialplan.

    SIGHUP reads the rules again. SIGTERM ends decently: conversations go on, waiting callers are handed back to the
    dialplan, which tries again and keeps their place; a second one does not let call scripts finish.

    \b
      telekit serve --settings /etc/telekit/telekit.yaml
    """
    level = [logging.INFO, logging.DEBUG, logging.NOTSET][min(verbose, 2)]
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", stream=sys.stderr)
    settings = load_settings(settings_file)
    with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
        runner.run(_serve(settings, settings_file.parent, story=story, wait=wait))


class _Wishes:
    """What signals ask for; it listens from the beginning, so that none ends telekit in the middle of something."""

    def __init__(self) -> None:
        self.reload, self.end, self.hurry = asyncio.Event(), asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self.reload.set)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)

    def _end(self) -> None:
        (self.hurry if self.end.is_set() else self.end).set()


async def _serve(settings: Settings, folder: Path, *, story: bool, wait: bool) -> None:
    wishes = _Wishes()
    node = Node(settings, folder, story=click.echo if story else None)
    try:
        if await _done_before(wishes.end, node.start(insist=wait)):
            # What was loaded stays: the collector need not walk through it again and again while calls are led.
            gc.collect()
            gc.freeze()
            log.info("telekit takes calls")
            while await _done_before(wishes.end, wishes.reload.wait()):
                wishes.reload.clear()
                await _done_before(wishes.end, _reload(node))
        log.info("telekit ends: conversations go on, waiting callers go back to the dialplan")
    finally:
        stopping = asyncio.ensure_future(node.stop(GRACE))
        if not await _done_before(wishes.hurry, asyncio.shield(stopping)):
            await node.hurry()
        await stopping


async def _done_before(event: asyncio.Event, doing: Awaitable[object]) -> bool:
    """Do something unless an event comes before it is done: then it is cancelled. Raises what it raises."""
    task, waiting = asyncio.ensure_future(doing), asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
        if task.done() and not event.is_set():
            task.result()
            return True
        task.cancel()
        await asyncio.wait((task,))
        if not task.cancelled():
            task.result()
        return False
    finally:
        waiting.cancel()


async def _reload(node: Node) -> None:
    """Reload at a signal; what came of it is in the log."""
    try:
        await node.reload()
    except RulesError:
        pass
    except TelekitError as error:
        log.error("%s", error)


def _fastest_loop() -> "type[asyncio.AbstractEventLoop] | None":
    """Take uvloop where it is installed (`telekit[fast]`)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop
