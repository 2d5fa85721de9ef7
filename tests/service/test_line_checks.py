"""The last line check of each agent, as the journal has it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName
from telekit.service.line_checks import line_checks
from telekit.store.sqlite import SqliteJournal
from tests.acd.day import agent, plan

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def checked(who: str, ago: int, findings: str) -> Fact:
    at = NOON - timedelta(minutes=ago)
    return Fact(at, FactKind.LINE_CHECKED, agent=AgentName(who), details={"hears": True, "findings": findings})


async def test_each_agent_of_the_rules_has_their_last_check_or_none(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "telekit.db")
    for fact in (checked("amina", 60, "loss, slow"), checked("gone", 5, ""), checked("amina", 2, "loss")):
        journal.record(fact)
    await journal.settled()
    told = await line_checks(journal, plan([agent("luc"), agent("amina")]), NOON)
    await journal.close()
    luc, amina = told["agents"]
    assert luc == {"agent": "luc", "check": None}
    assert (amina["check"]["ago"], amina["check"]["findings"], amina["check"]["hears"]) == (120, ["loss"], True)
