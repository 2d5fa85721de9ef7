"""The routes in the fallback: a test on a number is a condition of its own."""

from telekit.domain.plan import Plan
from telekit.domain.route import Numbers, Route
from telekit.pbx.freeswitch.render.destination import START, steps_to
from telekit.pbx.freeswitch.render.element import action, at, do, element, extension
from telekit.pbx.freeswitch.render.numbers import expressions
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.freeswitch.render.waiting import AGAIN

CONTEXT = "telekit-fallback"
CALLER, DIALED = "telekit_number", "telekit_dialed"
WITHHELD = "anonymous"
NUMBER = r"^false/(?!(?i:anonymous|unknown|restricted|unavailable|private|0000000000)$)([a-zA-Z0-9+*#._-]+)$"
"""A caller's number that is neither hidden nor one of the words that stand for none."""


def render_routing(plan: Plan, options: Options) -> str:
    """Write where calls start in the fallback: callers without a place take the first route that fits."""
    routes = [
        _route(number, route, plan, options)
        for number, route in enumerate(plan.routes, 1)
        if not route.given  # without telekit nothing is looked up
    ]
    nowhere = extension("no route", at(START, action("hangup")))
    return element("context", _waits(), _caller(), *routes, nowhere, name=CONTEXT)


def _waits() -> str:
    """Lead a caller who waits in a queue back to it, unless the rules no longer have it."""
    return extension(
        "waits",
        element(
            "condition",
            do(AGAIN, "telekit-queue-$1"),
            field="${TELEKIT_PLACE}",
            expression=r"^\d{1,10}(?:\.\d+)?:-?\d{1,4}:([A-Za-z0-9_.-]{1,64})(?::|$)",
        ),
        goes_on=True,
    )


def _caller() -> str:
    return extension(
        "caller",
        element(
            "condition",
            action("set", f"{CALLER}=$1", inline=True),
            element("anti-action", application="set", data=f"{CALLER}={WITHHELD}", inline="true"),
            field="${privacy_hide_number}/${caller_id_number}",
            expression=NUMBER,
            **{"break": "never"},
        ),
        goes_on=True,
    )


def _route(number: int, route: Route, plan: Plan, options: Options) -> str:
    tests = [(test, name) for test, name in ((route.dialed, DIALED), (route.caller, CALLER)) if test is not None]
    conditions = [_test(plan, test, name) for test, name in tests]
    return extension(
        f"route {number}", at(START), *conditions, element("condition", *steps_to(route.destination, options))
    )


def _test(plan: Plan, test: Numbers, name: str) -> str:
    anonymous = (f"^{WITHHELD}$",) if test.anonymous and name == CALLER else ()
    tests = [element("regex", field=f"${{{name}}}", expression=each) for each in (*expressions(plan, test), *anonymous)]
    return element("condition", *tests, regex="any")
