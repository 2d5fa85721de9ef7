"""Every command that a page shows exists, with its options."""

import re
import shlex

import click
import pytest

from telekit.cli.main import telekit
from tests.docs.page import OWN, PROJECT, Page

CALL = re.compile(r"(?:^|[\s/`|;(=])telekit ((?:[a-z-]+)(?: [^`|;&)]*)?)")
GENERAL = {"--help", "-h"}
STARTS = ("telekit ", "sudo ", "cd ", "/opt/telekit/bin/telekit ", "ExecStart", "ExecReload", "exec ")


def spoken_of(page: Page) -> set[str]:
    """Give what a page says to type after `telekit`."""
    inline = re.findall(r"`([^`\n]+)`", page.text.partition("## What telekit says")[0])
    found = set()
    for line in [*page.commands(), *inline]:
        if line.startswith(
            ("telekit ", "sudo ", "cd ", "/opt/telekit/bin/telekit ", "ExecStart", "ExecReload", "exec ")
        ):
            found |= {match.strip() for match in CALL.findall(line)}
    return found


def verb_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """Find the verb, and the verb within it."""
    command: click.Command = telekit
    rest = list(words)
    while isinstance(command, click.Group):
        context = click.Context(command)
        assert rest, "a verb is missing"
        name = rest.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"there is no `telekit {' '.join(words)}`"
        command = found
    return command, rest


@pytest.mark.parametrize("page", OWN, ids=lambda page: page.path.name)
def test_every_verb_and_option_that_a_page_shows_exists(page: Page) -> None:
    for told in spoken_of(page):
        words = shlex.split(told.replace("…", "X"), comments=True)
        if words[:1] == ["render"] and len(words) == 1:
            continue
        command, rest = verb_of(words)
        known = {option for parameter in command.params for option in parameter.opts} | GENERAL
        used = {word.partition("=")[0] for word in rest if word.startswith("-")}
        assert used <= known, f"{page.path.name}: telekit {told}: {used - known}"


def test_this_test_sees_commands() -> None:
    seen = set().union(*(spoken_of(page) for page in OWN))
    verbs = {command.split()[0] for command in seen}
    assert verbs == {
        "agent",
        "callbacks",
        "check",
        "explain",
        "health",
        "lines",
        "queue-log",
        "reload",
        "render",
        "replay",
        "schema",
        "serve",
        "simulate",
        "staffing",
        "status",
        "test",
    }


@pytest.mark.parametrize("page", OWN, ids=lambda page: page.path.name)
def test_every_make_target_that_a_page_shows_exists(page: Page) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    shown = set(re.findall(r"(?:`|^    |\s)make ([a-z]+)(?:`|$)", page.text, re.MULTILINE))
    assert shown <= targets
