"""Which route a call takes."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telekit.acd.routing import first_match, mismatch
from telekit.domain.call import Arrival, Caller
from telekit.domain.destination import HangUp
from telekit.domain.names import CallId, ListName
from telekit.domain.plan import Plan
from telekit.domain.route import Numbers, Route

NUMBER, OTHER = "+33199001234", "+33199001235"
VIP, STAFF = ListName("vip"), ListName("staff")
LISTS = {VIP: frozenset({OTHER}), STAFF: frozenset({"100"})}
PLAN = Plan(ZoneInfo("Europe/Paris"), lists=LISTS)


def arrival(dialed: str = NUMBER, caller: str | None = OTHER) -> Arrival:
    return Arrival(CallId("c"), dialed, Caller(caller))


def test_a_route_without_tests_takes_every_call() -> None:
    assert mismatch(PLAN, Route(HangUp()), arrival(caller=None)) is None


@pytest.mark.parametrize(
    ("test", "passes"),
    [
        (Numbers(frozenset({NUMBER, OTHER})), True),
        (Numbers(frozenset({NUMBER})), False),
        (Numbers(prefixes=("+331", "+332")), True),
        (Numbers(prefixes=("+332",)), False),
        (Numbers(lists=(STAFF, VIP)), True),
        (Numbers(lists=(STAFF,)), False),
        (Numbers(frozenset({NUMBER}), ("+332",), (VIP,)), True),
        (Numbers(anonymous=True), False),
        (Numbers(), False),
    ],
)
def test_a_number_passes_when_it_is_named_starts_so_or_is_in_a_list(test: Numbers, passes: bool) -> None:
    assert mismatch(PLAN, Route(HangUp(), caller=test), arrival()) == (None if passes else "caller")


def test_a_caller_without_a_number_passes_only_where_anonymous_is_named() -> None:
    anybody = Numbers(frozenset({NUMBER}), ("+",), (VIP,))
    assert mismatch(PLAN, Route(HangUp(), caller=anybody), arrival(caller=None)) == "caller"
    assert mismatch(PLAN, Route(HangUp(), caller=Numbers(anonymous=True)), arrival(caller=None)) is None


def test_the_dialled_number_is_told_before_the_caller() -> None:
    nobody = Numbers(frozenset({"100"}))
    assert mismatch(PLAN, Route(HangUp(), dialed=nobody, caller=nobody), arrival()) == "dialed"


numbers = st.sampled_from([NUMBER, OTHER, "100", "101"])
tests = st.none() | st.builds(
    Numbers,
    st.frozensets(numbers, max_size=2),
    st.lists(st.sampled_from(["+", "+33199", "1", "10"]), max_size=1).map(tuple),
    st.lists(st.sampled_from([VIP, STAFF]), max_size=1).map(tuple),
    st.booleans(),
)
routes = st.lists(st.builds(Route, st.just(HangUp()), tests, tests), max_size=5).map(tuple)


@given(routes, numbers, st.none() | numbers)
def test_the_first_route_whose_tests_all_pass_takes_the_call(
    some: tuple[Route, ...], dialed: str, caller: str | None
) -> None:
    plan, call = Plan(ZoneInfo("Europe/Paris"), lists=LISTS, routes=some), arrival(dialed, caller)
    taken = first_match(plan, call)
    passing = [route for route in some if mismatch(plan, route, call) is None]
    assert taken is (passing[0] if passing else None)
