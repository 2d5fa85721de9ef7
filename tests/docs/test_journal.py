"""The page on the journal tells every fact that telekit records, with its details."""

import asyncio
import re
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telekit.callflow.route import route_script
from telekit.domain.fact import Fact, FactKind
from telekit.errors import CallerGone
from telekit.pbx.loopback import Answers, LoopbackCall, LoopbackSwitch, Rings, run, virtual_clock
from telekit.rules import load
from telekit.service.exchange import Exchange
from telekit.store.sqlite import SqliteJournal
from tests.docs.page import DOCS, PROJECT, Page
from tests.scenarios.rules import CLOSED, NUMBER, RULES, TECHNICAL

PAGE = Page(DOCS / "journal.md")
OPENING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

ROWS = {
    found["kind"]: found["row"] for found in re.finditer(r"^(?P<row>\| `(?P<kind>[a-z-]+)` \|.*)$", PAGE.text, re.M)
}


def recorded() -> set[str]:
    """Give the kinds that telekit's code records."""
    readers = ("domain/fact.py", "service/story.py")
    code = "".join(path.read_text() for path in (PROJECT / "telekit").rglob("*.py") if not str(path).endswith(readers))
    return {FactKind[name].value for name in re.findall(r"FactKind\.([A-Z_]+)", code)}


def test_every_kind_that_is_recorded_is_told_and_no_other() -> None:
    assert recorded() <= set(ROWS)
    assert set(ROWS) - {"id", "at", "kind", "call", "queue", "agent", "offer", "details"} <= {*FactKind}


class Facts:
    """A journal in memory."""

    def __init__(self) -> None:
        self.all: list[Fact] = []
        self.record = self.all.append


async def a_day(folder: Path) -> list[Fact]:
    """Let callers talk, give up, find nobody, find the doors shut, leave a message."""
    (folder / "rules.yaml").write_text(
        RULES.replace("closed: {play: closed, then: hangup}", "closed: {then: voicemail}")
    )
    switch = LoopbackSwitch()
    switch.phone("sip:amina", Answers(talks=timedelta(minutes=2)))
    switch.phone("sip:luc", Rings())
    facts = Facts()
    exchange = Exchange(load([folder]), switch, facts, virtual_clock(OPENING))  # type: ignore[arg-type]
    route = route_script(exchange, lambda _: None)
    await switch.start(exchange.hear)
    switch.link_down()

    async def caller(dialed: str, patience: timedelta | None = None) -> None:
        with suppress(CallerGone):
            await route(LoopbackCall(switch, dialed=dialed, patience=patience))

    await caller(CLOSED)
    await caller(NUMBER, timedelta(seconds=1))
    await asyncio.gather(*(caller(NUMBER, timedelta(minutes=5)) for _ in range(3)))
    await caller(TECHNICAL, timedelta(seconds=30))
    exchange.stop()
    return facts.all


def test_every_detail_of_a_fact_is_told(tmp_path: Path) -> None:
    facts = run(a_day(tmp_path))
    seen = {fact.kind.value for fact in facts}
    assert seen >= {"queued", "offered", "offer-ended", "joined", "finished", "abandoned", "diverted", "message-left"}
    for fact in facts:
        row = ROWS[fact.kind.value]
        for detail in fact.details:
            assert f"`{detail}`" in row, f"{fact.kind.value}: {detail} is told of nowhere"
        for column in ("queue", "agent", "offer"):
            assert getattr(fact, column) is None or f"`{column}`" in row, f"{fact.kind.value} has a column {column}"


@pytest.fixture
async def journal(tmp_path: Path) -> Path:
    path = tmp_path / "telekit.db"
    journal = SqliteJournal(path)
    journal.record(Fact(OPENING, FactKind.STARTED, details={"version": "0"}))
    await journal.close()
    return path


def plain(sql: str) -> str:
    return " ".join(sql.split())


async def test_the_table_is_the_one_that_is_made(journal: Path) -> None:
    with sqlite3.connect(journal) as opened:
        made = [sql for (sql,) in opened.execute("select sql from sqlite_master where sql is not null")]
    opened.close()
    told = next(block.text for block in PAGE.blocks if "CREATE TABLE" in block.text)
    assert sorted(map(plain, told.split(";"))) == sorted(["", *map(plain, made)])


async def test_the_questions_can_be_asked(journal: Path) -> None:
    questions = [block.text for block in PAGE.blocks if block.kind == "sql" and "CREATE" not in block.text]
    assert len(questions) == 3
    with sqlite3.connect(journal) as opened:
        for question in questions:
            opened.execute(question)
    opened.close()
