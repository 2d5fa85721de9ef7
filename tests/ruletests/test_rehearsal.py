"""A test of the rules passes when what it expects is so, and fails with what is so instead."""

from pathlib import Path

import pytest

from telekit.ruletests.rehearsal import rehearse
from tests.ruletests.rules import cases_in, failure_of, result_of

CALL = "call: {dialed: 100, menu: 1}"

TRUE = {
    "whom the phone rings for": f"{CALL}, expect: {{queue: billing, offer: amina, outcome: waiting, position: 1}}",
    "why others are not": f"{CALL}, expect: {{reason: {{luc: skill too weak, sam: lacks billing}}}}",
    "the detail of why": f"{CALL}, expect: {{reason: {{luc: billing 3 < 5}}}}",
    "what is heard": f"{CALL}, expect: {{announcement: welcome}}",
    "a closed queue": "at: 2026-11-24 21:00, call: {dialed: 100, menu: 1}, "
    "expect: {announcement: [welcome, closed], outcome: hung-up, offer: nobody}",
    "a message": "call: {dialed: 101}, expect: {announcement: leave-message, outcome: voicemail}",
    "a script": "call: {dialed: 100, lookup: {segment: gold}}, expect: {route: gold, outcome: script}",
    "a miss and the next": f"{CALL}, then: [{{after: 30s, amina: rejected, expect: {{offer: luc}}}}]",
    "why who missed it is passed over": f"agents: {{amina: on-call for 15s more}}, {CALL}, then: "
    "[{after: 31s, amina: no-answer, expect: {offer: luc, reason: {amina: missed this call, luc: is offered it}}}]",
    "a ring that runs out": f"{CALL}, then: [{{after: 20s, amina: no-answer, expect: {{offer: amina}}}}, "
    "{after: 20s, amina: no-answer, expect: {offer: luc, presence: {amina: paused}}}]",
    "a conversation": f"{CALL}, then: [{{after: 5s, amina: answers, expect: {{talks_with: amina, outcome: talking}}}}, "
    "{after: 1m, amina: hangs-up, expect: {outcome: answered, presence: {amina: wrap-up}}}, "
    "{after: 30s, expect: {presence: {amina: available}}}]",
    "a wrap-up cut short": f"{CALL}, then: [{{amina: answers}}, {{after: 1m, caller: hangs-up, expect: "
    "{presence: {amina: wrap-up}}}, {after: 5s, amina: ends-wrap-up, expect: {presence: {amina: available}}}]",
    "a caller who leaves": f"{CALL}, then: [{{after: 5s, caller: hangs-up, expect: {{outcome: abandoned}}}}]",
    "an exit": f"{CALL}, agents: {{amina: paused, luc: paused}}, then: [{{after: 8m, expect: {{outcome: voicemail}}}}]",
    "an overflow": f"agents: {{amina: paused, luc: paused}}, {CALL}, then: "
    "[{call: {dialed: 100, menu: 1, as: second}}, "
    "{call: {dialed: 100, menu: 1, as: third}, expect: {outcome: number, number: +33199009900}}]",
    "a shift's end": "at: 2026-11-24 12:59, call: {dialed: 100, menu: 1}, expect: {offer: amina}, "
    "then: [{at: 2026-11-24 13:00, expect: {offer: luc, reason: {amina: off shift}}}]",
    "a line of two": f"agents: {{amina: wrap-up for 40s more, luc: on-call}}, {CALL}, then: [{{after: 1s, "
    "call: {dialed: 100, caller: +33199005566, as: vip}, expect: {route: VIP, position: 1}}, "
    "{expect: {call: first, position: 2}}, {after: 40s, expect: {call: vip, offer: amina}}]",
    "a preferred agent": "agents: {luc: on-call for 10s more}, call: {dialed: 100, caller: +33199005566, last: amina}, "
    "expect: {offer: amina, reason: {luc: skill too weak}}",
    "a phone that comes back": f"agents: {{amina: unreachable}}, {CALL}, expect: {{offer: nobody}}, "
    "then: [{after: 9s, amina: registers, expect: {offer: amina}}]",
    "a phone that goes": f"{CALL}, then: "
    "[{after: 5s, amina: unreachable, expect: {presence: {amina: unreachable}}}]",
    "a number's voicemail box": "agents: {amina: logged-out}, call: {dialed: 100, menu: 1}, then: "
    "[{luc: unregisters}, {after: 30s, expect: {offer: luc}}, "
    "{after: 5s, luc: voicemail, expect: {presence: {luc: paused}}}]",
    "an own call": f"{CALL}, agents: {{amina: on-call for 10s more}}, expect: {{offer: nobody}}, "
    "then: [{after: 10s, expect: {offer: amina}}]",
    "why others are not, of one who talks with an agent of a later step": f"agents: {{amina: paused}}, {CALL}, "
    "then: [{after: 30s, expect: {offer: luc}}, {luc: answers, expect: {reason: {luc: on call, amina: paused}}}]",
    "who has waited longest for a call": "agents: {amina: available for 4m, luc: available for 5m}, "
    "call: {dialed: 100, menu: 1}, expect: {offer: amina}",
    "who logs in by code": "call: {dialed: 100, menu: 1}, expect: {presence: {sam: available}}, "
    "then: [{sam: logs-out, expect: {presence: {sam: logged-out}}}]",
    "a hidden number": "call: {dialed: 100, caller: anonymous, menu: 1}, expect: {offer: amina}",
}


