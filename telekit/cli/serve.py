"""`telekit serve`: route calls until told to end."""

import asyncio
import gc
import logging
import signal
import sys
from contextlib import suppress
from pathlib import Path

import click

from telekit.cli.options import settings_option
from telekit.errors import RulesError
from telekit.node import Node
from telekit.settings import Settings, load_settings

log = logging.getLogger("telekit")

GRACE = 5.0
"""Seconds that a call script gets to finish at SIGTERM."""


@click.command()
@settings_option
@click.option("--story", is_flag=True, help="Tell each call on standard output, in a few plain lines.")
@click.option("--wait", is_flag=True, help="Wait for an Asterisk that cannot be reached yet, instead of ending.")
@click.option("-v", "--verbose", count=True, help="Log more; twice for everything.")
def serve(settings_file: Path, story: bool, wait: bool, verbose: int) -> None:
    """Route calls: hold the link to Asterisk, answer its dialplan.

    SIGHUP reads the rules again, SIGTERM ends decently: conversations go on, waiting callers are handed back to the
    dialplan, which tries again and keeps their place.
    """
    level = [logging.INFO, logging.DEBUG, logging.NOTSET][min(verbose, 2)]
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", stream=sys.stderr)
    settings = load_settings(settings_file)
    with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
        runner.run(_serve(settings, settings_file.parent, story=story, wait=wait))


async def _serve(settings: Settings, folder: Path, *, story: bool, wait: bool) -> None:
    node = Node(settings, folder, story=click.echo if story else None)
    loop = asyncio.get_running_loop()
    ends = asyncio.Event()
    errands: set[asyncio.Task[None]] = set()

    def on_hangup_signal() -> None:
        errand = loop.create_task(_reload(node))
        errands.add(errand)
        errand.add_done_callback(errands.discard)

    loop.add_signal_handler(signal.SIGHUP, on_hangup_signal)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ends.set)
    try:
        if await _started(node, ends, insist=wait):
            log.info("telekit takes calls")
            await ends.wait()
        log.info("telekit ends: conversations go on, waiting callers go back to the dialplan")
    finally:
        await node.stop(GRACE)


async def _started(node: Node, ends: asyncio.Event, *, insist: bool) -> bool:
    """Start, unless told to end before that is done."""
    starting, ending = asyncio.create_task(node.start(insist=insist)), asyncio.create_task(ends.wait())
    try:
        await asyncio.wait((starting, ending), return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            return False
        starting.result()
    finally:
        starting.cancel()
        ending.cancel()
    # What was loaded stays: the collector need not walk through it again and again while calls are led.
    gc.collect()
    gc.freeze()
    return True


async def _reload(node: Node) -> None:
    """Reload at a signal: what came of it is in the log."""
    with suppress(RulesError):
        await node.reload()


def _fastest_loop() -> "type[asyncio.AbstractEventLoop] | None":
    """Take uvloop where it is installed (`telekit[fast]`)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop
