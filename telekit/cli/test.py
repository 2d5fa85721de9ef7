"""`telekit test`: do the rules do what their tests expect?"""

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from telekit.cli.counted import counted
from telekit.cli.failure import coverage_told, failure_told
from telekit.cli.file import write_file
from telekit.cli.options import rules_of, settings_option
from telekit.cli.watching import changes
from telekit.domain.plan import Plan
from telekit.errors import RulesError
from telekit.rules import load
from telekit.ruletests.coverage import coverage_of
from telekit.ruletests.coverage_page import coverage_page
from telekit.ruletests.junit import junit
from telekit.ruletests.reading import is_test_file, test_files
from telekit.ruletests.running import Outcomes, run_files

MANY = 50
"""From so many tests on, a terminal is told how far they are."""

a_file = click.Path(path_type=Path, dir_okay=False)


def _pattern(_: click.Context, __: click.Parameter, text: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(text, re.IGNORECASE) if text is not None else None
    except re.error as error:
        raise click.BadParameter(f"{text!r} is no regular expression: {error}.") from error


@click.command()
@settings_option
@click.option("--run", "wanted", callback=_pattern, help="Only tests whose name holds this.", metavar="PATTERN")
@click.option("--coverage", is_flag=True, help="Tell which parts of the rules no test reaches.")
@click.option("--coverage-page", "page", type=a_file, help="Write that as an HTML page.", metavar="FILE")
@click.option("--junit", "report", type=a_file, help="Write the results as JUnit XML, for a CI server.", metavar="FILE")
@click.option("--watch", is_flag=True, help="Run again whenever a file changes, until Ctrl-C.")
@click.option("--verbose", "-v", is_flag=True, help="Name the tests that pass, too.")
@click.option("--color/--no-color", default=None, help="Colour, or none; if left out, colour on a terminal.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
def test(
    settings_file: Path,
    wanted: re.Pattern[str] | None,
    coverage: bool,
    page: Path | None,
    report: Path | None,
    watch: bool,
    verbose: bool,
    color: bool | None,
    paths: tuple[Path, ...],
) -> None:
    """Run the tests of the rules: the files named *.test.yaml beside them.

    A test lets calls come at an invented time, to the very code that routes live ones,
    and compares what happens with what it expects. PATHS are rules, folders of them, or
    files of tests; without PATHS they are those that telekit.yaml names.

    \b
      telekit test
      telekit test --run night --verbose
      telekit test --coverage rules
      telekit test --junit results.xml rules/billing.test.yaml

    docs/rule-tests.md tells what may stand in a test.

    Exit status: 0 all pass, 1 one fails or there is none, 3 all pass but one is hardly meant.
    """
    if color is not None:
        click.get_current_context().color = color
    rules = rules_of(settings_file, tuple(path for path in paths if not is_test_file(path)))
    tests = tuple(path for path in paths if is_test_file(path)) or rules

    def run() -> int:
        plan = load(rules)
        outcomes = run_files(plan, test_files(tests), wanted, _progress)
        _tell(outcomes, plan, verbose=verbose)
        if not outcomes.results and not outcomes.diagnostics:
            click.echo(_nothing(wanted, tests), err=True)
            return 1
        if coverage:
            click.echo("\n".join(coverage_told(coverage_of(plan, outcomes.results))))
        if page is not None:
            write_file(page, coverage_page(coverage_of(plan, outcomes.results)))
        if report is not None:
            write_file(report, junit(outcomes, lambda failure: "\n".join(failure_told(failure, plan))))
        return 1 if outcomes.failed or outcomes.mistaken else 3 if outcomes.diagnostics else 0

    if not watch:
        sys.exit(run())
    changed = changes((*rules, *tests))
    _run_patiently(run)
    for _ in changed:
        click.clear()
        _run_patiently(run)


def _run_patiently(run: Callable[[], int]) -> None:
    """Run, and tell mistakes in the rules instead of ending."""
    try:
        run()
    except RulesError as error:
        click.echo("\n".join(map(str, error.diagnostics)) or str(error))
    click.echo(f"{time.strftime('%H:%M:%S')}: waiting for a change; Ctrl-C ends it", err=True)


def _progress(done: int, of: int) -> None:
    if of >= MANY and sys.stderr.isatty() and (done == of or not done % 10):
        click.echo(f"\r{done} of {of} tests" if done < of else f"\r{' ' * 40}\r", err=True, nl=False)


def _tell(outcomes: Outcomes, plan: Plan, *, verbose: bool) -> None:
    """Print mistakes and failures; the tests that pass only where asked for."""
    for diagnostic in outcomes.diagnostics:
        click.echo(str(diagnostic))
    for result in outcomes.results:
        if result.failure is not None:
            click.echo(f"{click.style('FAIL', fg='red', bold=True)}  {result.case.name}")
            click.echo("\n".join(f"      {line}" for line in failure_told(result.failure, plan)))
        elif verbose:
            click.echo(f"{click.style('ok', fg='green')}    {result.case.name}  {result.case.origin}")
    count, failed = len(outcomes.results), len(outcomes.failed)
    summary = [f"{counted(count, 'test')}, {f'{failed} failed' if failed else 'all pass'}"] if count else []
    if outcomes.mistaken:
        summary.append(f"{counted(outcomes.mistaken, 'mistake')} in the files of tests")
    if summary:
        click.echo(click.style("; ".join(summary), fg="red" if failed or outcomes.mistaken else "green"))


def _nothing(wanted: re.Pattern[str] | None, tests: tuple[Path, ...]) -> str:
    places = ", ".join(map(str, tests))
    if wanted is not None:
        return f"No test in {places} has a name that holds {wanted.pattern!r}."
    return (
        f"{places} holds no test: write one into a file such as rules/billing.test.yaml; docs/rule-tests.md shows how."
    )
