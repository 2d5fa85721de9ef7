"""A simulation as one HTML page that stands by itself: figures, and plots over the time of day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from telekit.simulate.chart import Series, chart
from telekit.simulate.figures import (
    CALLS,
    FIGURES,
    GAVE_UP,
    LONGEST,
    OCCUPANCY,
    SERVICE_LEVEL,
    SPEED_OF_ANSWER,
    Figure,
    Figures,
    Group,
    Kind,
)
from telekit.simulate.page_style import STYLE
from telekit.simulate.versus import Versus
from telekit.simulate.written import amount, changed, told

PLOTTED = (SERVICE_LEVEL, SPEED_OF_ANSWER, LONGEST, OCCUPANCY, GAVE_UP, CALLS)
FULL = (SERVICE_LEVEL, OCCUPANCY)
"""Shares of which all is usual."""
MOST_ROWS = 400
"""Of a table of intervals; a week of half-hours has 336."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says beside figures."""

    title: str
    what: Sequence[str]
    """What was simulated, a sentence each."""
    within: str
    """The wait that the service level counts."""
    names: Sequence[str]
    """Of the rule sets, one or two."""
    assumed: Sequence[tuple[str, str]]
    """What it all went by, each with its name."""


def page(told_: Told, sides: Sequence[Figures], versus: Versus | None) -> str:
    """Give the page, of one rule set or of two that led the same calls."""
    body = "".join([*_head(told_, sides, versus), *_table(told_, sides), *_groups(told_, sides), *_assumed(told_)])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(told_.title)}</title><style>{STYLE}</style></head>\n<body>{body}</body></html>\n"
    )


def _head(told_: Told, sides: Sequence[Figures], versus: Versus | None) -> Iterator[str]:
    yield f"<h1>{escape(told_.title)}</h1>"
    yield "".join(f'<p class="soft">{escape(line)}</p>' for line in told_.what)
    if len(sides) > 1:
        keys = zip(told_.names, ("", " b"), strict=True)
        yield "<p>" + " &emsp; ".join(f'<span class="key{key}"></span> {escape(name)}' for name, key in keys) + "</p>"
    yield '<div class="cards">'
    for figure in FIGURES:
        values = [side.likely(figure, side.groups[0]) for side in sides]
        first, *rest = (told(figure, value) for value in values)
        mean, _, margin = first.partition(" ")
        others = zip(told_.names[1:], rest, strict=True)
        after = "".join(f"<small>{escape(name)}: {escape(each)}</small>" for name, each in others)
        yield f'<div class="card"><small>{escape(_name(figure, told_))}</small><b>{mean}</b><small>{margin or "&nbsp;"}'
        yield f"</small>{after}</div>"
    yield "</div>"
    if versus is not None:
        yield from _changes(told_, versus)


def _changes(told_: Told, versus: Versus) -> Iterator[str]:
    yield '<h2 id="changes">What changes, beyond chance</h2>'
    if not versus.changes:
        yield f"<p>Nothing: of {versus.compared} figures none differs by more than chance does.</p>"
        return
    yield '<div class="scroll"><table><thead><tr><th></th><th class="what">figure</th>'
    yield "".join(f"<th>{escape(name)}</th>" for name in told_.names) + "<th>change</th></tr></thead><tbody>"
    last = None
    for change in versus.changes:
        name = "" if change.group == last else escape(_title(change.group))
        first = ' class="first"' if name and last is not None else ""
        last = change.group
        judged = {True: ("good", "better"), False: ("bad", "worse"), None: ("", "")}[change.is_better]
        cells = (amount(change.figure.unit, value) for value in (change.before, change.after))
        yield f'<tr{first}><th>{name}</th><td class="what">{escape(_name(change.figure, told_))}</td>'
        yield "".join(f"<td>{cell}</td>" for cell in cells)
        yield f'<td class="{judged[0]}">{escape(changed(change.figure, change.by))} {judged[1]}</td></tr>'
    yield "</tbody></table></div>"
    same = versus.compared - len(versus.changes)
    yield f'<p class="soft">The other {same} figures differ by no more than chance does.</p>'


