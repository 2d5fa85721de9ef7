"""Plots over the time of day, as SVG that stands by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from math import ceil, floor, log10

from telekit.rules.duration import write_duration
from telekit.simulate.figures import Unit
from telekit.simulate.likely import Likely
from telekit.simulate.slots import Slot

WIDTH, HEIGHT = 420, 190
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 26, 24
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440)
ROUND_SECONDS = (1, 2, 5, 10, 15, 30, *(60 * each for each in MINUTES))
"""Steps of an axis of waits: spans that people say."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line with its margins; None where nothing is known."""

    name: str
    values: Sequence[Likely | None]


def chart(title: str, unit: Unit, slots: Sequence[Slot], series: Sequence[Series], *, full: bool = False) -> str:
    """Draw lines with bands of their margins; the first is drawn in colour `a`, the second in `b`.

    `full` is for shares of which all is usual: then the plot goes up to 100 %.
    """
    top = 1.0 if full else _top(unit, series)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">',
        f'<text class="title" x="{LEFT}" y="14">{escape(title)}</text>',
        *_grid(unit, top),
        *_hours(slots),
    ]
    for each, colour in zip(series, "ab", strict=False):
        parts += _line(each, slots, colour, top)
    return "".join([*parts, "</svg>"])


def _line(series: Series, slots: Sequence[Slot], colour: str, top: float) -> Iterator[str]:
    """Draw a line with its band, broken where values are missing and where days end; a value all alone is a dot."""
    for start, values in _stretches(series.values, slots):
        spots = [(_x(start + n, len(series.values)), each) for n, each in enumerate(values)]
        upper = [(x, _y(min(each.mean + each.margin, top), top)) for x, each in spots]
        lower = [(x, _y(max(each.mean - each.margin, 0.0), top)) for x, each in spots]
        if all(each.margin < float("inf") for _, each in spots) and len(spots) > 1:
            yield f'<polygon class="band {colour}" points="{_points([*upper, *reversed(lower)])}"/>'
        if len(spots) > 1:
            yield f'<polyline class="line {colour}" points="{_points([(x, _y(e.mean, top)) for x, e in spots])}"/>'
        else:
            x, alone = spots[0]
            yield f'<circle class="dot {colour}" cx="{x:.1f}" cy="{_y(alone.mean, top):.1f}" r="2.2"/>'


def _stretches(values: Sequence[Likely | None], slots: Sequence[Slot]) -> Iterator[tuple[int, list[Likely]]]:
    """Give the runs of values of one day that are known, each with its place."""
    start, run = 0, list[Likely]()
    for place, (value, slot) in enumerate(zip(values, slots, strict=True)):
        if run and (value is None or slot.weekday != slots[place - 1].weekday):
            yield start, run
            run = []
        if value is not None:
            start = start if run else place
            run.append(value)
    if run:
        yield start, run


def _grid(unit: Unit, top: float) -> Iterator[str]:
    step = _step(unit, top)
    for number in range(floor(top / step + 1e-9) + 1):
        y = _y(number * step, top)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        told = _told(unit, number * step)
        yield f'<text class="tick" x="{LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{told}</text>'


def _hours(slots: Sequence[Slot]) -> Iterator[str]:
    """Tell days where there are several, else hours."""
    days = {slot.weekday for slot in slots}
    bottom = HEIGHT - BOTTOM
    hours = sorted({slot.minute // 60 for slot in slots})
    every = max(1, ceil(len(hours) / 8))
    last = None
    for place, slot in enumerate(slots):
        is_first = slot.weekday != last
        last = slot.weekday
        x = LEFT + place / len(slots) * (WIDTH - LEFT - RIGHT)
        if len(days) > 1 and is_first:
            yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}"/>'
            yield f'<text class="tick" x="{x + 3:.1f}" y="{bottom + 14}">{str(slot)[:3]}</text>'
        elif len(days) == 1 and not slot.minute % 60 and not (slot.minute // 60 - hours[0]) % every:
            told = f"{slot.minute // 60:02}:00"
            yield f'<text class="tick" x="{x:.1f}" y="{bottom + 14}" text-anchor="middle">{told}</text>'


def _top(unit: Unit, series: Sequence[Series]) -> float:
    found = [value for each in series for value in each.values if value is not None]
    most = max((v.mean + (v.margin if v.margin < float("inf") else 0.0) for v in found), default=0.0)
    if unit is Unit.SHARE:
        most = min(max(most, 0.1), 1.0)
    step = _step(unit, most or 1.0)
    return ceil((most or 1.0) / step - 1e-9) * step


def _step(unit: Unit, top: float) -> float:
    """Give how far grid lines are apart: some four of them, at values that are easy to read."""
    if unit is Unit.SECONDS:
        return float(next((each for each in ROUND_SECONDS if top / each <= 4.5), ceil(top / 4)))
    size = 10.0 ** floor(log10(top / 4))
    return next(size * each for each in STEPS if top / (size * each) <= 5.0)


def _told(unit: Unit, value: float) -> str:
    match unit:
        case Unit.SHARE:
            return f"{value:.0%}"
        case Unit.SECONDS:
            return write_duration(timedelta(seconds=value))
        case Unit.NUMBER:
            return f"{value:g}"


def _x(place: int, count: int) -> float:
    return LEFT + (place + 0.5) / count * (WIDTH - LEFT - RIGHT)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
