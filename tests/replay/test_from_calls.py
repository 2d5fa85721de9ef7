"""A queue_log led once more by rules."""

from dataclasses import replace

from telekit.history.logged_calls import logged_calls
from telekit.history.told_calls import told_calls
from telekit.replay.figures import Figures, figures
from telekit.replay.from_calls import Names, from_calls, in_the_rules
from telekit.replay.world import Replay
from telekit.roster.roster import Roster
from tests.acd.day import agent, plan, queue, seconds
from tests.history.test_queue_log import entries

DAY = plan([agent("amina", "08:00-11:00"), agent("luc", "10:05-18:00")], queue(ring=seconds(15)))
"""At nine o'clock in London it is ten in Paris."""


def again(*lines: str, names: Names | None = None) -> tuple[Replay, Figures, Figures]:
    """Replay some lines; give what was and what is."""
    read = entries(*lines)
    names = names or Names(DAY)
    calls = in_the_rules(logged_calls(read), names)
    recording = from_calls(calls, [each for each in read if "PAUSE" in each.event], names)
    assert recording is not None
    replay = Replay(DAY, recording, reroutes=True)
    replay.run()
    roster = Roster(DAY)
    return replay, figures(calls, roster, DAY.agents), figures(told_calls(replay.facts), roster, DAY.agents)


ANSWERED = (
    "0|1.7|help|NONE|ENTERQUEUE||+33199007788|1",
    "21|1.7|help|PJSIP/luc|RINGNOANSWER|20000",
    "25|1.7|help|PJSIP/amina|CONNECT|25|1.9|3",
    "99|1.7|help|PJSIP/amina|COMPLETECALLER|25|74|1",
)


def test_nobody_is_rung_outside_the_shift_and_the_caller_is_answered_sooner() -> None:
    _, was, now = again(*ANSWERED)
    assert (was.offers, was.outside, was.not_taken) == (2, 1, 1)
    assert (now.offers, now.outside, now.not_taken) == (1, 0, 0)
    assert (was.total.mean_wait, now.total.mean_wait) == (seconds(25), seconds(3))
    assert now.agents["amina"].talked == was.agents["amina"].talked == seconds(74)


def test_who_gave_up_gives_up_at_the_same_moment_unless_somebody_is_there_before() -> None:
    lines = (*ANSWERED, "30|1.8|help|NONE|ENTERQUEUE|||1", "70|1.8|help|NONE|ABANDON|1|1|40")
    _, was, now = again(*lines)
    assert was.total.abandoned == now.total.abandoned == 1
    assert was.total.longest == now.total.longest == seconds(40)


def test_who_is_answered_who_gave_up_then_talks_as_long_as_usual() -> None:
    replay, _, now = again(*ANSWERED, "100|1.8|help|NONE|ENTERQUEUE|||1", "110|1.8|help|NONE|ABANDON|1|1|10")
    assert (now.total.answered, now.agents["amina"].talked) == (2, seconds(2 * 74))
    assert replay.guessed == 1


def test_who_waits_longer_than_they_are_known_to_is_counted() -> None:
    busy = ("0|1|help|NONE|ENTERQUEUE|||1", "3|1|help|amina|CONNECT|3|x|3", "90|1|help|amina|COMPLETEAGENT|3|87|1")
    other = ("5|2|help|NONE|ENTERQUEUE|||1", "9|2|help|luc|CONNECT|4|x|3", "50|2|help|luc|COMPLETEAGENT|4|41|1")
    replay, _, now = again(*sorted((*busy, *other), key=lambda line: int(line.partition("|")[0])))
    assert replay.beyond_patience == 1
    assert now.total.longest > seconds(80)


def test_a_pause_of_the_log_holds() -> None:
    _, _, now = again(
        *("0|1|help|NONE|ENTERQUEUE|||1", "1|1|help|NONE|ABANDON|1|1|1", "2|NONE|NONE|PJSIP/amina|PAUSEALL|lunch"),
        *("10|2|help|NONE|ENTERQUEUE|||1", "60|2|help|NONE|ABANDON|1|1|50"),
    )
    assert now.total.abandoned == 2


def test_names_are_found_by_what_was_given_by_phone_and_by_name() -> None:
    people = DAY.agents
    luc = replace(people["luc"], full_name="Luc Moreau")  # type: ignore[index]
    names = Names(replace(DAY, agents={**people, luc.name: luc}), {"8000": "help"}, {"SIP/204": "amina"})
    assert [names.queue(told) for told in ("help", "8000", "sales")] == ["help", "help", None]
    told = ("amina", "PJSIP/luc", "Local/luc@agents/n", "Luc Moreau", "SIP/204", "SIP/999")
    assert [names.agent(each) for each in told] == ["amina", "luc", "luc", "luc", "amina", "SIP/999"]
    assert (dict(names.unknown_queues), dict(names.unknown_agents)) == ({"sales": 1}, {"SIP/999": 1})


def test_two_visits_of_one_call_are_two() -> None:
    lines = ("0|1|help|NONE|ENTERQUEUE|||1", "5|1|help|NONE|EXITWITHTIMEOUT|1|1|5")
    again_later = ("60|1|help|NONE|ENTERQUEUE|||1", "65|1|help|NONE|ABANDON|1|1|5")
    _, was, now = again(*lines, *again_later)
    assert was.total.calls == now.total.calls == 2
