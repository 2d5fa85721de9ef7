"""What holds of every day, however odd: checked over random days of 9,000 events each."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import get_args

import pytest

from telekit.acd.actions import (
    Abandoned,
    CallbackEnded,
    CallbackOffered,
    CallbackPromised,
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
    TakenOver,
    Withdraw,
    WithdrawReason,
)
from telekit.acd.events import (
    AgentRecalled,
    AgentReminded,
    CallArrived,
    CallbackDeclined,
    CallPassedOn,
    ConversationFound,
    Event,
    LineDropped,
    PhoneGone,
    PhoneRegistered,
    PhoneSeen,
    SwitchHeard,
)
from telekit.acd.handset import DROPPED
from telekit.domain.callback import CallbackOutcome
from telekit.domain.names import AgentName, CallId, OfferId
from telekit.domain.phone import Phone
from telekit.domain.presence import Presence
from telekit.domain.queue import RUNG_AT_ONCE, Overflow, Strategy
from tests.acd.order import may_serve, precedence, roster_of, stood_throughout
from tests.acd.story import Moment, Player, Story

STEPS = 9_000

# Of a batch of None everything due is worked off at once, as the plain distributor does it; of a batch of 1 as little
# as possible, so that events meet a distributor that is behind.
DAYS = {"seed 74": (74, None), "seed 85": (85, None), "batch 1": (21, 1), "batch 3": (75, 3)}


COMES = CallArrived | ConversationFound | CallPassedOn
"""What a call may come with that was not here before."""


@cache
def played(day: str) -> Story:
    seed, batch = DAYS[day]
    return Player(seed, batch).play(STEPS)


@pytest.fixture(params=DAYS)
def story(request: pytest.FixtureRequest) -> Story:
    return played(request.param)


def test_enough_happens_to_judge_by(story: Story) -> None:
    count = story.count()
    told = {type(moment.event) for moment in story.moments}
    # Drawn by tests/acd/test_reminding.py, or below, where callers are asked for whom nobody is there.
    elsewhere = {SwitchHeard, AgentReminded, CallbackDeclined}
    assert told == set(get_args(Event)) - elsewhere
    assert min(count[kind.__name__] for kind in (Offer, Joined, Finished, Divert, Abandoned)) > 50
    assert {a.now.presence for a in story.actions if isinstance(a, PresenceChanged)} == set(Presence)
    assert {action.again_at is None for action in story.actions if isinstance(action, CallbackTried)} == {True, False}


def test_calls_and_holds_and_offers_and_callbacks_end_in_every_way_on_some_day() -> None:
    actions = [action for day in DAYS for action in played(day).actions]
    assert {action.reason for action in actions if isinstance(action, Divert)} == set(DivertReason)
    assert {action.reason for action in actions if isinstance(action, Withdraw)} == set(WithdrawReason)
    reasons = {action.reason for action in actions if isinstance(action, Released)}
    assert reasons >= {"time", "off shift", "missed this call", "skill lacking", "logged out", "paused", "unreachable"}
    ends = {action.outcome for action in actions if isinstance(action, CallbackEnded)}
    assert ends == set(CallbackOutcome) - {CallbackOutcome.NOT_ALLOWED}, "that one is told to it, as a cancellation is"


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
            came = {0, 1} if isinstance(event := moment.event, COMES) and event.call == call else {0}
            assert ended[call] + after[call] - before[call] in came, (call, moment.event, moment.actions)
            assert after[call] <= 1, f"{call} waits and talks"


def test_nobody_off_shift_is_offered_a_call(story: Story) -> None:
    for moment, offer in _offers(story):
        off_at = roster_of(moment.plan).on_until(offer.agent, moment.at)
        assert off_at is not None
        assert moment.at < off_at - moment.plan.queues[offer.queue].last_offer


def test_everybody_who_is_offered_a_call_has_the_skills_for_it(story: Story) -> None:
    for moment, offer in _offers(story):
        step = moment.plan.queues[offer.queue].steps[offer.step]
        assert step.requirement.met_by(moment.plan.agents[offer.agent].skills)


def test_no_call_overtakes_one_that_the_agent_could_have_taken(story: Story) -> None:
    for moment, offer in _offers(story):
        served = moment.after.get(offer.call)
        if served is None:
            continue
        for call in stood_throughout(moment):
            if precedence(call, moment.plan, moment.at) < precedence(served, moment.plan, moment.at):
                is_held = call.held_for not in (None, offer.agent)
                assert is_held or offer.agent in call.missed or not may_serve(moment, offer.agent, call), (offer, call)


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


def test_a_caller_whose_agents_line_has_dropped_has_the_old_place_and_takes_no_exit_that_is_past(story: Story) -> None:
    dropped: dict[CallId, datetime] = {}
    back = 0
    for moment in story.moments:
        match moment.event:
            case LineDropped(call) if call in moment.talking_before:
                assert call not in moment.talking
                dropped[call] = moment.at
            case CallArrived(call, entered_at=datetime() as entered_at, came_at=came_at, exited=exited) as event:
                at = dropped.pop(call, None)
                if at is None or exited < at - entered_at:
                    continue
                assert not [a for a in moment.actions if isinstance(a, Divert) and a.reason is DivertReason.EXIT]
                entered_at = min(entered_at, moment.at)
                if (now := moment.after.get(call)) is not None:
                    assert (now.entered_at, now.came_at) == (entered_at, min(came_at or entered_at, entered_at))
                    assert now.priority == event.priority
                    back += 1
    assert back > 5


def test_a_phone_whose_line_has_dropped_is_left_alone_until_it_is_told_to_be_back_or_two_minutes_later(
    story: Story,
) -> None:
    rung: dict[OfferId, Phone] = {}
    talks: dict[CallId, Phone] = {}
    down: dict[Phone, datetime] = {}
    there: set[Phone] = set()
    dropped = 0
    for moment in story.moments:
        match moment.event:
            case LineDropped(call) if talks.get(call) in there:
                down[talks[call]] = moment.at
                dropped += 1
            case PhoneSeen(phone, reachable=True):
                there.add(phone)
            case PhoneRegistered(phone):
                there.add(phone)
                down.pop(phone, None)
            case PhoneGone(phone) | PhoneSeen(phone, reachable=False):
                there.discard(phone)
                down.pop(phone, None)
        for action in moment.actions:
            match action:
                case Offer(offer, phone=phone):
                    rung[offer] = phone
                    assert moment.at - down.get(phone, moment.at - DROPPED) >= DROPPED
                case Joined(offer, call) if offer in rung:
                    talks[call] = rung[offer]
                case Finished(call) | TakenOver(call):
                    talks.pop(call, None)
    assert dropped > 5


def test_a_callback_that_rests_is_offered_to_nobody_before_its_time(story: Story) -> None:
    rested = 0
    for moment, offer in _offers(story):
        call = moment.after.get(offer.call)
        if call is not None and call.callback is not None and call.callback.again_at is not None:
            assert moment.at >= call.callback.again_at
            rested += 1
    assert rested > 0


def test_a_phone_whose_switch_is_gone_rings_no_more(story: Story) -> None:
    silenced = 0
    for moment in story.moments:
        if isinstance(moment.event, PhoneGone):
            rings = [offer for call in moment.after.values() for offer in call.offers]
            assert moment.event.phone not in {offer.phone for offer in rings}
            silenced += any(isinstance(a, Withdraw) and a.reason is WithdrawReason.PHONE_GONE for a in moment.actions)
    assert silenced > 0


def test_who_is_recalled_in_a_pause_or_a_wrap_up_shows_it_unless_they_are_at_work_or_away(story: Story) -> None:
    shown = 0
    for moment in story.moments:
        match moment.event:
            case AgentRecalled(name, pause=pause, wrap_until_at=wrap_until_at) if pause is not None or wrap_until_at:
                last = [a.now.presence for a in moment.actions if isinstance(a, PresenceChanged) and a.agent == name]
                assert not last or last[-1] is not Presence.AVAILABLE
                shown += last[-1:] in ([Presence.PAUSED], [Presence.WRAP_UP])
    assert shown > 0


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
    assert held > 0


def test_no_call_is_held_in_vain(story: Story) -> None:
    """Whoever it is held for is on shift and logged in, or comes on shift; nobody who missed it, and none for ever."""
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


def test_it_does_so_too_where_callers_are_asked_for_whom_nobody_is_there() -> None:
    story = Player(18, asks=True).play(2_000)
    assert not story.differences, story.differences[0]
    asked = [action.call for action in story.actions if isinstance(action, CallbackOffered)]
    promised = {action.call for action in story.actions if isinstance(action, CallbackPromised)}
    sent_on = {a.call for a in story.actions if isinstance(a, Divert) and a.reason is DivertReason.NO_AGENT}
    assert min(len(promised.intersection(asked)), len(sent_on.intersection(asked))) > 3


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_the_same_events_give_the_same_actions(day: tuple[int, int | None]) -> None:
    assert Player(*day).play(500).actions == Player(*day).play(500).actions


def _offers(story: Story) -> Iterator[tuple[Moment, Offer]]:
    for moment in story.moments:
        for action in moment.actions:
            if isinstance(action, Offer):
                yield moment, action


def _least(rule: Overflow) -> float:
    """Give how many wait at least where a rule holds: a ratio needs one agent."""
    return rule.waiting if rule.waiting is not None else float(rule.per_agent or 0)
