"""Which route a call takes."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telekit.acd.routing import all_known, first_match, inquiries_before, mismatch, next_stop
from telekit.domain.call import Arrival, Caller
from telekit.domain.destination import HangUp
from telekit.domain.lookup import Lookup
from telekit.domain.names import CallId, ListName, LookupName, VariableName
from telekit.domain.plan import Plan
from telekit.domain.route import Inquiry, Numbers, Route

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


CRM, ERP, SEGMENT = LookupName("crm"), LookupName("erp"), VariableName("segment")


def looked_up(name: LookupName) -> Lookup:
    return Lookup(name, "http://localhost/", timedelta(seconds=1), timedelta(0), (SEGMENT,))


GOLD = Route(HangUp(), given=((SEGMENT, frozenset({"gold"})),), inquiries=(Inquiry(CRM),))
BARRED = Route(HangUp(), inquiries=(Inquiry(ERP, dialed=Numbers(frozenset({"999"}))),))
ASKING = replace(PLAN, lookups={CRM: looked_up(CRM), ERP: looked_up(ERP)}, routes=(GOLD, BARRED))


def test_a_lookup_on_the_way_is_asked_before_the_route_after_it_is_tried() -> None:
    assert next_stop(ASKING, arrival(), {}) == looked_up(CRM)


def test_each_lookup_is_asked_once_and_what_it_gave_decides() -> None:
    assert next_stop(ASKING, arrival(), {CRM: {SEGMENT: "gold"}}) is GOLD
    assert next_stop(ASKING, arrival(), {CRM: {SEGMENT: "iron"}}) is BARRED


def test_a_lookup_that_failed_has_given_nothing_and_is_not_asked_again() -> None:
    assert next_stop(ASKING, arrival(), {CRM: {}}) is BARRED


def test_a_lookup_with_a_test_of_its_own_is_asked_for_matching_calls_alone() -> None:
    to = replace(arrival(), dialed="999")
    assert next_stop(ASKING, to, {CRM: {}}) == looked_up(ERP)
    assert [each.lookup for each in inquiries_before(ASKING, BARRED, arrival(), {})] == [CRM]
    assert [each.lookup for each in inquiries_before(ASKING, BARRED, to, {})] == [CRM, ERP]


def test_of_two_answers_the_later_holds() -> None:
    assert all_known({CRM: {SEGMENT: "gold"}, ERP: {SEGMENT: "iron"}}) == {SEGMENT: "iron"}
