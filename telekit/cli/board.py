"""The living service at a glance: a headline, warnings, tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rich.console import Console
from rich.table import Table

from telekit.acd.way_back import Return
from telekit.cli.counted import counted
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
    zone = answer["zone"]
    console.print(
        f"telekit {answer['version']}, up {span(answer['up'])}; link {answer['link']}; times of {zone}", soft_wrap=True
    )
    for warning in answer["warnings"]:
        console.print(f"Warning: {warning}", style="yellow", soft_wrap=True)
    for table in (
        Kind("Queues", QUEUE, answer["queues"], _queue, liveliest=_queue_rank),
        Kind("Calls", CALL, answer["calls"], _call, liveliest=lambda row: -row["waited"]),
        Kind(_counted(answer["agents"]), AGENT, answer["agents"], partial(_agent, zone=zone), liveliest=_agent_rank),
    ):
        if table.rows:
            table.show(console, most)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is shown of queues, of calls or of agents."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    cells: Callable[[Row], Iterable[str]]
    liveliest: Callable[[Row], Any]
    """Ranks a row: the lower, the more happens there."""

    def show(self, console: Console, most: int | None) -> None:
        """Print the rows in the rules' own order; of too many, those first where most happens, and how many more."""
        left = 0 if most is None else max(0, len(self.rows) - most)
        shown = sorted(self.rows, key=self.liveliest)[:most] if left else self.rows
        if len(shown) > MOST_BOXED:
            console.file.writelines(f"{line}\n" for line in self._plain(shown))
            return
        caption = f"and {left:,} more: telekit status --all" if left else None
        table = Table(*self.columns, title=self.title, caption=caption)
        for row in shown:
            table.add_row(*self.cells(row))
        console.print(table)

    def _plain(self, rows: Iterable[Row]) -> Iterator[str]:
        """Align thousands of rows, one a line, however wide the terminal; a box round them would take half a minute."""
        cells = [tuple(self.columns), *(tuple(self.cells(row)) for row in rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        yield self.title
        for line in cells:
            yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


MOST_BOXED = 500
"""Rows."""
QUEUE = ("queue", "open", "waiting", "longest", "talking")
CALL = ("call", "queue", "state", "waited", "place", "expects", "step", "agent")
AGENT = ("agent", "presence", "for", "shift until", "calls", "why")

CALLED_BACK = {"waits": "to be called back", "rings": "is called back"}

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
    state = row["state"] if row["callback"] is None else CALLED_BACK[row["state"]]
    return row["call"], row["queue"], state, span(row["waited"]), place, expects, str(row["step"] + 1), agents


def _expected(row: Row) -> str:
    """Tell how long a call will still wait; with a question mark where a caller is not told so."""
    if row["expected_wait"] is None:
        return "?"
    return span(row["expected_wait"]) + ("" if row["known_well"] else "?")


def _agent(row: Row, zone: str | None) -> Iterable[str]:
    """Tell how one agent is; the end of the shift is in their own zone, which is named unless it is that `zone`."""
    until = (row["until"] or "")[11:16]
    if until and row["zone"] != zone:
        until = f"{until} {row['zone']}"
    afterwards = f"{row['afterwards']} after it" if row["afterwards"] else ""
    why = "; ".join(filter(None, (row["reason"], _back(row["back"]), afterwards)))
    return row["agent"], row["presence"], span(row["for"]), until, str(row["calls"]), why


def agent_line(row: Row) -> str:
    """Tell how one agent is, in a line."""
    _, presence, since, until, _, why = _agent(row, None)
    until = f"shift until {until}" if until else ""
    told = [f"{row['agent']} is {presence} for {since}", why, until, counted(row["calls"], "call")]
    return "; ".join(filter(None, told))


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
