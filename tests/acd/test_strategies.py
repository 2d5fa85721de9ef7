"""The order among eligible agents."""

from telekit.acd.actions import Offer
from telekit.acd.events import AgentLoggedOut, AgentPaused, AgentResumed
from telekit.domain.queue import MissCause, Strategy
from tests.acd.day import Day, agent, plan, queue, seconds, step


def _day(strategy: Strategy, *agents: object, **rest: object) -> Day:
    return Day(plan(agents or [agent("a"), agent("b"), agent("c")], queue("help", step(0, strategy), **rest)))


def _next(day: Day, call: str) -> str:
    """Give who is offered one more call, and let it be talked to its end."""
    day.call(call)
    (offer,) = day.all(Offer)
    day.answer(offer.offer)
    day.after(10)
    day.end(call)
    return offer.agent


def test_fixed_is_the_order_of_the_rules() -> None:
    day = _day(Strategy.FIXED)
    assert [_next(day, call) for call in "123"] == ["a", "a", "a"]


def test_longest_idle_is_whoever_has_been_without_work_longest() -> None:
    day = _day(Strategy.LONGEST_IDLE)
    assert [_next(day, call) for call in "12345"] == ["a", "b", "c", "a", "b"]


def test_longest_idle_counts_from_the_end_of_the_wrap_up() -> None:
    day = _day(Strategy.LONGEST_IDLE, agent("a"), agent("b"), wrap_up=seconds(30))
    day.call("1")
    day.call("2")
    day.answer("1.1")
    day.answer("2.1")
    day.end("1")
    day.after(5)
    day.end("2")
    day.after(60)
    assert _next(day, "3") == "a"


def test_who_comes_on_shift_starts_to_be_idle_then() -> None:
    day = Day(plan([agent("a", "09:30-18:00"), agent("b")], queue("help", step(0, Strategy.LONGEST_IDLE))))
    day.talk("1")
    day.until("10:00")
    assert _next(day, "2") == "b"


def test_a_missed_offer_does_not_make_an_agent_less_idle() -> None:
    day = _day(Strategy.LONGEST_IDLE)
    day.call("1")
    day.miss("1.1")
    day.gone("1")
    assert _next(day, "2") == "a"


def test_a_pause_does_not_make_an_agent_less_idle() -> None:
    day = _day(Strategy.LONGEST_IDLE)
    day.tell(AgentPaused("a"))
    day.after(60)
    day.tell(AgentResumed("a"))
    assert _next(day, "1") == "a"


def test_fewest_calls_counts_the_calls_taken_since_coming_on_shift() -> None:
    day = Day(plan([agent("a", "08:00-10:00,11:00-18:00"), agent("b")], queue("help", step(0, Strategy.FEWEST_CALLS))))
    assert [_next(day, call) for call in "1234"] == ["a", "b", "a", "b"]
    day.until("11:00")
    assert [_next(day, call) for call in "567"] == ["a", "a", "a"]


def test_fewest_calls_does_not_count_offers_that_were_missed() -> None:
    day = _day(Strategy.FEWEST_CALLS)
    day.call("1")
    day.miss("1.1")
    day.gone("1")
    assert _next(day, "2") == "a"


def test_most_skilled_adds_up_the_proficiencies_in_the_required_skills() -> None:
    agents = [
        agent("a", french=5, billing=5, english=10),
        agent("b", french=9, billing=2),
        agent("c", french=6, billing=5),
    ]
    day = Day(plan(agents, queue("help", step(0, Strategy.MOST_SKILLED, french=1, billing=1))))
    for call in "123":
        day.call(call)
    assert [offer.agent for offer in day.all(Offer, day.actions)] == ["b", "c", "a"]


def test_least_skilled_adds_up_all_proficiencies_so_that_who_can_do_most_stays_free() -> None:
    agents = [agent("a", french=5, english=9), agent("b", french=9), agent("c", french=6, billing=3)]
    day = Day(plan(agents, queue("help", step(0, Strategy.LEAST_SKILLED, french=1))))
    for call in "123":
        day.call(call)
    assert [offer.agent for offer in day.all(Offer, day.actions)] == ["b", "c", "a"]


def test_round_robin_goes_on_after_the_one_who_was_offered_last() -> None:
    day = _day(Strategy.ROUND_ROBIN)
    assert [_next(day, call) for call in "12345"] == ["a", "b", "c", "a", "b"]


def test_round_robin_passes_over_who_is_not_there() -> None:
    day = _day(Strategy.ROUND_ROBIN)
    day.tell(AgentLoggedOut("b"))
    assert [_next(day, call) for call in "123"] == ["a", "c", "a"]


def test_round_robin_goes_on_after_an_offer_that_was_missed() -> None:
    day = _day(Strategy.ROUND_ROBIN)
    day.call("1")
    day.miss("1.1", MissCause.REJECTED)
    assert day.offered() == [("1", "b")]
    day.gone("1")
    assert _next(day, "2") == "c"


def test_each_queue_takes_its_own_turns() -> None:
    queues = [queue(name, step(0, Strategy.ROUND_ROBIN)) for name in ("one", "two")]
    day = Day(plan([agent("a"), agent("b")], *queues))
    day.talk("1", "one")
    day.call("2", "two")
    assert day.offered() == [("2", "a")]


def test_over_a_day_longest_idle_shares_the_calls_out_evenly() -> None:
    day = Day(plan([agent(name) for name in "abcdefg"], queue("help", step(0, Strategy.LONGEST_IDLE))))
    talking: list[str] = []
    for number in range(140):
        day.call(f"c{number}")
        day.answer(f"c{number}.1")
        talking.append(f"c{number}")
        day.after(7)
        if len(talking) > 4:
            day.end(talking.pop(0))
    taken = [seen.calls for seen in day.distributor.agents()]
    assert sum(taken) == 140
    assert max(taken) - min(taken) <= 1
