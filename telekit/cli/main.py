"""The command itself: finds the verb, tells mistakes in one sentence, keeps the exit codes.

Exit codes: 0 fine, 1 failed, 2 usage, 3 only lints.
"""

import sys
from difflib import get_close_matches
from importlib import import_module

import click

from telekit import __version__
from telekit.errors import RulesError, TelekitError

VERBS = ("check", "explain", "reload", "render", "schema", "serve", "status")


class _Verbs(click.Group):
    """Import a verb's file only when it is asked for, so that each starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            near = get_close_matches(cmd_name, VERBS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(VERBS)}."
            raise click.UsageError(f"There is no verb '{cmd_name}'; {hint}", ctx)
        command: click.Command = getattr(import_module(f"telekit.cli.{cmd_name}"), cmd_name)
        return command


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="telekit")
def telekit() -> None:
    """Send each call of an Asterisk PBX to the right person at home.

    Write rules (who may be called, when, for what) in rules/*.yaml and settings in telekit.yaml; then:

    \b
      telekit check              are the rules right?
      telekit explain …          who would be offered this call, and why nobody else?
      telekit render asterisk    the agents' SIP accounts and the fallback, for Asterisk to include
      telekit serve              route calls
      telekit status             who is on call, who waits?
    """


def main() -> None:
    """Run the command and leave with its exit code."""
    try:
        telekit.main(prog_name="telekit", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as mistake:
        mistake.show()
        sys.exit(mistake.exit_code)
    except RulesError as error:
        for diagnostic in error.diagnostics:
            click.echo(str(diagnostic), err=True)
        if not error.diagnostics:
            click.echo(f"telekit: {error}", err=True)
        sys.exit(1)
    except TelekitError as error:
        click.echo(f"telekit: {error}", err=True)
        sys.exit(1)
