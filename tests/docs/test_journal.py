"""The page on the journal tells every fact that telekit records, with its details."""

import asyncio
import re
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telekit.acd.actions import DivertReason, WithdrawReason
from telekit.callflow.route import BY_CALLER, BY_FAULT, BY_TELEKIT, LOST, route_script
from telekit.domain.fact import Fact, FactKind
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, LinkError, RulesError
from telekit.pbx.loopback import Answers, LoopbackCall, LoopbackSwitch, Rings, run, virtual_clock
from telekit.pbx.port import Call, Script
from telekit.rules import load
from telekit.service.exchange import Exchange
from telekit.store.schema import REVISIONS
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

    async def settled(self) -> None:
        """Return at once: memory takes everything."""


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


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        ("withdrawn", "reason", list(WithdrawReason)),
        ("offer-ended", "cause", list(MissCause)),
        ("diverted", "reason", list(DivertReason)),
        ("call-ended", "by", [BY_TELEKIT, BY_CALLER, BY_FAULT, LOST]),
        ("presence", "now", list(Presence)),
    ],
)
def test_every_word_that_a_detail_may_be_is_told_and_no_other(kind: str, detail: str, words: list[str]) -> None:
    meaning = ROWS[kind].split(f"`{detail}`: ")[1].split("; `")[0]
    told = set(re.findall(r"`([a-z-]+)`", meaning)) - {"script-failed"}
    told |= set(re.findall(r"; `([a-z-]+)`[,;|]? ", ROWS[kind])) & set(words)
    assert told == set(words)


async def ended(tmp_path: Path, script: Script | None, *, cut: bool = False) -> list[Fact]:
    """Let a call be led to a script; give what is recorded of it."""
    (tmp_path / "rules.yaml").write_text("routes: [{script: own}]\n")
    switch, facts = LoopbackSwitch(), Facts()
    exchange = Exchange(load([tmp_path]), switch, facts, virtual_clock(OPENING))  # type: ignore[arg-type]
    led = asyncio.ensure_future(route_script(exchange, lambda _: script)(LoopbackCall(switch, dialed=NUMBER)))
    await asyncio.sleep(0)
    if cut:
        led.cancel()
    await asyncio.wait([led])
    return facts.all


async def fails(call: Call) -> None:
    raise ValueError("no such order")


async def leaves(call: Call) -> None:
    raise CallerGone("The caller has hung up.")


async def loses_the_link(call: Call) -> None:
    raise LinkError("The connection is gone.")


async def greets(call: Call) -> None:
    await call.answer()


async def waits(call: Call) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("script", "cut", "by"),
    [(greets, False, "telekit"), (leaves, False, "caller"), (loses_the_link, False, "lost"), (waits, True, "lost")],
)
def test_how_a_call_ends_is_told_as_the_page_has_it(tmp_path: Path, script: Script, cut: bool, by: str) -> None:
    last = run(ended(tmp_path, script, cut=cut))[-1]
    assert (last.kind.value, last.details) == ("call-ended", {"by": by})


def test_a_fault_ends_a_call_after_the_script_that_failed(tmp_path: Path) -> None:
    *_, failed, last = run(ended(tmp_path, fails))
    assert (failed.kind.value, failed.details) == ("script-failed", {"error": "ValueError('no such order')"})
    assert (last.kind.value, last.details) == ("call-ended", {"by": "fault"})


def test_refused_rules_are_told_by_their_first_mistake_and_how_many_more(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("queus: {}\nmenues: {}\n")
    with pytest.raises(RulesError) as refused:
        load([tmp_path])
    assert str(refused.value).startswith(f"{tmp_path}/rules.yaml:1:1: unknown section 'queus'")
    assert str(refused.value).endswith("(and 1 more mistake)")


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
    assert len(questions) == 4
    with sqlite3.connect(journal) as opened:
        for question in questions:
            opened.execute(question)
    opened.close()


def test_the_revision_is_the_last() -> None:
    assert f"holds the revision of these tables, `{REVISIONS[-1]}` now" in PAGE.text
