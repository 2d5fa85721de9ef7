"""The coverage as a page of its own: each rule file with the lines that no test reached."""

from collections import defaultdict
from html import escape
from pathlib import Path

from telekit.ruletests.coverage import Coverage
from telekit.ruletests.reach import Part

_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #1d2430; --quiet: #5d6675; --line: #e3e6eb;
  --met: #1a7f4b; --met-ground: #e7f5ed; --missed: #b3261e; --missed-ground: #fdecea; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181f; --ink: #e6e9ef; --quiet: #9aa4b2; --line: #2a313c;
  --met: #6ccf98; --met-ground: #16301f; --missed: #ff8a80; --missed-ground: #3a1c1a; } }
* { box-sizing: border-box } body { margin: 0 auto; max-width: 70rem; padding: 2rem 1rem; background: var(--ground);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: 0 0 .2rem } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem }
p { color: var(--quiet); margin: .2rem 0 1rem }
meter { width: 100%; height: 1rem }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .25rem .6rem .25rem 0;
  border-bottom: 1px solid var(--line); vertical-align: top } th { color: var(--quiet); font-weight: 500 }
.missed { color: var(--missed) } .met { color: var(--met) }
pre { margin: 0; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; font: 13px/1.55 ui-monospace,
  monospace; padding: .4rem 0 } pre span { display: block; padding: 0 .8rem; min-width: max-content }
pre .missed { background: var(--missed-ground); color: inherit }
pre .met { background: var(--met-ground); color: inherit }
pre i { color: var(--quiet); font-style: normal; display: inline-block; width: 3rem; user-select: none }
pre b { color: var(--quiet); font-weight: 400; padding-left: 2rem }
"""


def coverage_page(coverage: Coverage) -> str:
    """Make the page; it needs nothing from elsewhere. Files that cannot be read any more are left out."""
    count, reached = len(coverage.tests), len(coverage.tests) - len(coverage.missed)
    kinds = (
        sorted({part.kind for part in coverage.tests}, key=list(type(next(iter(coverage.tests)).kind)).index)
        if count
        else []
    )
    rows = "".join(_row(coverage, kind) for kind in kinds)
    files: dict[str, dict[int, list[tuple[Part, int]]]] = defaultdict(lambda: defaultdict(list))
    for part, tests in coverage.tests.items():
        files[part.origin.file][part.origin.line].append((part, tests))
    listings = "".join(_listing(name, lines) for name, lines in sorted(files.items()))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Coverage of the rules</title><style>{_STYLE}</style>"
        f"<h1>{coverage.share:.0%} of the rules are tested</h1>"
        f"<p>{reached} of {count} parts were reached by at least one test of <code>telekit test</code>.</p>"
        f'<meter min="0" max="{count}" value="{reached}"></meter>'
        f"<h2>By kind</h2><table><tr><th>Part<th>Reached<th>Not reached{rows}</table>{listings}</html>\n"
    )


def _row(coverage: Coverage, kind: str) -> str:
    parts = [part for part in coverage.tests if part.kind == kind]
    missed = [part for part in parts if not coverage.tests[part]]
    names = ", ".join(escape(part.name) for part in missed) or "–"
    mark = "missed" if missed else "met"
    return f'<tr><td>{kind}<td>{len(parts) - len(missed)} of {len(parts)}<td class="{mark}">{names}'


def _listing(name: str, lines: dict[int, list[tuple[Part, int]]]) -> str:
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
    shown = "".join(_line(number, line, lines.get(number, [])) for number, line in enumerate(text.splitlines(), 1))
    return f"<h2>{escape(name)}</h2><pre>{shown}</pre>"


def _line(number: int, line: str, parts: list[tuple[Part, int]]) -> str:
    missed = [part for part, tests in parts if not tests]
    mark = "" if not parts else ' class="missed"' if missed else ' class="met"'
    told = ", ".join(f"{part.kind} {part.name}" for part in missed)
    note = f"<b>not reached: {escape(told)}</b>" if missed else ""
    return f"<span{mark}><i>{number}</i>{escape(line)}{note}</span>"
