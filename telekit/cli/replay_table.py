"""What `telekit replay` prints: then beside now, and what it cannot know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from telekit.cli.aligned import aligned
from telekit.cli.counted import counted
from telekit.cli.instant import tell_instant
from telekit.cli.span import span
from telekit.domain.fact import Fact, FactKind
from telekit.domain.plan import Plan
from telekit.replay.comparison import Compared, Difference
from telekit.replay.entry import Elsewhere
from telekit.replay.figures import AgentFigures, Figures, QueueFigures

NOBODY = AgentFigures()
NONE = QueueFigures()
ELSEWHERE = {
    Elsewhere.MENU: "a menu from which no key leads to the queue of then",
    Elsewhere.LEFT: "a menu, where nothing tells that a key was pressed",
    Elsewhere.OUT: "no queue",
}


@dataclass(slots=True)
class Result:
    """What came of a replay."""

    source: str
    began_at: datetime
    ended_at: datetime
    was: Figures
    now: Figures
    compared: Compared | None
    """None where no decisions of then are known."""
    other_rules: bool
    rules_known: bool
    """It is known which rules held then."""
    elsewhere: Mapping[Elsewhere, int]
    beyond: int
    """Calls that now wait longer than their callers are known to wait."""
    guessed: int
    """Conversations whose length, or whose agent's pick-up, is a mean."""
    unknown_queues: Mapping[str, int] = field(default_factory=dict)
    unknown_agents: Mapping[str, int] = field(default_factory=dict)
    bad_lines: int = 0
    left_out: int = 0
    """Calls whose end the log does not tell."""


def table(result: Result, plan: Plan, most: int) -> Iterator[str]:
    """Tell a person."""
    was, now = (tell_instant(each, plan.zone, year=True) for each in (result.began_at, result.ended_at))
    yield f"{result.source}: {was} to {now}, {counted(result.was.total.calls, 'call')} in queues"
    if result.bad_lines:
        yield f"lines of it that cannot be read: {result.bad_lines}, passed over"
    if result.left_out:
        yield f"calls whose end it does not tell: {result.left_out}, left out"
    for what, unknown in (("queue", result.unknown_queues), ("agent", result.unknown_agents)):
        if unknown:
            names = ", ".join(f"{name} ({count})" for name, count in unknown.items())
            yield f"the rules have no such {what}: {names}; say whom it means by --{what} NAME-THERE=NAME-HERE"
    if result.compared is not None:
        yield from _decisions(result, plan, most)
    if result.other_rules:
        yield ""
        yield from _figures(result)
        yield ""
        yield from _loads(result)
        yield ""
        yield from _limits(result)


def _decisions(result: Result, plan: Plan, most: int) -> Iterator[str]:
    compared = result.compared
    if compared is None:
        return
    if not result.other_rules:
        yield "the rules are those that held then"
    elif result.rules_known:
        yield "the rules are others than those that held then"
    else:
        yield "which rules held then, the journal does not tell"
    if compared.is_same:
        decisions = f"all {compared.decisions} decisions" if compared.decisions != 1 else "the one decision"
        yield f"{decisions} for {counted(compared.calls, 'call')} {'are' if compared.decisions != 1 else 'is'} the same"
        return
    differ = len(compared.differences)
    yield f"{compared.same} of {compared.decisions} decisions are the same; {differ} of {compared.calls} calls differ"
    for each in compared.differences[:most]:
        yield from _difference(each, plan)
    if differ > most:
        yield f"  and {differ - most} more; --differences {differ} tells all"


def _difference(each: Difference, plan: Plan) -> Iterator[str]:
    yield f"  {tell_instant(each.at, plan.zone, year=False)}  call {each.call}"
    yield f"    then  {tell_decision(each.was)}"
    yield f"    now   {tell_decision(each.now)}{_because(each)}"


def _because(each: Difference) -> str:
    verdict = each.verdict
    if verdict is None or (each.now is not None and each.now.agent == verdict.agent):
        return ""
    if verdict.eligible:
        return f"; {verdict.agent} may be asked too, but comes later"
    obstacle = verdict.obstacle.value if verdict.obstacle is not None else ""
    origin = f"  {verdict.origin}" if verdict.origin.file else ""
    return f"; {verdict.agent}: {obstacle}{f', {verdict.detail}' if verdict.detail else ''}{origin}"


def tell_decision(fact: Fact | None) -> str:
    """Tell a decision in a few words; None for none."""
    if fact is None:
        return "nothing is decided"
    told = fact.details
    match fact.kind:
        case FactKind.OFFERED:
            return f"offered to {fact.agent} on {told.get('phone')}, by step {told.get('step')} of {fact.queue}"
        case FactKind.QUEUED:
            held = f", held for {told['held_for']}" if told.get("held_for") else ""
            return f"waits in {fact.queue}{held}"
        case FactKind.DIVERTED:
            return f"leaves {fact.queue} ({told.get('reason')})"
        case FactKind.WITHDRAWN:
            return f"{fact.agent} is no longer asked ({told.get('reason')})"
        case FactKind.RELEASED:
            return f"not held for {fact.agent} any more ({told.get('reason')})"
        case FactKind.OFFER_ENDED:
            then = f": {told['consequence']}" if told.get("consequence") else ""
            return f"{fact.agent} has not taken it ({told.get('cause') or 'taken back'}){then}"
        case _:
            return fact.kind.value


Row = tuple[str, str, str, str]

COUNTS = (
    ("answered", "answered"),
    ("abandoned", "abandoned"),
    ("sent elsewhere", "sent_on"),
    ("still waiting", "open_ended"),
)


