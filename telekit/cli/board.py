"""The living service at a glance: a headline, warnings, tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from telekit.acd.way_back import Return
from telekit.cli.span import span
from telekit.domain.presence import Presence

Row = dict[str, Any]

LIVELIEST_FIRST = tuple(
    presence.value
    for presence in (
        *(Presence.OFFERED, Presence.ON_CALL, Presence.WRAP_UP, Presence.AVAILABLE),
        *(Presence.PAUSED, Presence.UNREACHABLE, Presence.LOGGED_OUT),
    )
)


def show(answer: Row, console: Console, *, most: int | None) -> None:
    """Print what `telekit status` was told, of each kind at most so many rows."""
    console.print(f"telekit {answer['version']}, up {span(answer['up'])}; link {answer['link']}")
    for warning in answer["warnings"]:
        console.print(f"Warning: {warning}", style="yellow", soft_wrap=True)
    for table in (
        _table("Queues", QUEUE, answer["queues"], most, _queue, liveliest=_queue_rank),
        _table("Calls", CALL, answer["calls"], most, _call, liveliest=lambda row: -row["waited"]),
        _table(_counted(answer["agents"]), AGENT, answer["agents"], most, _agent, liveliest=_agent_rank),
    ):
        if table is not None:
            console.print(table)


QUEUE = ("queue", "open", "waiting", "longest", "talking")
CALL = ("call", "queue", "state", "waited", "place", "expects", "step", "agent")
AGENT = ("agent", "presence", "for", "shift until", "calls", "why")


WAYS_BACK = {
    Return.RESUMING: "back by resuming",
    Return.LOGGING_IN: "back by logging in",
    Return.REGISTERING: "back when the phone registers",
    Return.HANGING_UP: "back when the phone is free",
}


def _queue(row: Row) -> Iterable[str]:
    longest = span(row["longest"]) if row["waiting"] else ""
    return row["queue"], "yes" if row["open"] else "no", str(row["waiting"]), longest, str(row["talking"])


def _call(row: Row) -> Iterable[str]:
    agents = ", ".join(row["agents"]) or (f"held for {row['held_for']}" if row["held_for"] else "")
    place = str(row["position"]) if row["position"] is not None and row["state"] == "waits" else ""
    expects = _expected(row) if place else ""
    return row["call"], row["queue"], row["state"], span(row["waited"]), place, expects, str(row["step"] + 1), agents


def _expected(row: Row) -> str:
    """Tell how long a call will still wait; with a question mark where a caller is not told so."""
    if row["expected_wait"] is None:
        return "?"
    return span(row["expected_wait"]) + ("" if row["known_well"] else "?")


def _agent(row: Row) -> Iterable[str]:
    until = (row["until"] or "")[11:16]
    why = "; ".join(filter(None, (row["reason"], _back(row["back"]))))
    return row["agent"], row["presence"], span(row["for"]), until, str(row["calls"]), why


def _back(way: Row | None) -> str:
    """Tell how an agent comes back, where the columns do not say it already."""
    if way is None:
        return ""
    return f"back in {span(way['in'])}" if way["in"] is not None else WAYS_BACK.get(way["how"], "")


def _queue_rank(row: Row) -> Any:
    return -row["longest"], -row["waiting"], -row["talking"], not row["open"]


def _agent_rank(row: Row) -> int:
    return LIVELIEST_FIRST.index(row["presence"])


def _counted(agents: Sequence[Row]) -> str:
    counts = Counter(row["presence"] for row in agents)
    told = ", ".join(f"{counts[presence]:,} {presence}" for presence in LIVELIEST_FIRST if counts[presence])
    return f"Agents: {told}" if told else "Agents"


def _table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Row],
    most: int | None,
    cells: Callable[[Row], Iterable[str]],
    liveliest: Callable[[Row], Any],
) -> Table | None:
    """Make a table in the rules' own order; of too many rows, those first where most happens. None without any."""
    if not rows:
        return None
    left = 0 if most is None else max(0, len(rows) - most)
    shown = sorted(rows, key=liveliest)[:most] if left else rows
    table = Table(*columns, title=title, caption=f"and {left:,} more: telekit status --all" if left else None)
    for row in shown:
        table.add_row(*cells(row))
    return table
