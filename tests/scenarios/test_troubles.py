"""Troubles made on purpose: calls go on in each, `telekit health` tells it, and so does the log, once at either end."""

import asyncio
import json
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.lab.callers import Caller
from tests.lab.service import Service, ServiceFailed
from tests.lab.small_disk import SmallDisk
from tests.scenarios.conftest import WIRE
from tests.scenarios.rules import NUMBER, only

PATIENCE = 40.0
"""Seconds; a look is every 5."""


async def part(kit: Service, name: str) -> dict[str, Any]:
    """Give what `telekit health` tells of one part."""
    _, printed = await kit.telekit("health", "--json")
    (found,) = (part for part in json.loads(printed)["parts"] if part["part"] == name)
    return found


async def becomes(kit: Service, name: str, *, fine: bool, within: float = PATIENCE) -> dict[str, Any]:
    """Wait until a part is fine, or is not."""
    deadline = time.monotonic() + within
    while (told := await part(kit, name))["fine"] is not fine:
        assert time.monotonic() < deadline, told
        await asyncio.sleep(0.1)  # another process tells
    return told


async def logged(kit: Service, line: str, within: float = PATIENCE) -> None:
    """Wait until the log has a line."""
    deadline = time.monotonic() + within
    while line not in kit.log:
        assert time.monotonic() < deadline, f"'{line}' is not logged"
        await asyncio.sleep(0.05)  # another process writes the log


def told_once(kit: Service, part: str) -> bool:
    """Say whether the log has the beginning of one trouble of a part, and its end."""
    return [kit.log.count(f"{word}: {part}: ") for word in ("degraded", "fine again")] == [1, 1]


def link_lost_once(kit: Service) -> bool:
    """Say whether the log has it once that the link is lost, and once that it is back; it came up at the start."""
    link = f"the link to {kit.name}"
    return (kit.log.count(f"{link} is down"), len(re.findall(f"{link} .* is up", kit.log))) == (1, 2)


def journal_kept_waiting_once(kit: Service) -> bool:
    """Say whether the log has it once that facts wait, and once that they are written."""
    return [kit.log.count(f"The journal {told}") for told in ("cannot be written", "is written again")] == [1, 1]


async def talk(kit: Service, phone) -> None:
    """Let a caller and an agent talk."""
    async with Caller(kit.switch, NUMBER, hertz=700) as caller:
        await phone.rings()
        await phone.answer()
        await caller.answered()
        await phone.talks()
        await caller.hears(phone.hertz)
        await caller.hang_up()


async def test_where_all_is_fine_every_part_says_so(installed) -> None:
    kit = await installed(rendered=True)
    code, printed = await kit.telekit("health")
    lines = printed.splitlines()
    assert [line.split()[1] for line in lines] == ["fine"] * 12, printed
    assert code == 0
    await kit.end()
    code, printed = await kit.telekit("health")
    assert code == 1
    assert "No telekit answers" in printed


async def test_a_switch_without_a_fallback_is_degraded(installed) -> None:
    kit = await installed()
    code, printed = await kit.telekit("health")
    assert code == 1
    (line,) = (line for line in printed.splitlines() if line.startswith("fallback"))
    assert line.startswith(f"fallback  degraded  {kit.name} has no fallback")
    await logged(kit, f"degraded: fallback: {kit.name} has no fallback")


@pytest.fixture
def disk(folder: Path) -> Iterator[SmallDisk]:
    """Keep the journal on a small disk."""
    with SmallDisk(folder / "telekit/var") as disk:
        yield disk


async def test_with_the_disk_full_calls_go_on_and_the_journal_has_them_once_there_is_room(disk, installed) -> None:
    kit = await installed(only("amina"))
    async with kit.phone("amina", 1) as amina:
        await kit.presence("amina", "available")
        assert (await part(kit, "disk"))["fine"]
        disk.fill()
        await talk(kit, amina)
        await logged(kit, "The journal cannot be written")
        told = await becomes(kit, "journal", fine=False)
        assert told["waiting"] > 0
        await becomes(kit, "disk", fine=False)
        await talk(kit, amina)
        disk.make_room()
        await kit.facts_are(2, "finished")
        await becomes(kit, "journal", fine=True)
        await becomes(kit, "disk", fine=True)
        await logged(kit, "fine again: disk")
    assert journal_kept_waiting_once(kit), kit.log
    assert told_once(kit, "disk"), kit.log


async def test_a_telekit_that_starts_on_a_full_disk_ends_and_says_why(disk, installed) -> None:
    kit = await installed(only("amina"))
    assert await kit.end() == 0
    disk.fill()
    with pytest.raises(ServiceFailed, match="see that its disk has room"):
        await kit.serve()
    disk.make_room()
    await kit.serve()


