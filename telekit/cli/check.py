"""`telekit check`: are the rules right?"""

import sys
from pathlib import Path

import click

from telekit.cli.options import settings_option, settings_or_defaults
from telekit.rules import BadRules, load


@click.command()
@settings_option
@click.argument("rules", nargs=-1, type=click.Path(path_type=Path, exists=True))
def check(settings_file: Path, rules: tuple[Path, ...]) -> None:
    """Read rule files, or folders of them, and tell every mistake with its place.

    Without RULES, checks the rules that telekit.yaml names. Exit status: 0 fine, 1 mistakes.
    """
    if not rules:
        settings, folder = settings_or_defaults(settings_file)
        rules = (folder / settings.rules,)
    try:
        plan = load(rules)
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
    told = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in parts.items())
    click.echo(f"fine: {told}")
