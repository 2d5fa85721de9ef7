"""`telekit check`: are the rules right?"""

import sys
from pathlib import Path

import click

from telekit.cli.options import rules_of, scripts_of, settings_option
from telekit.rules import BadRules, lint, load
from telekit.service.clock import utc_now


@click.command()
@settings_option
@click.option("--no-lints", is_flag=True, help="Tell mistakes only, not what is right but hardly meant.")
@click.argument("rules", nargs=-1, type=click.Path(path_type=Path, exists=True))
def check(settings_file: Path, no_lints: bool, rules: tuple[Path, ...]) -> None:
    """Read rule files, or folders of them, and tell every mistake with its place.

    Where there is no mistake it tells what is right but hardly meant, each with
    the name of its lint in brackets: docs/lints.md says what to do.

    Without RULES it checks those that telekit.yaml names, and whether the call scripts that they name are there.

    \b
      telekit check
      telekit check --settings /etc/telekit/telekit.yaml
      telekit check rules/agents.yaml rules/queues.yaml

    Exit status: 0 fine, 1 mistakes or nothing to route, 3 only lints.
    """
    asked = rules_of(settings_file, rules)
    scripts = scripts_of(settings_file, rules)
    try:
        plan = load(asked, scripts)
    except BadRules as bad:
        for diagnostic in bad.diagnostics:
            click.echo(str(diagnostic))
        count = len(bad.diagnostics)
        click.echo(f"{count} mistake{'s' if count > 1 else ''}", err=True)
        sys.exit(1)
    parts = {
        "agent": len(plan.agents),
        "skill": len(plan.skills),
        "shift": len(plan.shifts),
        "queue": len(plan.queues),
        "route": len(plan.routes),
        "menu": len(plan.menus),
    }
    if not any(parts.values()):
        click.echo(f"Nothing to route: {', '.join(map(str, asked))} holds no agent, no queue and no route.", err=True)
        sys.exit(1)
    lints = [] if no_lints else lint(plan, utc_now())
    for diagnostic in lints:
        click.echo(str(diagnostic))
    told = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in parts.items())
    but = f" but for {len(lints)} lint{'s' if len(lints) > 1 else ''}" if lints else ""
    click.echo(f"fine{but}: {told}")
    if not plan.routes:
        click.echo("No route leads a call anywhere yet: every call is hung up.", err=True)
    if lints:
        sys.exit(3)