async def test_with_the_journal_locked_by_another_program_calls_go_on_and_none_is_missing_in_it(installed) -> None:
    kit = await installed(only("amina"))
    async with kit.phone("amina", 1) as amina:
        await kit.presence("amina", "available")
        with closing(sqlite3.connect(kit.folder / "var/telekit.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await talk(kit, amina)
            await becomes(kit, "journal", fine=False)
            await logged(kit, "database is locked")
            await talk(kit, amina)
            other.execute("ROLLBACK")
        await kit.facts_are(2, "finished")
        await becomes(kit, "journal", fine=True)
    assert journal_kept_waiting_once(kit), kit.log


async def test_with_a_link_that_is_half_open_calls_go_on_and_either_end_is_told_once(installed, wired) -> None:
    async with wired() as wire:
        kit = await installed(only("amina"), link=WIRE)
        async with kit.phone("amina", 1) as amina:
            await kit.presence("amina", "available")
            wire.freeze()
            await talk(kit, amina)
            told = await becomes(kit, "link", fine=False, within=40)
            assert "down since" in told["says"]
            await talk(kit, amina)
            wire.thaw()
            told = await becomes(kit, "link", fine=True)
            assert told["losses"] == 1
            await kit.presence("amina", "available")
        assert link_lost_once(kit), kit.log


async def test_with_a_slow_link_calls_go_on(installed, wired) -> None:
    async with wired() as wire:
        kit = await installed(only("amina"), link=WIRE)
        async with kit.phone("amina", 1) as amina:
            await kit.presence("amina", "available")
            wire.delay = 1.0
            await talk(kit, amina)
            told = await becomes(kit, "answers", fine=False)
            assert told["round_trip"] > 1  # there and back; the one under way counts as far as it has come
            await logged(kit, f"degraded: answers: {kit.name} takes ")
            wire.delay = 0.0
            await kit.fact("finished", agent="amina")
            await kit.presence("amina", "available")
            await becomes(kit, "answers", fine=True)
            await logged(kit, f"fine again: answers: {kit.name} answers within")
        assert (await part(kit, "link"))["losses"] == 0
    assert told_once(kit, "answers"), kit.log
    assert kit.facts("repaired") == []


async def test_with_the_link_cut_calls_go_on_and_either_end_is_told_once(installed, wired) -> None:
    async with wired() as wire:
        kit = await installed(only("amina"), link=WIRE)
        async with kit.phone("amina", 1) as amina:
            await kit.presence("amina", "available")
            wire.cut()
            told = await becomes(kit, "link", fine=False)
            assert "down since" in told["says"]
            await talk(kit, amina)
            wire.mend()
            told = await becomes(kit, "link", fine=True)
            assert told["losses"] == 1
            await kit.presence("amina", "available")
            await talk(kit, amina)
        assert link_lost_once(kit), kit.log


async def test_a_switch_that_is_restarted_is_told_once_at_either_end_and_served_again(installed) -> None:
    kit = await installed(only("amina"))
    await kit.switch.stop()
    told = await becomes(kit, "link", fine=False)
    assert "down since" in told["says"]
    await kit.switch.start()
    await becomes(kit, "link", fine=True)
    async with kit.phone("amina", 1) as amina:
        await kit.presence("amina", "available")
        await talk(kit, amina)
    assert link_lost_once(kit), kit.log


async def test_with_calls_turned_away_at_the_port_callers_are_kept_and_it_is_told_once(installed) -> None:
    kit = await installed(only("amina"), before=lambda kit: kit.let_in("192.0.2.0/24"))
    async with kit.phone("amina", 1), Caller(kit.switch, NUMBER) as caller:
        await caller.answered()
        told = await becomes(kit, "calls", fine=False)
        assert "127.0.0.1 is in none of the networks of " in told["says"]
        await logged(kit, "degraded: calls")
        await caller.hang_up()
    await logged(kit, "fine again: calls", within=90)
    assert kit.log.count("is not let in") == 1
    assert told_once(kit, "calls"), kit.log


STEPPED = """
from datetime import timedelta
from pathlib import Path

from telekit.service import clock

now = clock.utc_now
clock.utc_now = lambda: now() + timedelta(seconds=float(Path({file!r}).read_text()))
"""
"""For the start of telekit's own Python: its machine's clock is ahead by as many seconds as a file says."""


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Give what steps the machine's clock, by so many seconds from what it is."""
    file, new = tmp_path / "ahead", tmp_path / "new"

    def step(seconds: int) -> None:
        new.write_text(str(seconds))
        new.replace(file)  # whoever reads it finds the old or the new, never nothing

    step(0)
    (tmp_path / "sitecustomize.py").write_text(STEPPED.format(file=str(file)))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    return step


@pytest.mark.parametrize("hours", [1, -1], ids=["forward", "back"])
async def test_with_the_machines_clock_stepped_by_an_hour_calls_go_on_and_it_is_told_once(
    installed, step: Callable[[int], None], hours: int
) -> None:
    kit = await installed(only("amina"))
    async with kit.phone("amina", 1) as amina:
        await kit.presence("amina", "available")
        await talk(kit, amina)
        step(3600 * hours)
        told = await becomes(kit, "clock", fine=False)
        assert ("ahead" if hours > 0 else "behind") in told["says"]
        await talk(kit, amina)
        await kit.presence("amina", "available")
        step(0)
        await becomes(kit, "clock", fine=True)
        await logged(kit, "fine again: clock")
        await talk(kit, amina)
    finished = await kit.facts_are(3, "finished")
    assert finished[-1].at - finished[0].at < 120
    assert told_once(kit, "clock"), kit.log
