"""What `telekit explain` prints: the way of an imagined call, line by line."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from telekit.acd.actions import DivertReason
from telekit.acd.imagine import Choice, Imagined
from telekit.acd.imagined_queue import Change, ImaginedQueue
from telekit.cli.instant import second_reading, tell_instant
from telekit.cli.span import span
from telekit.cli.verdicts import verdict_lines
from telekit.domain.destination import Destination, HangUp, ToMenu, ToNumber, ToQueue, ToScript, ToVoicemail
from telekit.domain.plan import Plan
from telekit.domain.preference import GivenAgent, Preference
from telekit.domain.route import Route

MOST_NAMES = 8
"""So many names are told in a sentence."""

MOST_NEAR_MISSES = 5


def answer(imagined: Imagined, plan: Plan, at: datetime, *, everybody: bool) -> Iterator[str]:
    """Tell a person how a call would go; `everybody` lists also all who lack a skill."""
    yield f"at     {tell_instant(at, plan.zone, year=True)}, {plan.zone}{_twice(at, plan)}"
    for inquiry in imagined.asked:
        yield f"asks   {inquiry.lookup}  {inquiry.origin}"
    yield from routes_told(imagined.route, imagined.near_misses)
    if imagined.route is None:
        return
    if imagined.route.prefer is not None:
        yield _preference(imagined, imagined.route.prefer)
    for stage in imagined.way:
        yield from [choice_in(stage, plan)] if isinstance(stage, Choice) else _fares(stage, plan, everybody, at)
    if imagined.unused:
        keys = ", ".join(imagined.unused)
        yield f"no menu asks for the key{'s' if len(imagined.unused) > 1 else ''} {keys}"
    if imagined.circles:
        yield "the rules lead this call in a circle, until telekit ends it with an apology"
    elif not (imagined.way and isinstance(imagined.way[-1], ImaginedQueue)):
        yield f"the call {_goes(imagined.destination)}"


def routes_told(route: Route | None, near_misses: Sequence[Route]) -> Iterator[str]:
    """Tell which route takes a call, after those before it that ask for the number, but not for this caller."""
    for near in near_misses[:MOST_NEAR_MISSES]:
        yield f"not    {_named(near)}  caller does not match"
    if (more := len(near_misses) - MOST_NEAR_MISSES) > 0:
        yield f"not    {more} more  caller does not match"
    if route is None:
        yield "no route takes this call: it is hung up"
    else:
        yield f"route  {_named(route)}  {_because(route)}"


def _twice(at: datetime, plan: Plan) -> str:
    other = second_reading(at, plan.zone)
    return f" (the clocks show it twice; the other is {other})" if other is not None else ""


def _named(route: Route) -> str:
    return f"{route.label}  {route.origin}" if route.label else str(route.origin)


def _because(route: Route) -> str:
    tests = [name for name, test in (("dialed", route.dialed), ("caller", route.caller)) if test is not None]
    tests += [variable for variable, _ in route.given]
    if len(tests) < 2:
        return f"{tests[0]} matches" if tests else "takes every call"
    return f"{', '.join(tests[:-1])} and {tests[-1]} match"


def _preference(imagined: Imagined, preference: Preference) -> str:
    """Tell what comes of the route's preference."""
    preferred = imagined.preferred
    if preferred is None:
        if isinstance(preference.which, GivenAgent):
            variable = preference.which.variable
            return f"prefers whom a lookup gives as {variable}: nobody, unless --with tells  {preference.origin}"
        return f"prefers whom the caller last talked with: nobody, unless --last names one  {preference.origin}"
    entered = next((stage for stage in imagined.way if isinstance(stage, ImaginedQueue)), None)
    if entered is not None and entered.closed is None and entered.refused is not None:
        return f"prefers {preferred.agent}, in vain: {entered.refused}  {preference.origin}"
    return f"held for {preferred.agent}, {span(preferred.span)} at most  {preference.origin}"