def _figures(result: Result) -> Iterator[str]:
    rows: list[Row] = [("", "then", "now", "")]
    for name, was, now in _by_queue(result):
        rows.append((name, "", "", ""))
        rows.append(_count("  calls", was.calls, now.calls))
        for words, each in COUNTS:
            rows.append(_share(f"  {words}", getattr(was, each), was.calls, getattr(now, each), now.calls))
        rows.append(_share("  answered within 20s", was.in_time, was.calls, now.in_time, now.calls))
        rows.append(_span("  mean wait of those answered", was.mean_wait, now.mean_wait))
        rows.append(_span("  longest wait", was.longest, now.longest))
    rows.append(("offers", "", "", ""))
    for words, each in (("made", "offers"), ("not taken", "not_taken"), ("outside shifts", "outside")):
        rows.append(_count(f"  {words}", getattr(result.was, each), getattr(result.now, each)))
    yield from aligned(rows, left=1)


def _by_queue(result: Result) -> Iterator[tuple[str, QueueFigures, QueueFigures]]:
    names = list(dict.fromkeys((*result.was.queues, *result.now.queues)))
    if len(names) != 1:
        yield "all queues", result.was.total, result.now.total
    for name in names:
        yield f"queue {name}", result.was.queues.get(name, NONE), result.now.queues.get(name, NONE)


def _loads(result: Result) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [("agent", "calls then", "now", "talk then", "now", "outside shifts then", "now")]
    for name in sorted({*result.was.agents, *result.now.agents}):
        was, now = result.was.agents.get(name, NOBODY), result.now.agents.get(name, NOBODY)
        talks = (span(was.talked), span(now.talked))
        rows.append((name, str(was.calls), str(now.calls), *talks, str(was.outside), str(now.outside)))
    yield from aligned(rows, left=1)


def _limits(result: Result) -> Iterator[str]:
    """Say what nobody can know."""
    yield "what this cannot know:"
    if result.beyond:
        longer = counted(result.beyond, "caller waits", "callers wait")
        yield f"  {longer} longer than they did: whether they would have, nothing tells"
    if result.guessed:
        rings = "call rings somebody, or is answered, that", "calls ring somebody, or are answered, that"
        yield f"  {counted(result.guessed, *rings)} did not then: as soon and as long as usual"
    yield "  a call keeps its length, whoever takes it; menus are gone through as they were then"
    for where, count in sorted(result.elsewhere.items()):
        if count:
            yield f"  {counted(count, 'call comes', 'calls come')} to {ELSEWHERE[where]}"


def _count(name: str, was: int, now: int) -> Row:
    return name, str(was), str(now), f"{now - was:+}" if now != was else ""


def _share(name: str, was: int, of_was: int, now: int, of_now: int) -> Row:
    shares = [
        f"{count} {count / total:6.1%}" if total else f"{count}" for count, total in ((was, of_was), (now, of_now))
    ]
    return name, shares[0], shares[1], f"{now - was:+}" if now != was else ""


def _span(name: str, was: timedelta | None, now: timedelta | None) -> Row:
    told = [span(each) if each is not None else "-" for each in (was, now)]
    if was is None or now is None or int(was.total_seconds()) == int(now.total_seconds()):
        return name, told[0], told[1], ""
    return name, told[0], told[1], f"{'+' if now > was else '-'}{span(abs(now - was))}"


def as_csv(result: Result) -> Iterator[tuple[object, ...]]:
    """Give rows for a spreadsheet: spans are seconds."""
    yield "what", "name", "figure", "then", "now"
    figures = ("calls", "answered", "abandoned", "sent_on", "open_ended", "in_time", "mean_wait", "longest")
    for name, was, now in _by_queue(result):
        for figure in figures:
            yield "queue", name.removeprefix("queue "), figure, *(_plain(getattr(each, figure)) for each in (was, now))
    for name in sorted({*result.was.agents, *result.now.agents}):
        both = result.was.agents.get(name, NOBODY), result.now.agents.get(name, NOBODY)
        for figure in ("calls", "talked", "offers", "not_taken", "outside"):
            yield "agent", name, figure, *(_plain(getattr(each, figure)) for each in both)


def as_json(result: Result) -> dict[str, Any]:
    """Give all for a program: spans are seconds."""
    compared = result.compared
    decisions = None
    if compared is not None:
        decisions = {
            "taken": compared.decisions,
            "same": compared.same,
            "calls": compared.calls,
            "differences": [_json_difference(each) for each in compared.differences],
        }
    rows = list(as_csv(result))[1:]
    return {
        "source": result.source,
        "began_at": result.began_at.isoformat(),
        "ended_at": result.ended_at.isoformat(),
        "other_rules": result.other_rules if result.rules_known else None,
        "decisions": decisions,
        "figures": [dict(zip(("what", "name", "figure", "then", "now"), row, strict=True)) for row in rows],
        "unknown": {"queues": dict(result.unknown_queues), "agents": dict(result.unknown_agents)},
        "bad_lines": result.bad_lines,
        "left_out": result.left_out,
        "beyond_known_patience": result.beyond,
        "guessed": result.guessed,
        "elsewhere": {where.value: count for where, count in result.elsewhere.items()},
    }


def _json_difference(each: Difference) -> dict[str, Any]:
    verdict = each.verdict
    obstacle = verdict.obstacle.value if verdict is not None and verdict.obstacle is not None else None
    return {
        "call": each.call,
        "at": each.at.isoformat(),
        "then": tell_decision(each.was) if each.was is not None else None,
        "now": tell_decision(each.now) if each.now is not None else None,
        "agent_then": verdict.agent if verdict is not None else None,
        "obstacle": obstacle,
        "detail": verdict.detail if verdict is not None else "",
        "rule": str(verdict.origin) if verdict is not None and verdict.origin.file else None,
    }


def _plain(value: object) -> object:
    return round(value.total_seconds(), 3) if isinstance(value, timedelta) else value