@pytest.mark.parametrize("test", [pytest.param(test, id=name) for name, test in TRUE.items()])
def test_what_is_so_passes(test: str, tmp_path: Path) -> None:
    assert failure_of(tmp_path, test) == []


FALSE = {
    "queue: none": ("call: {dialed: 101}, expect: {queue: billing}", "queue: billing, but none"),
    "route": ("call: {dialed: 100, menu: 1}, expect: {route: VIP}", "route: VIP, but "),
    "offer": (f"{CALL}, expect: {{offer: luc}}", "offer: luc, but amina"),
    "offer to nobody": (f"{CALL}, expect: {{offer: nobody}}", "offer: nobody, but amina"),
    "talks": (f"{CALL}, expect: {{talks_with: amina}}", "talks_with: amina, but nobody"),
    "reason": (
        f"{CALL}, expect: {{reason: {{luc: off shift}}}}",
        "reason: luc: off shift, but skill too weak, billing 3 < 5",
    ),
    "reason of who rings": (
        f"{CALL}, expect: {{reason: {{amina: paused}}}}",
        "reason: amina: paused, but is offered it",
    ),
    "announcement": (f"{CALL}, expect: {{announcement: closed}}", "announcement: closed, but welcome"),
    "order of announcements": (
        "at: 2026-11-24 21:00, call: {dialed: 100, menu: 1}, expect: {announcement: [closed, welcome]}",
        "announcement: closed, welcome, but welcome, closed",
    ),
    "outcome": (f"{CALL}, expect: {{outcome: answered}}", "outcome: answered, but waiting"),
    "number": (f"{CALL}, expect: {{number: +33199009900}}", "number: +33199009900, but none"),
    "position": (f"{CALL}, expect: {{position: 2}}", "position: 2, but 1"),
    "presence": (f"{CALL}, expect: {{presence: {{amina: paused}}}}", "presence: amina: paused, but offered"),
    "a phone that does not ring": (f"{CALL}, then: [{{luc: answers}}]", "luc's phone does not ring then"),
    "who has no call": (f"{CALL}, then: [{{luc: hangs-up}}]", "luc has no call then"),
    "a phone without a key": (f"{CALL}, then: [{{amina: voicemail}}]", "amina's phone sip:amina asks for no key"),
    "who is off shift": (
        "at: 2026-11-24 14:00, agents: {amina: available}, call: {dialed: 100}",
        "amina is logged-out",
    ),
}


@pytest.mark.parametrize(("test", "told"), [pytest.param(*each, id=name) for name, each in FALSE.items()])
def test_what_is_not_so_fails_with_what_is(test: str, told: str, tmp_path: Path) -> None:
    (failure,) = failure_of(tmp_path, test)
    assert failure.startswith(told)


def test_a_failure_stops_the_test_and_names_its_step(tmp_path: Path) -> None:
    result = result_of(tmp_path, f"{CALL}, then: [{{after: 5s, expect: {{offer: luc}}}}, {{luc: answers}}]")
    assert result.failure is not None
    assert (result.failure.origin.line, result.failure.impossible) == (3, "")
    assert len(result.failure.differences) == 1


PLACES = """\
at: 2026-11-24 10:00
agents:
  luc: available
tests:
  - name: it
    call: {dialed: 100, menu: 1}
    expect:
      queue: billing
      reason:
        luc: paused
        sam: lacks billing
      offer: luc
  - name: a step
    call: {dialed: 100, menu: 1}
    then:
      - after: 5s
        sam: answers
  - name: later
    call: {dialed: 100, menu: 1}
    then:
      - after: 5s
        expect:
          position: 1
          presence: {amina: paused}
  - name: by the top of the file
    at: 2026-12-24 06:00
    call: {dialed: 100}
  - name: by its own
    agents:
      luc: available
      amina: on-call for 1m more
      sam: paused
    at: 2026-12-24 06:00
    call: {dialed: 100}
"""


@pytest.mark.parametrize(
    ("number", "lines"),
    [(0, [10, 12]), (1, [17]), (2, [24]), (3, [3]), (4, [30])],
    ids=["expect", "does", "later", "all", "own"],
)
def test_each_thing_that_is_not_so_is_told_by_its_own_line(tmp_path: Path, number: int, lines: list[int]) -> None:
    cases, _, plan = cases_in(tmp_path, PLACES)
    failure = rehearse(plan, cases[number]).failure
    assert failure is not None
    told = [each.origin.line for each in failure.differences] or [failure.origin.line]
    assert sorted(told) == lines
    assert failure.origin.line == told[0]


def test_a_failure_carries_what_explain_would_tell(tmp_path: Path) -> None:
    failure = result_of(tmp_path, f"{CALL}, then: [{{after: 31s, expect: {{offer: sam}}}}]").failure
    assert failure is not None
    assert failure.trace is not None
    verdicts = {verdict.agent: verdict.obstacle for verdict in failure.trace.verdicts}
    assert str(verdicts["sam"]) == "skill lacking"
    assert failure.trace.queue == "billing"
    assert "played telekit/welcome" in failure.trace.story


def test_what_was_heard_before_the_last_look_does_not_count_again(tmp_path: Path) -> None:
    heard = f"{CALL}, expect: {{announcement: welcome}}, then: [{{after: 1s, expect: {{announcement: welcome}}}}]"
    assert failure_of(tmp_path, heard) == ["announcement: welcome, but nothing"]
