"""The page of the mutation run, written from what mutmut found."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.mutants.reasons import reason

PAGE = Path(__file__).parents[2] / "docs" / "mutants.md"
KILLED = (1, 3)
"""What pytest ends with where a test failed. Source: pytest, Exit codes; mutmut 3.8, stats.py, status_by_exit_code."""

ABOUT = """\
# Mutants

This page is made by `make mutants`; edit that (`tests/mutants`), not this.

Commit {commit}, judged on {day}: [mutmut](https://mutmut.readthedocs.io) changed each function of `telekit/acd` and
`telekit/roster` in every small way that it knows: another comparison, another number, an argument left out, a case of a
`match` dropped. Each such mutant was judged by the tests of `tests/acd`, `tests/roster` and `tests/domain` that come by
it, the laws among them on shorter days (`tests/mutants/pace.py`). A mutant is killed when a test fails.

**{killed} of {all} mutants are killed: {share:.1%}.** Of the {rest} others, {harmless} change nothing that anybody
could see; leaving those out, {of_all:.1%} are killed. Every other figure here counts them as survivors, as it does the
{hung} that the clock ended or that no test comes by.

Left alone by mutmut: properties, functions with decorators, constants, and the fields of dataclasses.
"""


@dataclass(frozen=True)
class Found:
    """One mutant, and what became of it."""

    name: str
    file: str
    code: int
    was: str
    became: str

    @property
    def function(self) -> str:
        inner = self.name.rpartition(".")[2].partition("__mutmut_")[0]
        return inner.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")


def survivors(folder: Path) -> list[Found]:
    """Give the mutants of this run that no test killed."""
    return [found for found in _all(folder) if found.code not in KILLED]


def write(folder: Path, commit: str) -> None:
    """Write the page."""
    every = _all(folder)
    per_file = Counter(found.file for found in every)
    rest = [found for found in every if found.code not in KILLED]
    left = Counter(found.file for found in rest)
    harmless = sum(reason(found.file, found.function, found.was).harmless for found in rest)
    killed = len(every) - len(rest)
    about = ABOUT.format(
        commit=f"`{commit}`",
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        killed=killed,
        all=len(every),
        share=killed / len(every),
        rest=len(rest),
        harmless=harmless,
        of_all=killed / (len(every) - harmless),
        hung=sum(found.code != 0 for found in rest),
    )
    lines = [about, "| File | Mutants | Killed | Survived | Share |", "|---|---:|---:|---:|---:|"]
    for file, count in sorted(per_file.items()):
        dead = count - left[file]
        lines.append(f"| `{file}` | {count} | {dead} | {left[file]} | {dead / count:.0%} |")
    for file in sorted(left):
        lines += [f"\n## `{file}`\n", "| In | Instead of | There stood | |", "|---|---|---|---|"]
        lines += [_row(found) for found in rest if found.file == file]
    PAGE.write_text("\n".join([*lines, ""]))


def _row(found: Found) -> str:
    why = reason(found.file, found.function, found.was).why
    return f"| `{found.function}` | {_code(found.was)} | {_code(found.became)} | {why} |"


def _code(text: str) -> str:
    return f"`` {text.replace('|', chr(92) + '|')} ``" if text else "*nothing*"


def _all(folder: Path) -> list[Found]:
    """Read what mutmut has written; it looks for that in the working directory."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        return list(_read())
    finally:
        os.chdir(before)


def _read() -> Iterator[Found]:
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    for meta in sorted(Path("mutants/telekit").rglob("*.py.meta")):
        file = str(meta.relative_to("mutants")).removesuffix(".meta")
        for name, code in json.loads(meta.read_text())["exit_code_by_key"].items():
            if code is None:
                continue
            diff = get_diff_for_mutant(name, path=file) if code not in KILLED else ""
            yield Found(name, file, code, _side(diff, "-"), _side(diff, "+"))


def _side(diff: str, sign: str) -> str:
    lines = [line[1:].strip() for line in diff.splitlines() if line.startswith(sign) and not line.startswith(sign * 3)]
    return " ".join(lines)
