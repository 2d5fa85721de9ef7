"""`telekit explain`: who would be offered a call, and why nobody else?"""

import json
import sys
from pathlib import Path

import click

from telekit.acd.imagine import imagine
from telekit.cli.answer import answer
from telekit.cli.answer_json import as_json
from telekit.cli.instant import read_instant
from telekit.cli.options import refuse_ignored, rules_of, settings_option
from telekit.cli.reading import sentence
from telekit.domain.call import Arrival, Caller
from telekit.domain.lookup import Known
from telekit.domain.names import AgentName, CallId, VariableName
from telekit.domain.plan import Plan
from telekit.rules import load
from telekit.rules.closest import did_you_mean
from telekit.rules.mistake import Mistake
from telekit.rules.number import parse_number
from telekit.service.clock import utc_now

CALL = CallId("imagined")
KEYS = "0123456789*#"
FEWEST_DIGITS = 6
"""Of fewer, that they are the same at the end says little."""
OF_IMAGINED = ("caller", "keys", "last", "given")


def _number(_: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    """Read a number as the rules do; an anonymous caller has none."""
    if text is None or (parameter.name == "caller" and text == "anonymous"):
        return None
    try:
        return parse_number(text)
    except Mistake as mistake:
        raise click.BadParameter(sentence(mistake)) from mistake


def _keys(_: click.Context, __: click.Parameter, keys: tuple[str, ...]) -> tuple[str, ...]:
    for key in keys:
        if len(key) != 1 or key not in KEYS:
            raise click.BadParameter(f"{key!r} is no key; name one of 0 to 9, * and # each time, as in --menu 1.")
    return keys


def _agent(name: str | None, plan: Plan) -> AgentName | None:
    if name is not None and name not in plan.agents:
        hint = "; ".join(filter(None, (f"the rules have no agent {name!r}", did_you_mean(name, plan.agents))))
        raise click.BadParameter(hint, param_hint="--last")
    return AgentName(name) if name is not None else None


def _known(given: tuple[str, ...], plan: Plan) -> Known:
    """Read what lookups give, as in `--with segment=gold`."""
    variables = {str(variable) for lookup in plan.lookups.values() for variable in lookup.gives}
    known: dict[VariableName, str] = {}
    for each in given:
        name, equals, text = each.partition("=")
        if not equals:
            raise click.BadParameter(f"{each!r} has no '='; write it as segment=gold", param_hint="--with")
        if name not in variables:
            hint = "; ".join(filter(None, (f"no lookup gives {name!r}", did_you_mean(name, variables))))
            raise click.BadParameter(hint, param_hint="--with")
        known[VariableName(name)] = text
    return known


@click.command()
@settings_option
@click.option("--dialed", callback=_number, help="The number that is called.", metavar="NUMBER")
@click.option("--call", help="A call that was, by its name in the journal (Uniqueid or UUID).", metavar="ID")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The journal that has the call; that of the settings, if left out.",
    metavar="FILE",
)
@click.option("--caller", callback=_number, help="The number that calls; none if it is hidden.", metavar="NUMBER")
@click.option(
    "--at",
    "at_text",
    help="When, in the rules' zone unless it names one; now if left out, and of a call that was, its whole life.",
    metavar="INSTANT",
)
@click.option(
    "--menu",
    "keys",
    multiple=True,
    callback=_keys,
    help="A key that the caller presses; again for the next.",
    metavar="KEY",
)
@click.option("--last", help="The agent with whom the caller last talked, for `prefer`.", metavar="AGENT")
@click.option("--with", "given", multiple=True, help="What a lookup gives; again for the next.", metavar="NAME=TEXT")
@click.option("--live", is_flag=True, help="Ask the telekit that runs how it stands now, not the rules how it would.")
@click.option("--all", "everybody", is_flag=True, help="List also all who lack a skill, however many.")
@click.option("--json", "for_program", is_flag=True, help="Print it for a program.")
@click.argument("rules", nargs=-1, type=click.Path(path_type=Path, exists=True))
def explain(
    settings_file: Path,
    dialed: str | None,
    call: str | None,
    journal: Path | None,
    live: bool,
    caller: str | None,
    at_text: str | None,
    keys: tuple[str, ...],
    last: str | None,
    given: tuple[str, ...],
    everybody: bool,
    for_program: bool,
    rules: tuple[Path, ...],
) -> None:
    """Tell who would be offered a call, and for everybody else the first reason why not.

    Asks the rules in RULES, or those that telekit.yaml names. Of an imagined call everybody whose shift runs counts as
    logged in, free and reachable. A call that was is led once more, with all that was before it, as the journal has it.

    \b
      telekit explain --dialed +33199001234
      telekit explain --dialed +33199001234 --menu 1 --at "2026-11-24 21:15"
      telekit explain --dialed +33199001234 --with segment=gold
      telekit explain --dialed 100 --at "2026-11-24 21:15 Indian/Reunion" rules
      telekit explain --call 1795408591.2
      telekit explain --call 1795408591.2 --at "2026-11-24 21:15:20"
      telekit explain --live --dialed +33199001234 --menu 1

    Exit status: 0 somebody would be offered the call, at once or after a wait; 1 nobody would, or the rules have
    mistakes, or the journal does not have the call, or these rules decide otherwise than was decided for it; 2 what was
    asked makes no sense.
    """
    if (dialed is None) is (call is None):
        both = "" if call is None else ", not both"
        ways = "--dialed NUMBER for one that is imagined, --call ID for one that was"
        raise click.UsageError(f"Say which call: {ways}{both}.")
    if live:
        refuse_ignored(
            "is nothing that the telekit that runs is asked: leave it out, or --live.",
            *("journal", "at_text", "last", "given", "rules"),
        )
        if call is not None:
            refuse_ignored("is of a call that would come now, by --dialed, not of one that waits.", "caller", "keys")
        from telekit.cli.explain_live import ask_live  # here: who imagines a call shall not wait for it

        sys.exit(ask_live(settings_file, dialed, caller, call, keys, for_program=for_program))
    if call is not None:
        refuse_ignored("is of a call that is imagined, by --dialed, not of one that was.", *OF_IMAGINED)
        from telekit.cli.explain_past import explain_past

        paths = rules_of(settings_file, rules)
        sys.exit(
            explain_past(settings_file, journal, call, at_text, paths, everybody=everybody, for_program=for_program)
        )
    if dialed is None:
        return
    refuse_ignored("is where a call that was is looked for: name it by --call.", "journal")
    plan = load(rules_of(settings_file, rules))
    at = read_instant(at_text, plan.zone) if at_text is not None else utc_now()
    imagined = imagine(plan, Arrival(CALL, dialed, Caller(caller)), at, keys, _agent(last, plan), _known(given, plan))
    if for_program:
        click.echo(json.dumps(as_json(imagined, at), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(answer(imagined, plan, at, everybody=everybody)))
        if (meant := _nationally(dialed, plan)) is not None:
            click.echo(f"{dialed} is not {meant}, which the rules know: a number is as the trunk tells it.", err=True)
    sys.exit(0 if imagined.offered else 1)


def _nationally(dialed: str, plan: Plan) -> str | None:
    """Give the number of the rules that somebody may have meant who wrote it as it is dialled in its country."""
    known = {number for route in plan.routes if route.dialed is not None for number in route.dialed.exactly}
    ends = dialed.lstrip("0")
    if dialed.startswith("+") or dialed in known or len(ends) < FEWEST_DIGITS:
        return None
    return next((number for number in sorted(known) if number.startswith("+") and number.endswith(ends)), None)
