from telekit.domain.fact import Fact, FactKind
from telekit.reports.attendance import attendance_rows
from telekit.reports.state import State
from tests.history.facts import NINE, fact


def rows(*facts: Fact) -> list[str]:
    state = State()
    told = (str(row).split("|", 3) for fact in facts for row in attendance_rows(state, fact))
    return [f"{int(at) - int(NINE.timestamp())}|{rest}" for at, _, _, rest in told]


def is_now(after: float, now: str, agent: str = "amina", **more: object) -> Fact:
    return fact(after, FactKind.PRESENCE, call=None, agent=agent, now=now, **more)


def test_an_agent_logs_in_with_the_shift_and_off_with_its_end() -> None:
    day = (is_now(0, "available"), is_now(60, "on-call"), is_now(90, "wrap-up"), is_now(3600, "logged-out"))
    assert rows(*day) == ["0|amina|AGENTLOGIN|", "3600|amina|AGENTLOGOFF||3600"]


def test_who_cannot_be_rung_just_now_is_there_all_the_same() -> None:
    assert rows(is_now(0, "available"), is_now(9, "unreachable"), is_now(20, "available")) == ["0|amina|AGENTLOGIN|"]


def test_a_pause_is_told_with_its_reason_and_its_end() -> None:
    lunch = (is_now(0, "available"), is_now(9, "paused", reason="lunch"), is_now(99, "available"))
    assert rows(*lunch)[1:] == ["9|amina|PAUSEALL|lunch", "99|amina|UNPAUSEALL|"]


def test_a_pause_after_missed_calls_has_asterisks_word_for_it() -> None:
    missed = is_now(9, "paused", reason="2 missed offers", missed="no-answer")
    assert rows(is_now(0, "available"), missed)[1:] == ["9|amina|PAUSEALL|Auto-Pause"]


def test_who_logs_out_in_a_pause_just_logs_out() -> None:
    day = (is_now(0, "available"), is_now(9, "paused"), is_now(99, "logged-out"), is_now(200, "available"))
    assert rows(*day)[2:] == ["99|amina|AGENTLOGOFF||99", "200|amina|AGENTLOGIN|"]


def test_a_restart_is_no_coming_and_going() -> None:
    before = (is_now(0, "available"), is_now(9, "paused", reason="lunch"), is_now(0, "available", "luc"))
    started = fact(60, FactKind.STARTED, call=None)
    learns = (is_now(60, "unreachable"), is_now(60, "paused", reason="lunch"), is_now(60, "unreachable", "luc"))
    assert rows(*before, started, *learns, fact(60, FactKind.LINK_UP, call=None))[3:] == []


def test_whose_shift_ended_while_no_telekit_was_there_logs_off_at_its_start() -> None:
    before = (is_now(0, "available"), is_now(0, "available", "luc"))
    started, up = fact(60, FactKind.STARTED, call=None), fact(61, FactKind.LINK_UP, call=None)
    assert rows(*before, started, is_now(60, "available", "luc"), up)[2:] == ["60|amina|AGENTLOGOFF||60"]


def test_a_start_without_a_switch_is_over_soon() -> None:
    started = fact(0, FactKind.STARTED, call=None)
    assert rows(started, is_now(0, "available"), is_now(3600, "logged-out")) == [
        "0|amina|AGENTLOGIN|",
        "3600|amina|AGENTLOGOFF||3600",
    ]
