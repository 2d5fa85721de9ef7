"""The rows on the disk: whatever ends or stops telekit, none is missing and none is there twice."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from telekit.domain.fact import Fact
from telekit.reports.queue_log import QueueLog
from telekit.service import row_writer
from telekit.service.row_writer import RowWriter
from telekit.store.reading import AT_ONCE
from telekit.store.sqlite import SqliteJournal
from tests.cli.command import SAMPLES, run
from tests.replay.day import RandomDay


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> list[Fact]:
    return RandomDay(4, tmp_path_factory.mktemp("day"), hours=0.4).facts()


class Place:
    """A journal that grows, and the log that follows it."""

    def __init__(self, folder: Path) -> None:
        self.journal_file, self.log = folder / "telekit.db", folder / "queue_log"
        self._journal = SqliteJournal(self.journal_file)

    async def happens(self, facts: list[Fact]) -> None:
        for fact in facts:
            self._journal.record(fact)
        await self._journal.settled()

    def writer(self) -> RowWriter:
        return RowWriter(self.log, self.journal_file)

    def lines(self) -> list[str]:
        rotated = self.log.with_name("queue_log.1")
        return "".join(each.read_text() for each in (rotated, self.log) if each.exists()).splitlines()

    def close(self) -> None:
        self._journal.join()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.close()


def rows(facts: list[Fact]) -> list[str]:
    log = QueueLog()
    return [str(row) for fact in facts for row in log.rows(fact)]


async def test_rows_follow_the_journal(place: Place, facts: list[Fact]) -> None:
    writer = place.writer()
    for part in (facts[:300], facts[300:301], facts[301:]):
        await place.happens(part)
        writer.look(notes=False)
    assert place.lines() == rows(facts)
    assert (writer.written, writer.trouble) == (len(rows(facts)), "")


async def test_what_was_before_the_first_start_with_a_log_is_not_written(place: Place, facts: list[Fact]) -> None:
    await place.happens(facts)
    place.writer().look(notes=True)
    assert place.lines() == []


async def _killed_again_and_again(place: Place, facts: list[Fact], chance: Random) -> None:
    """Let one writer after the other be killed, each in the middle of a row, while others write to the log too."""
    writer = place.writer()
    writer.look(notes=True)
    begun = 0
    while begun < len(facts):
        upto = begun + chance.randrange(1, 60)
        await place.happens(facts[begun:upto])
        begun = upto
        size = place.log.stat().st_size
        writer.look(notes=chance.random() < 0.3)
        what = chance.random()
        if what < 0.4 and writer._noted != writer._fact:  # it was killed before all was written
            os.truncate(place.log, chance.randint(size, place.log.stat().st_size))
            writer = place.writer()
        elif what < 0.6:
            with place.log.open("a") as other:
                other.write("1795435200|1.1|fallback|NONE|ENTERQUEUE|||1\n")
        elif what < 0.8:
            writer = place.writer()
    place.writer().look(notes=True)


@pytest.mark.parametrize("seed", range(4))
async def test_killed_in_the_middle_of_rows_it_goes_on_where_it_ended(
    place: Place, facts: list[Fact], seed: int
) -> None:
    await _killed_again_and_again(place, facts, Random(seed))
    ours = [line for line in place.lines() if "fallback" not in line]
    assert ours == rows(facts)


async def test_killed_around_a_rotation_it_writes_none_twice(place: Place, facts: list[Fact]) -> None:
    first = place.writer()
    first.look(notes=True)
    await place.happens(facts[:300])
    first.look(notes=False)
    place.log.rename(place.log.with_name("queue_log.1"))
    await place.happens(facts[300:500])
    first.look(notes=False)
    await place.happens(facts[500:])
    place.writer().look(notes=True)
    assert place.lines() == rows(facts)


async def test_what_the_journal_lost_with_the_power_is_not_waited_for(place: Place, facts: list[Fact]) -> None:
    first = place.writer()
    await place.happens(facts[:300])
    first.look(notes=True)
    with place._journal._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM facts WHERE id > 290")
    again = place.writer()
    await place.happens(facts[300:])
    again.look(notes=True)
    assert place.lines()[-100:] == rows(facts)[-100:]


async def test_a_log_that_cannot_be_written_is_told_and_then_made_up_for(place: Place, facts: list[Fact]) -> None:
    writer = place.writer()
    writer.look(notes=True)
    place.log.unlink()
    place.log.mkdir()
    await place.happens(facts)
    writer.look(notes=True)
    assert writer.trouble == f"{place.log} cannot be written: Is a directory"
    place.log.rmdir()
    writer.look(notes=True)
    assert (place.lines(), writer.trouble) == (rows(facts), "")


async def test_a_note_that_is_damaged_is_told_and_begun_anew(
    place: Place, facts: list[Fact], caplog: pytest.LogCaptureFixture
) -> None:
    place.writer().look(notes=True)
    place.journal_file.with_name("telekit.db.queue_log").write_text("{")
    place.writer().look(notes=True)
    assert "rows are written from now on" in caplog.text


async def test_after_a_later_telekit_whose_last_fact_is_of_a_kind_of_its_own_nothing_is_written_twice(
    place: Place, facts: list[Fact]
) -> None:
    await place.happens(facts[:1])
    first = place.writer()
    await place.happens(facts[1:])
    first.look(notes=True)
    with place._journal._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE facts SET kind = 'of-later' WHERE id = (SELECT max(id) FROM facts)")
    written = place.lines()
    place.writer().look(notes=True)
    assert place.lines() == written != []


async def test_more_facts_of_a_later_telekit_than_are_read_at_once_stop_nothing(
    place: Place, facts: list[Fact]
) -> None:
    writer = place.writer()
    writer.look(notes=True)
    await place.happens(facts[:1] * (AT_ONCE + 1))
    with place._journal._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE facts SET kind = 'of-later'")
    await place.happens(facts)
    writer.look(notes=True)
    assert place.lines() == rows(facts)


async def test_switched_on_again_after_long_it_begins_anew_and_tells_how_to_get_the_rest(
    place: Place, facts: list[Fact], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(row_writer, "MOST_BEHIND", 200)
    place.writer().look(notes=True)
    await place.happens(facts[:200])
    place.writer().look(notes=True)
    assert place.lines() == rows(facts[:200])
    await place.happens(facts[200:401])
    place.writer().look(notes=True)
    assert place.lines() == rows(facts[:200])
    (span,) = re.findall(r"`telekit (queue-log .*)` prints what is missing", caplog.text)
    settings = place.log.with_name("telekit.yaml")
    settings.write_text(f"journal: {place.journal_file}\nrules: {SAMPLES}\n")
    _, printed, _ = run(*shlex.split(span), "--settings", settings)
    assert printed.splitlines() == rows(facts[:401])[len(rows(facts[:200])) :]
    again = place.writer()
    await place.happens(facts[401:])
    again.look(notes=True)
    assert place.lines() == rows(facts[:200]) + rows(facts[401:])