def _table(told_: Told, sides: Sequence[Figures]) -> Iterator[str]:
    yield '<h2 id="figures">Queues and skills</h2>'
    heads = "".join(f"<th>{escape(_name(figure, told_))}</th>" for figure in FIGURES)
    yield f'<div class="scroll"><table><thead><tr><th></th>{heads}</tr></thead><tbody>'
    kind = Kind.ALL
    for group in sides[0].groups:
        first = " first" if group.kind is not kind else ""
        kind = group.kind
        yield f'<tr class="{group.kind}{first}"><th><a href="#{_anchor(group)}">{escape(_title(group))}</a></th>'
        for figure in FIGURES:
            found = [told(figure, side.likely(figure, twin)) for side in sides if (twin := _twin(side, group))]
            cells = (_cell(each) for each in found)
            yield f"<td>{'<br>'.join(cells)}</td>"
        yield "</tr>"
    yield "</tbody></table></div>"
    yield '<p class="soft">Each is the mean of all runs, with the margin that holds in 95 of 100 cases.'
    yield (" In each cell, both rule sets, one below the other.</p>" if len(sides) > 1 else "</p>")


def _assumed(told_: Told) -> Iterator[str]:
    yield '<h2 id="assumed">Assumed</h2><div class="scroll"><table><tbody>'
    yield "".join(
        f'<tr><th>{escape(name)}</th><td class="what">{escape(what)}</td></tr>' for name, what in told_.assumed
    )
    yield "</tbody></table></div>"


def _groups(told_: Told, sides: Sequence[Figures]) -> Iterator[str]:
    first = sides[0]
    places = _shown(sides)
    if not places:
        return
    slots = [first.slots.all[place] for place in places]
    for group in first.groups:
        twins = [(side, twin) for side in sides if (twin := _twin(side, group)) is not None]
        yield f'<h2 id="{_anchor(group)}">{escape(_title(group))}</h2><div class="plots">'
        for figure in PLOTTED:
            series = [
                Series(name, [side.likely(figure, twin, place) for place in places])
                for name, (side, twin) in zip(told_.names, twins, strict=False)
            ]
            drawn = chart(_name(figure, told_), figure.unit, slots, series, full=figure in FULL)
            yield f"<figure>{drawn}</figure>"
        yield "</div>"
        if len(slots) <= MOST_ROWS:
            yield from _intervals(told_, sides, group, places)


def _intervals(told_: Told, sides: Sequence[Figures], group: Group, places: Sequence[int]) -> Iterator[str]:
    """Tell the same in numbers, for those who do not see plots."""
    heads = "".join(f"<th>{escape(_name(figure, told_))}</th>" for figure in FIGURES)
    yield "<details><summary>the same in numbers</summary>"
    for name, side in zip(told_.names, sides, strict=True):
        if (twin := _twin(side, group)) is None:
            continue
        caption = f"<caption>{escape(name)}</caption>" if len(sides) > 1 else ""
        yield f'<div class="scroll"><table>{caption}<thead><tr><th></th>{heads}</tr></thead><tbody>'
        for place in places:
            cells = "".join(f"<td>{_cell(told(f, side.likely(f, twin, place)))}</td>" for f in FIGURES)
            yield f"<tr><th>{side.slots.all[place]}</th>{cells}</tr>"
        yield "</tbody></table></div>"
    yield "</details>"


def _shown(sides: Sequence[Figures]) -> list[int]:
    """Give the places of slots that are drawn: of days with calls, from the first time of day with any to the last."""
    slots = sides[0].slots.all
    busy = [slot for place, slot in enumerate(slots) if any(_calls(side, place) for side in sides)]
    days, minutes = {slot.weekday for slot in busy}, [slot.minute for slot in busy]
    return [
        place
        for place, slot in enumerate(slots)
        if slot.weekday in days and min(minutes) <= slot.minute <= max(minutes)
    ]


def _calls(side: Figures, place: int) -> float:
    found = side.likely(CALLS, side.groups[0], place)
    return found.mean if found is not None else 0.0


def _cell(text: str) -> str:
    mean, _, margin = text.partition(" ")
    return f"{mean} <small>{margin}</small>" if margin else mean


def _twin(side: Figures, group: Group) -> Group | None:
    return next((each for each in side.groups if (each.kind, each.name) == (group.kind, group.name)), None)


def _name(figure: Figure, told_: Told) -> str:
    return {"service level": f"answered in {told_.within}", "ASA": "average wait (ASA)"}.get(figure.name, figure.name)


def _title(group: Group) -> str:
    return {Kind.ALL: "All calls", Kind.QUEUE: group.name, Kind.SKILL: f"Skill {group.name}"}[group.kind]


def _anchor(group: Group) -> str:
    return escape(f"{group.kind.value}-{group.name}", quote=True)
