"""What holds of every day, however odd: checked over random days of 10,000 events each."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest

from telekit.acd.actions import (
    Abandoned,
    CallbackEnded,
    CallbackTried,
    Divert,
    DivertReason,
    Finished,
    Joined,
    Offer,
    OfferEnded,
    PresenceChanged,
    Queued,
    Released,
    Withdraw,
    WithdrawReason,
)
from telekit.acd.events import CallArrived
from telekit.acd.views import CallNow
from telekit.domain.agent import Agent
from telekit.domain.callback import CallbackOutcome
from telekit.domain.names import AgentName, CallId
from telekit.domain.phone import Phone
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence
from telekit.domain.queue import RUNG_AT_ONCE, Overflow, Strategy
from telekit.roster.roster import Roster
from tests.acd.story import Moment, Player, Story

STEPS = 10_000

# Of a batch of None everything due is worked off at once, as the plain distributor does it; of a batch of 1 as little
# as possible, so that events meet a distributor that is behind.
DAYS = {"seed 74": (74, None), "seed 85": (85, None), "batch 1": (11, 1), "batch 3": (75, 3)}


@pytest.fixture(scope="module", params=DAYS)
def story(request: pytest.FixtureRequest) -> Story:
    seed, batch = DAYS[request.param]
    return Player(seed, batch).play(STEPS)


def test_enough_happens_to_judge_by(story: Story) -> None:
    count = story.count()
    assert min(count[kind.__name__] for kind in (Offer, Joined, Finished, Divert, Abandoned)) > 50
    assert {action.reason for action in story.actions if isinstance(action, Divert)} == set(DivertReason)
    withdrawn = {action.reason for action in story.actions if isinstance(action, Withdraw)}
    assert withdrawn == set(WithdrawReason) - {WithdrawReason.PHONE_GONE}, "these days have one switch"
    assert {a.now.presence for a in story.actions if isinstance(a, PresenceChanged)} == set(Presence)
    ends = {action.outcome for action in story.actions if isinstance(action, CallbackEnded)}
    assert ends == set(CallbackOutcome) - {CallbackOutcome.NOT_ALLOWED}, "that one is told to it, as a cancellation is"
    assert {action.again_at is None for action in story.actions if isinstance(action, CallbackTried)} == {True, False}


def test_it_does_what_the_plain_distributor_does(story: Story) -> None:
    assert not story.differences, story.differences[0]


def test_nobody_who_could_take_a_call_is_overlooked(story: Story) -> None:
    assert not [moment for moment in story.moments if moment.overlooked]


def test_no_agent_is_offered_a_call_in_an_offer_or_a_conversation(story: Story) -> None:
    busy: dict[AgentName, set[str]] = {}
    for action in story.actions:
        match action:
            case Offer():
                assert not busy.get(action.agent), f"{action} while {busy[action.agent]}"
                busy.setdefault(action.agent, set()).add(action.offer)
            case OfferEnded():
                busy[action.agent].discard(action.offer)
            case Joined():
                busy.setdefault(action.agent, set()).discard(action.offer)
                busy[action.agent].add(action.call)
            case Finished():
                busy.setdefault(action.agent, set()).discard(action.call)


def test_several_phones_ring_for_a_call_only_where_all_shall_ring_and_then_from_one_moment_on(story: Story) -> None:
    ringing: dict[CallId, dict[str, Moment]] = {}
    most = 0
    for moment, action in [(each, action) for each in story.moments for action in each.actions]:
        match action:
            case Offer():
                beside = ringing.setdefault(action.call, {})
                steps = moment.plan.queues[action.queue].steps
                assert not beside or steps[action.step].strategy is Strategy.RING_ALL
                assert all(since is moment for since in beside.values())
                beside[action.offer] = moment
                most = max(most, len(beside))
            case OfferEnded():
                del ringing[action.call][action.offer]
            case Joined() if action.offer in ringing.get(action.call, {}):
                del ringing[action.call][action.offer]
            case Divert() | Abandoned():
                assert not ringing.get(action.call)
    assert 1 < most <= RUNG_AT_ONCE


def test_who_answers_first_has_the_call_and_all_others_are_free_without_a_miss(story: Story) -> None:
    ringing: dict[CallId, set[str]] = {}
    beaten = 0
    for action in story.actions:
        match action:
            case Offer():
                ringing.setdefault(action.call, set()).add(action.offer)
            case OfferEnded():
                ringing[action.call].discard(action.offer)
            case Withdraw(reason=WithdrawReason.ANSWERED):
                beaten += 1
            case Joined():
                assert not ringing.get(action.call, set()) - {action.offer}
                ringing.pop(action.call, None)
    assert beaten > 5
    ended = {(a.offer, a.cause) for a in story.actions if isinstance(a, OfferEnded)}
    withdrawn = [a.offer for a in story.actions if isinstance(a, Withdraw)]
    assert all((offer, None) in ended for offer in withdrawn)


def test_no_phone_rings_for_two_offers_at_once(story: Story) -> None:
    ringing: dict[Phone, str] = {}
    for action in story.actions:
        match action:
            case Offer():
                assert action.phone not in ringing
                ringing[action.phone] = action.offer
            case OfferEnded() | Joined():
                ringing = {phone: offer for phone, offer in ringing.items() if offer != action.offer}


def test_every_call_is_here_or_has_ended_exactly_once(story: Story) -> None:
    for moment in story.moments:
        before = Counter([*moment.before, *moment.talking_before])
        after = Counter([*moment.after, *moment.talking])
        ended = Counter(a.call for a in moment.actions if isinstance(a, Divert | Abandoned | Finished | CallbackEnded))
        for call in before | after | ended:
            came = {0, 1} if getattr(moment.event, "call", None) == call else {0}
            assert ended[call] + after[call] - before[call] in came, (call, moment.event, moment.actions)
            assert after[call] <= 1, f"{call} waits and talks"


def test_nobody_off_shift_is_offered_a_call(story: Story) -> None:
    for moment, offer in _offers(story):
        off_at = _roster(moment.plan).on_until(offer.agent, moment.at)
        assert off_at is not None
        assert moment.at < off_at - moment.plan.queues[offer.queue].last_offer


def test_everybody_who_is_offered_a_call_has_the_skills_for_it(story: Story) -> None:
    for moment, offer in _offers(story):
        step = moment.plan.queues[offer.queue].steps[offer.step]
        assert step.requirement.met_by(moment.plan.agents[offer.agent].skills)


def test_no_call_overtakes_one_that_the_agent_could_have_taken(story: Story) -> None:
    for moment, offer in _offers(story):
        served = moment.before.get(offer.call)
        if served is None:
            continue
        for call in _stood_throughout(moment):
            if _precedence(call, moment.plan, moment.at) < _precedence(served, moment.plan, moment.at):
                is_held = call.held_for not in (None, offer.agent)
                assert is_held or offer.agent in call.missed or not _may_serve(moment, offer.agent, call), (offer, call)


def test_only_who_has_just_come_is_one_too_many_and_only_behind_as_many_as_the_rules_say(story: Story) -> None:
    new: set[CallId] = set()
    turned_away = 0
    for moment in story.moments:
        if isinstance(moment.event, CallArrived) and moment.event.entered_at is None:
            new.add(moment.event.call)
        for action in moment.actions:
            if isinstance(action, Divert) and action.reason is DivertReason.OVERFLOW:
                assert action.call in new
                turned_away += 1
                least = min(_least(rule) for rule in moment.plan.queues[action.queue].overflow)
                before = [call for call in moment.after.values() if call.queue == action.queue]
                assert len(before) >= least
            if isinstance(action, Offer | Queued | Divert | Abandoned | Joined):
                new.discard(action.call)
    assert turned_away > 20


def test_a_call_that_is_held_for_an_agent_is_offered_to_nobody_else(story: Story) -> None:
    held = 0
    for moment, offer in _offers(story):
        before, after = moment.before.get(offer.call), moment.after.get(offer.call)
        released = [action for action in moment.actions if isinstance(action, Released) and action.call == offer.call]
        if isinstance(moment.event, CallArrived) and moment.event.call == offer.call:
            before = None  # it may have come anew, to another queue, and be held for nobody there
        for call in (before, after):
            if call is not None and call.held_for is not None and not released:
                assert offer.agent == call.held_for
                held += 1
    assert held > 3


def test_no_call_is_held_in_vain(story: Story) -> None:
    """Whoever it is held for is on shift and logged in, or comes on shift; nobody who missed it, and none for ever."""
    reasons = {action.reason for action in story.actions if isinstance(action, Released)}
    assert reasons >= {"time", "off shift", "missed this call", "skill lacking", "logged out", "paused", "unreachable"}
    for moment in story.moments:
        for call in moment.after.values():
            if call.held_for is not None and moment.drained and not call.rings and not call.rests:
                assert call.held_for in moment.plan.agents
                assert call.held_for not in call.missed


def test_nobody_who_missed_a_call_gets_it_again_while_somebody_else_is_free(story: Story) -> None:
    missed: Counter[CallId] = Counter()
    for action in story.actions:
        if isinstance(action, OfferEnded) and action.cause is not None:
            missed[action.call] += 1
    assert missed.most_common(1)[0][1] > 1
    for moment, offer in _offers(story):
        call = moment.after.get(offer.call)
        if call is not None and moment.drained and offer.agent in call.missed:
            assert not [by for of, by in moment.overlooked if of == offer.call]


def test_presences_form_a_chain(story: Story) -> None:
    last: dict[AgentName, PresenceChanged] = {}
    for action in story.actions:
        if isinstance(action, PresenceChanged):
            assert (action.now.presence, action.now.reason) != (action.was.presence, action.was.reason)
            assert action.now.since_at >= action.was.since_at
            before = last.get(action.agent)
            if before is not None and before.now.reason != "no longer in the rules":
                assert action.was == before.now
            last[action.agent] = action


def test_it_asks_to_be_woken_later_unless_something_is_left_to_do(story: Story) -> None:
    assert all(moment.drained for moment in story.moments if moment.wakes_at is None or moment.wakes_at > moment.at)
    behind = 0
    for moment in story.moments:
        behind = 0 if moment.drained else behind + 1
        assert behind < 100


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_the_same_events_give_the_same_actions(day: tuple[int, int | None]) -> None:
    assert Player(*day).play(500).actions == Player(*day).play(500).actions


ROSTERS: dict[int, Roster] = {}


def _roster(plan: Plan) -> Roster:
    return ROSTERS.setdefault(id(plan), Roster(plan))


def _offers(story: Story) -> Iterator[tuple[Moment, Offer]]:
    for moment in story.moments:
        for action in moment.actions:
            if isinstance(action, Offer):
                yield moment, action


def _least(rule: Overflow) -> float:
    """Give how many wait at least where a rule holds: a ratio needs one agent."""
    return rule.waiting if rule.waiting is not None else float(rule.per_agent or 0)


def _stood_throughout(moment: Moment) -> list[CallNow]:
    """Give the calls that stood in line before and after, at the same step, with the same misses."""
    return [
        call
        for name, call in moment.after.items()
        if call == moment.before.get(name) and not call.rings and not call.rests
    ]


def _may_serve(moment: Moment, name: AgentName, call: CallNow) -> bool:
    agent: Agent = moment.plan.agents[name]
    queue = moment.plan.queues[call.queue]
    off_at = _roster(moment.plan).on_until(name, moment.at)
    if off_at is None or moment.at >= off_at - queue.last_offer:
        return False
    first = max(number for number, step in enumerate(queue.steps[: call.step + 1]) if step.replace or number == 0)
    return any(step.requirement.met_by(agent.skills) for step in queue.steps[first : call.step + 1])


def _precedence(call: CallNow, plan: Plan, now: datetime) -> tuple[float, datetime]:
    ages = plan.queues[call.queue].ages
    points = call.priority + ((now - call.came_at) / ages if ages else 0)
    return -points, call.came_at
