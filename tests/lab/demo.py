"""`make demo`: telekit at work on a real Asterisk, with three phones at home and callers from outside."""

import asyncio
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from telekit.pbx.asterisk.render.fallback import render_fallback
from telekit.pbx.asterisk.render.options import Options
from telekit.rules import load
from tests.lab.bootstrap import present
from tests.lab.callers import Caller
from tests.lab.installation import Installation
from tests.lab.phones import Phone
from tests.lab.service import ServiceFailed

BILLING, TECHNICAL = "+33199001234", "+33199001235"

ANOTHER_DAY = f"{datetime.now(UTC) + timedelta(days=3):%a}".lower()
"""A day that is not today, wherever one is."""

RULES = f"""\
timezone: Europe/Paris
skills: [french, billing, technical]
agents:
  amina: {{name: Amina Benali, phone: sip:amina, skills: {{french: 9, billing: 7}}, shifts: [always]}}
  luc: {{name: Luc Moreau, phone: sip:luc, skills: {{french: 8, billing: 4}}, shifts: [always]}}
  nora: {{name: Nora Petit, phone: sip:nora, skills: {{french: 8, technical: 9}}, shifts: [mornings]}}
shifts:
  always: mon-sun 00:00-24:00
  mornings: {ANOTHER_DAY} 09:00-12:00
queues:
  billing:
    requires: {{french: 5, billing: 3}}
    strategy: most-skilled
    ring: 3s
    wrap_up: 2s
    missed: {{no-answer: {{pause_after: 2}}}}
  technical:
    requires: {{technical: 5}}
    no_agent: {{play: no-agent, then: voicemail}}
routes:
  - when: {{dialed: {BILLING}}}
    queue: billing
  - when: {{dialed: {TECHNICAL}}}
    queue: technical
"""

PATIENCE = 30.0


def say(text: str = "") -> None:
    """Print a line at once."""
    click.echo(text)


def _write_the_fallback(kit: Installation) -> None:
    """Write what leads calls while telekit is away, which `telekit render asterisk` otherwise does."""
    place = kit.asterisk.folder / "etc/telekit"
    place.mkdir(parents=True)
    (place / "fallback.conf").write_text(render_fallback(load([kit.rules_file]), datetime.now(UTC), Options()))


async def demo(folder: Path) -> None:
    """Run the whole story."""
    tree = present()
    assert tree is not None, "the lab is not here: run `make asterisk`"
    say("Three people at home, two numbers to call:\n")
    say("\n".join(f"    {line}" for line in RULES.splitlines()))
    kit = Installation(
        folder, tree, RULES, phones=("amina", "luc", "nora"), serve=("--story",), before=_write_the_fallback
    )
    telling = asyncio.create_task(_tell(kit))
    async with (
        kit,
        kit.phone("amina", 1, hertz=1000) as amina,
        kit.phone("luc", 2, hertz=1200) as luc,
        kit.phone("nora", 3, hertz=1400),
    ):
        say(f"\nAsterisk and telekit are up; the phones of amina, luc and nora are registered ({_version(kit)}).\n")
        await kit.presence("luc", "available")
        await _the_best_one_answers(kit, amina)
        await _nobody_picks_up_so_the_next_one_rings(kit, amina, luc)
        await _two_callers_at_once(kit, amina, luc)
        await _nobody_may_take_it(kit)
        say("Now, what telekit shows of itself (`telekit status`):\n")
        say((await kit.telekit("status"))[1])
        say('And why nobody could take the last call (`telekit explain --dialed "+33199001235"`):\n')
        say((await kit.telekit("explain", "--dialed", TECHNICAL))[1])
    await telling


async def _the_best_one_answers(kit: Installation, amina: Phone) -> None:
    say("A customer calls about a bill. Amina is the more skilled of two who can help.")
    async with Caller(kit.asterisk, BILLING) as caller:
        await amina.rings()
        await amina.answer()
        await amina.talks()
        await caller.hears(amina.hertz)
        await caller.hang_up()
        await amina.ended()
    await _told(kit, 1)


async def _nobody_picks_up_so_the_next_one_rings(kit: Installation, amina: Phone, luc: Phone) -> None:
    say("Another one calls. Amina is not at her desk: after three seconds Luc's phone rings.")
    await kit.presence("amina", "available")
    async with Caller(kit.asterisk, BILLING, "+33199007799") as caller:
        await amina.rings()
        await luc.rings()
        await luc.answer()
        await luc.talks()
        await caller.hang_up()
        await luc.ended()
    await _told(kit, 2)


async def _two_callers_at_once(kit: Installation, amina: Phone, luc: Phone) -> None:
    say("Two call within a moment, while Luc finishes his notes: they are served in the order of their arrival.")
    async with Caller(kit.asterisk, BILLING, "+33199007701") as first:
        await amina.rings()
        await amina.answer()
        await amina.talks()
        async with Caller(kit.asterisk, BILLING, None) as second:
            await luc.rings()
            await luc.answer()
            await luc.talks()
            await first.hang_up()
            await luc.hang_up()
            await second.ended()
    await _told(kit, 4)


async def _nobody_may_take_it(kit: Installation) -> None:
    say("One calls for technical help. Nora's phone is registered, but she is off today: it must not ring.")
    async with Caller(kit.asterisk, TECHNICAL, "+33199007702") as caller:
        await caller.answered()
        await kit.fact("diverted")
        await kit.recording()
        await caller.hang_up()
    await _told(kit, 5)


async def _told(kit: Installation, calls: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(kit.facts("call-ended")) < calls and time.monotonic() < deadline:  # noqa: ASYNC110  (another process writes it)
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)  # for the last line of the story to be printed
    say()


async def _tell(kit: Installation) -> None:
    """Print the story as telekit tells it."""
    async for line in kit.story():
        say(f"    {line}")


def _version(kit: Installation) -> str:
    return f"Asterisk {kit.asterisk.tree.version}"


@click.command()
def main() -> None:
    """Show telekit at work; ends by itself."""
    began_at = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="telekit-demo-"))
    try:
        asyncio.run(demo(folder))
    except ServiceFailed as failure:
        say(f"telekit did not start:\n{failure}")
        sys.exit(1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(f"That was all: {time.monotonic() - began_at:.0f} s, and nothing is left running.")


if __name__ == "__main__":
    main()
