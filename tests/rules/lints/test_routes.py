"""A route is told as shadowed exactly when no call takes it, and a fallback as missing when some call takes none."""

from itertools import product
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from telekit.acd.routing import first_match
from telekit.domain.call import Arrival, Caller
from telekit.domain.destination import HangUp
from telekit.domain.names import CallId, ListName, VariableName
from telekit.domain.origin import Origin
from telekit.domain.plan import Plan
from telekit.domain.route import Numbers, Route
from telekit.rules.lints import routes
from telekit.rules.lints.name import LintName
from telekit.rules.lints.number_class import Classes, numbers_in
from tests.rules.lints.subject import subject_of

NUMBERS = ("+33199001234", "+33199001235", "100", "+33299000000")
PREFIXES = ("+", "+33", "+331", "+332", "+33199", "+331990012", "1", "10", "+330", "+339")
LISTS = {ListName("vip"): frozenset({"+33199001234", "100"}), ListName("blocked"): frozenset({"+33299000000"})}
TEXTS = ("gold", "silver")
VARIABLES = (VariableName("segment"), VariableName("tier"))

tests_of_numbers = st.one_of(
    st.none(),
    st.builds(
        Numbers,
        st.frozensets(st.sampled_from(NUMBERS), max_size=2),
        st.lists(st.sampled_from(PREFIXES), max_size=3, unique=True).map(tuple),
        st.lists(st.sampled_from(list(LISTS)), max_size=1).map(tuple),
    ),
)
given_texts = st.lists(
    st.tuples(st.sampled_from(VARIABLES), st.frozensets(st.sampled_from(TEXTS), min_size=1)),
    max_size=2,
    unique_by=lambda one: one[0],
).map(tuple)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    made = []
    for number in range(draw(st.integers(1, 6))):
        caller = draw(tests_of_numbers)
        if caller is not None and draw(st.booleans()):
            caller = Numbers(caller.exactly, caller.prefixes, caller.lists, anonymous=True)
        place = Origin("rules.yaml", number + 1, 1)
        made.append(Route(HangUp(), draw(tests_of_numbers), caller, draw(given_texts), origin=place))
    return Plan(ZoneInfo("Europe/Paris"), lists=LISTS, routes=tuple(made))


def calls() -> list[str]:
    """Give numbers of every kind: those named, and below each prefix one for each digit that may follow."""
    below = (f"{prefix}{digit}" for prefix in (*PREFIXES, "") for digit in "0123456789")
    filled = [f"{number:0<13}" for number in below if not number.startswith("+0")]
    return [*NUMBERS, *filled, "+77777777777", "777"]


DIALED = calls()
ANSWERS = [
    {variable: text for variable, text in zip(VARIABLES, texts, strict=True) if text is not None}
    for texts in product((*TEXTS, "else", None), repeat=len(VARIABLES))
]


@settings(max_examples=60, deadline=None)
@given(plans())
def test_shadowed_is_what_no_call_takes_and_a_fallback_is_missing_where_a_call_takes_none(plan: Plan) -> None:
    found = list(routes.findings(subject_of(plan)))
    shadowed = {one.origin.line - 1 for one in found if one.name is LintName.SHADOWED_ROUTE}
    dialed = [Classes([route.dialed for route in plan.routes], LISTS, withheld=False), None]
    taken: set[int | None] = set()
    callers = {*Classes([route.caller for route in plan.routes], LISTS, withheld=True).samples, None}
    assert dialed[0] is not None
    for number, caller, known in product(dialed[0].samples, callers, ANSWERS):
        arrival = Arrival(CallId("1"), number or "", Caller(caller))
        route = first_match(plan, arrival, known)
        taken.add(plan.routes.index(route) if route is not None else None)
    assert shadowed == set(range(len(plan.routes))) - taken
    assert (None in taken) == any(one.name is LintName.NO_FALLBACK for one in found)


def test_a_number_that_no_country_has_is_none_that_is_left_over() -> None:
    every = tuple(f"+{digit}" for digit in range(1, 10)) + tuple("0123456789")
    made = Classes([Numbers(prefixes=every)], LISTS, withheld=False)
    assert made.passing(Numbers(prefixes=every)) == made.all


@settings(max_examples=100, deadline=None)
@given(st.lists(tests_of_numbers, max_size=6))
def test_the_classes_have_one_for_each_number_and_each_test_passes_as_in_a_call(several: list[Numbers | None]) -> None:
    made = Classes(several, LISTS, withheld=False)
    plan = Plan(ZoneInfo("Europe/Paris"), lists=LISTS)
    seen = set()
    for number in DIALED:
        arrival = Arrival(CallId("1"), number, Caller(None))
        passes = tuple(
            first_match(Plan(plan.zone, lists=LISTS, routes=(Route(HangUp(), test),)), arrival) is not None
            for test in several
        )
        seen.add(passes)
    classes = {tuple(each in numbers_in(made.passing(test)) for test in several) for each in range(len(made.samples))}
    assert classes == seen
