"""The queue_log of a telekit that runs: whatever goes wrong with some rows, it goes on."""

import logging
from pathlib import Path

import pytest

from telekit.domain.fact import Fact, FactKind
from telekit.service.health import Health
from telekit.service.queue_log import QueueLogWriter
from telekit.settings import QueueLogSettings
from telekit.store.sqlite import SqliteJournal
from tests.history.facts import fact

BEYOND_TIME = 1e300


async def test_facts_of_which_no_rows_can_be_made_end_nothing_and_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = SqliteJournal(tmp_path / "telekit.db")
    log = QueueLogWriter(tmp_path, QueueLogSettings(file=Path("queue_log")), Path("telekit.db"))
    log.start(Health({}))
    journal.record(_joined(BEYOND_TIME))
    await journal.settled()
    with caplog.at_level(logging.ERROR):
        await log.stop()
    await journal.close()
    assert "some rows of the queue_log are missing" in caplog.text


def _joined(rang: float) -> Fact:
    return fact(0, FactKind.JOINED, queue="help", agent="amina", offer="7.1", rang=rang)
