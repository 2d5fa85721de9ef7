"""The plot on the page that `make kill` writes: how soon all is as before."""

from collections.abc import Mapping
from typing import Any


def plot(results: Mapping[str, Any]) -> str:
    """Draw which share was back after how many seconds."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 260" role="img"><title>Recovery after a kill</title>',
        "<style>text { font: 12px sans-serif; fill: #333; } path { fill: none; stroke-width: 2; }</style>",
        '<rect width="560" height="260" fill="#fff"/>',
    ]
    for second in range(11):
        x = 50 + second * 48
        parts.append(
            f'<path d="M{x} 30V220" stroke="#ddd"/><text x="{x}" y="238" text-anchor="middle">{second} s</text>'
        )
    parts.append('<path d="M290 30V220" stroke="#b3541e" stroke-dasharray="6 4"/>')
    for name, colour, y in (("ready", "#7a868f", 60), ("back", "#0b6e4f", 80)):
        spans = sorted(each for hour in results["hours"] for each in hour[name])
        dots = (f"{50 + min(each, 10) * 48:.0f} {220 - 190 * (n + 1) / len(spans):.1f}" for n, each in enumerate(spans))
        told = {"ready": "telekit takes calls", "back": "a caller is back in the line"}[name]
        parts.append(f'<path d="M50 220L{"L".join(dots)}" stroke="{colour}"/>')
        parts.append(f'<path d="M330 {y + 60}h24" stroke="{colour}"/><text x="360" y="{y + 64}">{told}</text>')
    return "\n".join([*parts, '<text x="50" y="20">share, from the start of the process</text></svg>', ""])