def choice_in(choice: Choice, plan: Plan) -> str:
    """Tell what a caller presses in a menu of the plan."""
    menu = plan.menus[choice.menu]
    return choice_told(menu.name, choice.key, menu.choices, menu.place_of(choice.key))


def choice_told(menu: str, key: str | None, keys: Collection[str], origin: object) -> str:
    """Tell what a caller presses in a menu that has these keys."""
    if key is None:
        pressed = "nothing pressed"
    elif key in keys:
        pressed = f"key {key}"
    else:
        pressed = f"has no key {key}, only {' '.join(keys)}: it asks again"
    return f"menu {menu}  {pressed}  {origin}"


def _fares(queue: ImaginedQueue, plan: Plan, everybody: bool, at: datetime) -> Iterator[str]:
    later = f"  after {span(queue.at - at)}" if queue.at != at else ""
    yield f"queue {queue.queue}{later}  {plan.queues[queue.queue].origin}"
    rings = queue.rings if not queue.waits else ()
    yield from verdict_lines(queue.verdicts, plan, queue.queue, rings=rings, everybody=everybody)
    yield from _conclusion(queue, plan)


def _conclusion(queue: ImaginedQueue, plan: Plan) -> Iterator[str]:
    change = queue.change
    if queue.rings:
        ring, at_once = ("rings", "") if len(queue.rings) == 1 else ("ring", " at once")
        rings = f"{_names(queue.rings)} {ring} first{at_once}"
        if queue.waits:
            rings = f"nobody at first; {_names(queue.rings)} {ring}{at_once} after {span(queue.waits)}"
        yield f"{rings}{_changes(change, queue, plan)}"
        return
    yield f"{_why_not(queue)}{_instead(queue)}"
    if not any(verdict.step is not None for verdict in queue.verdicts):
        yield "nobody can ever be offered this call: no agent has the skills"
    elif any(verdict.eligible for verdict in queue.verdicts) and queue.closed is None:
        return
    elif change is None:
        yield "nobody can be offered this call in the next 400 days"
    else:
        yield f"nobody can be offered this call before {_when(change, queue, plan)} ({_names(change.then)})"


def _changes(change: Change | None, queue: ImaginedQueue, plan: Plan) -> str:
    if change is None:
        return ""
    then = "the queue closes" if not change.open else f"then {_names(change.then)}"
    return f"; this changes {_when(change, queue, plan)}, {then}"


def _why_not(queue: ImaginedQueue) -> str:
    if queue.closed is not None:
        return f"not now: {queue.closed}"
    if queue.diverted is DivertReason.EXIT:
        return f"nobody within {span(queue.waits)}"
    if queue.waits:
        return f"nobody: after {span(queue.waits)} nobody is there any more who may take it"
    return "not now: nobody is there who may take it" if queue.diverted else "the call waits"


def _instead(queue: ImaginedQueue) -> str:
    if queue.treatment is None:
        return ""
    hears = f"hears {', '.join(queue.treatment.play)} and " if queue.treatment.play else ""
    asked = "the caller is offered a callback, else " if queue.asked else ""
    return f"; {asked}the call {hears}{_goes(queue.treatment.then)}"


def _goes(to: Destination) -> str:
    match to:
        case ToQueue(queue):
            return f"goes to the queue {queue}"
        case ToMenu(menu):
            return f"goes to the menu {menu}"
        case ToScript(script):
            return f"goes to the script {script}"
        case ToNumber(number):
            return f"goes to {number}"
        case ToVoicemail():
            return "goes to voicemail"
        case HangUp():
            return "is hung up"


def _when(change: Change, queue: ImaginedQueue, plan: Plan) -> str:
    same_year = change.at.astimezone(plan.zone).year == queue.at.astimezone(plan.zone).year
    return tell_instant(change.at, plan.zone, year=not same_year)


def _names(names: Sequence[str]) -> str:
    if not names:
        return "nobody"
    more = len(names) - MOST_NAMES
    told = ", ".join(names[:MOST_NAMES])
    return f"{told} and {more} more" if more > 0 else told
