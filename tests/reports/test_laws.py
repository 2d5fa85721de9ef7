"""What holds of the rows of any day: each call enters once and ends once, and its spans are those of the journal."""

from collections import Counter
from datetime import timedelta

import pytest

from telekit.domain.fact import Fact, FactKind
from telekit.history.logged_calls import logged_calls
from telekit.history.past_call import Outcome, PastCall
from telekit.history.queue_log import Entry, read_queue_log
from telekit.history.told_calls import told_calls
from telekit.reports.queue_log import QueueLog
from telekit.reports.row import Row
from tests.replay.day import RandomDay

SECOND = timedelta(seconds=1)
WITHOUT_AGENT = {"ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY"}
WITH_AGENT = {"COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER"}
LEFT = {"exit": "exitwithtimeout", "no-agent": "exitempty", "closed": "exitempty", "overflow": "exitempty"}

Day = tuple[list[Fact], list[Row]]


@pytest.fixture(scope="module", params=[(3, False), (8, False), (5, True)], ids=["a day", "another", "with a restart"])
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Day:
    seed, restarts = request.param
    facts = RandomDay(seed, tmp_path_factory.mktemp("day"), hours=1, restarts=restarts).facts()
    log = QueueLog()
    return facts, [row for fact in facts for row in log.rows(fact)]


def entries(rows: list[Row]) -> list[Entry]:
    read = list(read_queue_log(map(str, rows)))
    assert all(isinstance(each, Entry) for each in read)
    return [each for each in read if isinstance(each, Entry)]


def lost(facts: list[Fact]) -> set[str]:
    """Name the calls whose script was lost: in these days they do not come back, and their callers stay for ever."""
    return {
        str(fact.call)
        for fact in facts
        if fact.kind is FactKind.CALL_ENDED and fact.call is not None and fact.details["by"] == "lost"
    }


def test_every_call_enters_once_and_ends_once_and_talks_in_between(day: Day) -> None:
    facts, rows = day
    where: dict[str | None, str] = {}
    for row in rows:
        match row.event:
            case "ENTERQUEUE":
                assert row.call not in where
                where[row.call] = "waits"
            case "CONNECT":
                assert where[row.call] == "waits"
                where[row.call] = "talks"
            case event if event in WITHOUT_AGENT:
                assert where.pop(row.call) == "waits"
            case event if event in WITH_AGENT:
                assert where.pop(row.call) == "talks"
    assert set(where) == {call.call for call in told_calls(facts) if call.outcome is Outcome.UNKNOWN}
    assert Counter(row.event for row in rows)["ENTERQUEUE"] > 100


def test_spans_are_those_of_the_journal_and_those_between_the_rows(day: Day) -> None:
    facts, rows = day
    finished = [fact for fact in facts if fact.kind is FactKind.FINISHED]
    in_journal = sum(float(fact.details["talked"] or 0) + float(fact.details["held"] or 0) for fact in finished)
    completed = [row for row in rows if row.event in WITH_AGENT]
    assert len(completed) == len(finished)
    in_rows = sum(int(row.data[-2]) for row in completed)
    assert abs(in_rows - in_journal) < len(finished) ** 0.5 + 2
    entered = {row.call: row.at for row in rows if row.event == "ENTERQUEUE"}
    for row in rows:
        if row.event == "CONNECT" and row.call not in lost(facts):
            assert int(row.data[0]) == int(row.at.timestamp()) - int(entered[row.call].timestamp())


def test_positions_count_those_who_stand_in_the_line(day: Day) -> None:
    standing: dict[str | None, set[str | None]] = {}
    for row in day[1]:
        line = standing.setdefault(row.queue, set())
        if row.event == "ENTERQUEUE":
            line.add(row.call)
            assert 1 <= int(row.data[2]) <= len(line)
        elif row.event in {*WITHOUT_AGENT, "CONNECT"}:
            if row.event in WITHOUT_AGENT:
                assert 1 <= int(row.data[-3]) <= len(line)
            line.remove(row.call)


def test_rows_stand_in_the_order_in_which_things_happened_but_for_who_ended_a_conversation(day: Day) -> None:
    rows = [row for row in day[1] if row.event not in WITH_AGENT]
    assert [row.at for row in rows] == sorted(row.at for row in rows)


def test_agents_come_before_they_go_and_pause_in_between(day: Day) -> None:
    there: dict[str | None, bool] = {}
    for row in day[1]:
        match row.event:
            case "AGENTLOGIN":
                assert row.agent not in there
                there[row.agent] = False
            case "AGENTLOGOFF":
                del there[row.agent]
            case "PAUSEALL" | "UNPAUSEALL":
                assert there[row.agent] is (row.event == "UNPAUSEALL")
                there[row.agent] = row.event == "PAUSEALL"


def test_telekits_reader_gives_the_calls_that_the_journal_gives(day: Day) -> None:
    facts, rows = day
    left_out = lost(facts)
    told = [call for call in told_calls(facts) if call.call not in left_out and not _refused(call)]
    logged = [call for call in logged_calls(entries(rows)) if call.call not in left_out]
    assert len(logged) == len(told)
    for was, read in zip(_sorted(told), _sorted(logged), strict=True):
        assert (read.call, read.queue, read.caller, read.outcome, read.agent) == (
            *(was.call, was.queue, was.caller, was.outcome, was.agent),
        )
        assert read.why == LEFT.get(was.why, was.why)
        assert abs(read.entered_at - was.entered_at) <= SECOND
        assert abs(read.waited - was.waited) <= SECOND
        assert (read.talked is None) == (was.talked is None)
        assert abs((read.talked or SECOND) - (was.talked or SECOND)) <= SECOND
        assert _rung(read) == _rung(was)


def _rung(call: PastCall) -> list[tuple[str, bool]]:
    """Give who was rung and whether they answered: a row tells of a miss, but not why it was one."""
    return [(each.agent, each.taken) for each in call.offers if each.taken or (each.cause and each.rang >= SECOND)]


def _refused(call: PastCall) -> bool:
    """Say whether a call was sent on as it came; app_queue tells nothing of such."""
    return call.outcome is Outcome.LEFT and not call.waited and not call.offers


def _sorted(calls: list[PastCall]) -> list[PastCall]:
    return sorted(calls, key=lambda call: (call.call, call.entered_at))
