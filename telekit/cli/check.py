"""`telekit check`: are the rules right?"""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from telekit.cli.complaints import Output, tell
from telekit.cli.counted import counted
from telekit.cli.instant import read_instant
from telekit.cli.options import refuse_ignored, rules_of, scripts_of, settings_option
from telekit.domain.plan import Plan
from telekit.rules import BadRules, Diagnostic, lint, read
from telekit.service.clock import utc_now

OF_RULES = ("no_lints", "without", "fix", "diff", "rules")


@click.command()
@settings_option
@click.option("--no-lints", is_flag=True, help="Tell mistakes only, not what is right but hardly meant.")
@click.option("--without", multiple=True, metavar="LINT", help="Leave this lint out; may be given more than once.")
@click.option(
    "--at",
    "at_text",
    metavar="INSTANT",
    envvar="TELEKIT_AT",
    help="When lints are judged, as to what is past and when clocks change next; now if left out.",
)
@click.option("--json", "output", flag_value=Output.JSON.value, help="Print a list for a program, and nothing else.")
@click.option("--github", "output", flag_value=Output.GITHUB.value, help="Print annotations for GitHub Actions.")
@click.option("--fix", is_flag=True, help="Mend what is certain, in the files as they are written; show what changes.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--list", "listed", is_flag=True, help="Name every lint.")
@click.option("--explain", metavar="LINT", help="Tell of one lint: what it means and what to do, with examples.")
@click.argument("rules", nargs=-1, type=click.Path(path_type=Path, exists=True))
def check(
    settings_file: Path,
    no_lints: bool,
    without: tuple[str, ...],
    at_text: str | None,
    output: str | None,
    fix: bool,
    diff: bool,
    listed: bool,
    explain: str | None,
    rules: tuple[Path, ...],
) -> None:
    """Read rule files, or folders of them, and tell every mistake with its place.

    Where there is no mistake it tells what is right but hardly meant, each with the name of its lint in brackets:
    `--explain` says what to do. A comment `# meant: NAME` at the place says that it is meant. `--fix` mends what
    --list marks so, and keeps comments and layout.

    Without RULES it checks those that telekit.yaml names, and whether the call scripts that they name are there.

    \b
      telekit check
      telekit check --settings /etc/telekit/telekit.yaml
      telekit check rules/agents.yaml rules/queues.yaml
      telekit check --explain never-served
      telekit check --diff

    Exit status: 0 fine, 1 mistakes or nothing to route, 3 only lints.
    """
    if listed or explain is not None:
        refuse_ignored("is of rules that are checked: leave out --list and --explain.", *OF_RULES)
        from telekit.cli.lint_page import explain_lint, list_lints  # here, since most often nobody asks for them

        list_lints() if explain is None else explain_lint(explain)
        return
    if fix and diff:
        raise click.UsageError("--fix mends, --diff only shows what --fix would: name one of them.")
    form = Output(output or Output.TEXT)
    asked = rules_of(settings_file, rules)
    scripts = scripts_of(settings_file, rules)
    try:
        reading = read(asked, scripts)
    except BadRules as bad:
        tell(bad.diagnostics, form)
        click.echo(counted(len(bad.diagnostics), "mistake"), err=True)
        sys.exit(1)
    counts = _counts(reading.plan)
    if not any(counts.values()):
        click.echo(f"Nothing to route: {', '.join(map(str, asked))} holds no agent, no queue and no route.", err=True)
        sys.exit(1)
    now = read_instant(at_text, reading.plan.zone) if at_text is not None else utc_now()
    if fix or diff:
        from telekit.cli import mending  # here, since most often nobody asks for it

        mended = mending.mend(reading, asked, scripts, now, without)
        if diff or form is Output.TEXT:
            mending.show(mended, reading)
        click.echo(f"{counted(mended.count, 'place')} {'to mend' if diff else 'mended'}", err=True)
        if diff:
            sys.exit(3 if mended.count else 0)
        mending.write(mended, reading)
        reading = mended.reading
    lints = [] if no_lints else [one for one in lint(reading, now) if one.name not in without]
    tell(lints, form)
    if form is Output.TEXT:
        click.echo(_fine(counts, lints))
    if not reading.plan.routes:
        click.echo("No route leads a call anywhere yet: every call is hung up.", err=True)
    if lints:
        sys.exit(3)


def _counts(plan: Plan) -> dict[str, int]:
    return {
        "agent": len(plan.agents),
        "skill": len(plan.skills),
        "shift": len(plan.shifts),
        "queue": len(plan.queues),
        "route": len(plan.routes),
        "menu": len(plan.menus),
    }


def _fine(counts: dict[str, int], lints: Sequence[Diagnostic]) -> str:
    told = ", ".join(counted(count, name) for name, count in counts.items())
    but = f" but for {counted(len(lints), 'lint')}" if lints else ""
    return f"fine{but}: {told}"
