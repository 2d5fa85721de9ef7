"""The plot of how far announced waits were off, as an SVG picture."""

from bisect import bisect_right
from collections.abc import Sequence
from html import escape

LONGEST = 180
"""Seconds on the axis."""
WIDTH, HEIGHT = 250, 150
MARGIN_X, MARGIN_Y = 58, 44
ACROSS = 3

Curve = tuple[str, Sequence[float], Sequence[float]]
"""A shape's name, and by how many seconds telekit and app_queue were off, sorted."""

STYLE = """\
text { font: 12px sans-serif; fill: #333; } .name { font-weight: bold; font-size: 13px; }
.frame { fill: none; stroke: #999; } .grid { stroke: #ddd; }
.telekit { fill: none; stroke: #0b6e4f; stroke-width: 2.5; }
.app_queue { fill: none; stroke: #b3541e; stroke-width: 2; stroke-dasharray: 6 4; }"""


def plot(curves: Sequence[Curve]) -> str:
    """Draw for each shape which share of the announcements was off by at most so much."""
    rows = -(-len(curves) // ACROSS)
    width, height = ACROSS * (WIDTH + MARGIN_X) + 20, rows * (HEIGHT + MARGIN_Y) + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>How far the announced wait was off: telekit and app_queue on the same days</title>",
        f'<style>{STYLE}</style><rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{MARGIN_X}" y="20">share of the announcements that were off by at most so many seconds</text>',
        _key(width - 250, 16, "telekit"),
        _key(width - 130, 16, "app_queue"),
    ]
    for number, curve in enumerate(curves):
        x, y = number % ACROSS * (WIDTH + MARGIN_X) + MARGIN_X, number // ACROSS * (HEIGHT + MARGIN_Y) + 50
        parts.append(f'<g transform="translate({x} {y})">{"".join(_panel(*curve))}</g>')
    return "\n".join([*parts, "</svg>", ""])


def _key(x: int, y: int, name: str) -> str:
    return f'<path class="{name}" d="M{x} {y}h30"/><text x="{x + 36}" y="{y + 4}">{name}</text>'


def _panel(name: str, telekit: Sequence[float], app_queue: Sequence[float]) -> list[str]:
    parts = [f'<text class="name" x="0" y="-7">{escape(name)}</text>']
    for share in (0, 50, 100):
        y = HEIGHT * (1 - share / 100)
        parts.append(f'<path class="grid" d="M0 {y:g}h{WIDTH}"/>')
        parts.append(f'<text x="-6" y="{y + 4:g}" text-anchor="end">{share} %</text>')
    for seconds in range(0, LONGEST + 1, 60):
        x = WIDTH * seconds / LONGEST
        parts.append(f'<path class="grid" d="M{x:g} 0v{HEIGHT}"/>')
        parts.append(f'<text x="{x:g}" y="{HEIGHT + 16}" text-anchor="middle">{seconds} s</text>')
    parts.append(f'<rect class="frame" width="{WIDTH}" height="{HEIGHT}"/>')
    parts.append(f'<path class="app_queue" d="{_curve(app_queue)}"/><path class="telekit" d="{_curve(telekit)}"/>')
    return parts


def _curve(errors: Sequence[float]) -> str:
    points = []
    for seconds in range(0, LONGEST + 1, 3):
        share = bisect_right(errors, seconds) / len(errors)
        points.append(f"{WIDTH * seconds / LONGEST:.1f} {HEIGHT * (1 - share):.1f}")
    return "M" + "L".join(points)
