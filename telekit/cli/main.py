"""The command itself: finds the verb, tells mistakes in one sentence, keeps the exit codes.

Exit codes: 0 fine, 1 failed, 2 usage, 3 only lints.
"""

import errno
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from telekit import __version__
from telekit.errors import RulesError, TelekitError

VERBS = {
    "check": "Are the rules right?",
    "test": "Do the rules do what their tests expect?",
    "explain": "Who would be offered this call, and why nobody else?",
    "replay": "What would have become of real calls by these rules?",
    "staffing": "How many agents do so many calls need?",
    "simulate": "What would a day, or a year, of calls be like?",
    "render": "Write the agents' SIP accounts and the fallback for the switch.",
    "serve": "Route calls.",
    "status": "Who is on call, who waits?",
    "health": "Is everything in order?",
    "reload": "Let new rules hold, while calls wait.",
    "lines": "How were the agents' lines when they last tried them out?",
    "callbacks": "Who is to be called back?",
    "queue-log": "Which rows would Asterisk's queues have written of a past day?",
    "agent": "Say for an agent what a code says: pause, resume, log in or out.",
    "schema": "Print the JSON Schema of the rules, for editors.",
}
"""Each verb with what it is for, in the order in which they are met."""

INTERRUPTED, READER_LEFT = 130, 141
"""What the shell says of a command that Ctrl-C ended, and of one whose reader has left."""

OUTPUT_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class _OutputLost(Exception):  # noqa: N818  (it reads as what it is)
    """Say that what a verb prints can no longer be printed, and why unless the reader just left."""


@contextmanager
def _translated() -> Iterator[None]:
    """Make output that is lost an exception of our own: click takes a reader who left for a verb that failed."""
    try:
        yield
    except BrokenPipeError as error:
        raise _OutputLost from error
    except OSError as error:
        if error.filename is None and error.errno in OUTPUT_FULL:
            raise _OutputLost(error.strerror) from error
        raise


class _Verbs(click.Group):
    """Import a verb's file only when it is asked for, so that each starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            near = get_close_matches(cmd_name, VERBS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(VERBS)}."
            raise click.UsageError(f"There is no verb '{cmd_name}'; {hint}", ctx)
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"telekit.cli.{name}"), name)
        return command

    def make_context(self, *args: Any, **rest: Any) -> click.Context:
        with _translated():
            context = super().make_context(*args, **rest)
        if os.environ.get("NO_COLOR"):  # https://no-color.org
            context.color = False
        return context

    def invoke(self, ctx: click.Context) -> Any:
        with _translated():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(
    cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]}, subcommand_metavar="VERB [OPTIONS]..."
)
@click.version_option(__version__, prog_name="telekit")
def telekit() -> None:
    """Send each call of an Asterisk or a FreeSWITCH to the right person at home.

    Write rules (who may be called, when, for what) in rules/*.yaml and settings in telekit.yaml; then:

    \b
      telekit check
      telekit explain --dialed +33199001234
      telekit render asterisk
      telekit serve

    `telekit VERB --help` tells more of each. Exit status: 0 fine, 1 failed, 2 a mistake in the command itself.
    """


def main() -> None:
    """Run the command and leave with its exit code."""
    if sys.argv[1:2] != ["serve"]:
        gc.disable()  # whoever ends soon frees all at the end; looking through 15,000 agents' rules costs a third more
    try:
        with _translated():
            status = _run()
            if sys.stdout is not None:
                sys.stdout.flush()
    except _OutputLost as lost:
        status = _leave_output(lost)
    except KeyboardInterrupt:
        status = INTERRUPTED
    sys.exit(status)


def _run() -> int:
    """Run the verb; give its exit code, and tell a mistake on standard error."""
    given = sys.argv[1:]
    if given[:1] == ["help"]:  # as git has it
        given = [*given[1:2], "--help"]
    try:
        telekit.main(given, prog_name="telekit", standalone_mode=False)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as mistake:
        # click's own sentences end without a full stop, ours with one
        if not mistake.message.endswith((".", "?")):
            mistake.message += "."  # type: ignore[misc]
        mistake.show()
        return mistake.exit_code
    except RulesError as error:
        for diagnostic in error.diagnostics:
            click.echo(str(diagnostic), err=True)
        if not error.diagnostics:
            click.echo(f"telekit: {error}", err=True)
        return 1
    except TelekitError as error:
        click.echo(f"telekit: {error}", err=True)
        return 1
    return 0


def _leave_output(lost: _OutputLost) -> int:
    """Tell why output is lost, where somebody still listens; give the exit code.

    Nothing more is written, lest the interpreter complain of it when it ends.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    with suppress(OSError):
        if lost.args:
            click.echo(f"telekit: the output cannot be written ({lost.args[0]})", err=True)
        return 1 if lost.args else READER_LEFT
    os.dup2(nowhere, sys.stderr.fileno())
    return 1
