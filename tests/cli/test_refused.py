"""What makes no sense, or would be ignored, is refused in a sentence that says what to do."""

import click
import pytest

from telekit.cli.main import telekit
from telekit.errors import TelekitError
from tests.cli.command import PROJECT, SAMPLES, run

LOG = PROJECT / "docs/samples/replay/queue_log"
DAY = PROJECT / "docs/samples/staffing/tuesday.csv"
OF_LOG = ("replay", "--queue-log", LOG, "--queue", "8000=billing")


def refused(*arguments: object) -> str:
    """Give the sentence with which a command is refused."""
    with pytest.raises((click.ClickException, TelekitError)) as caught:
        telekit.main([*map(str, arguments)], standalone_mode=False)
    error = caught.value
    return error.format_message() if isinstance(error, click.ClickException) else str(error)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("replay", "--since", "yesterday"), "Invalid value for --since: 'yesterday' is no instant"),
        (("replay", "--until", "yesterday"), "Invalid value for --until: 'yesterday' is no instant"),
        (("replay", "--agent", "SIP/204=amina"), "--agent tells what a queue_log calls otherwise: name that by"),
        (("replay", "--journal", LOG), f"{LOG} is no journal of telekit's; a queue_log is named by --queue-log."),
        (("replay", "--csv", "--json"), "--csv and --json exclude each other."),
        ((*OF_LOG, "--same"), "--same is of telekit's journal; a queue_log holds no decisions of telekit."),
        ((*OF_LOG, "--agent", "SIP/204=amin"), "the rules have no agent 'amin'; did you mean 'amina'?"),
        (
            ("replay", "--queue-log", LOG, "--queue", "8000=bill"),
            "the rules have no queue 'bill'; did you mean 'billing'?",
        ),
        (
            (*OF_LOG, "--since", "2027-01-01"),
            "no call in that time: it goes from Tue 24 Nov 2026 10:01:34 to Tue 24 Nov 2026 15:56:22, Europe/Paris.",
        ),
        (("replay", "--queue-log", DAY), f"9 lines cannot be read, the first is {DAY}:1: 1 fields where"),
        (("explain", "--dialed", "100", "--call", "1.2"), "--call ID for one that was, not both."),
        (("explain", "--dialed", "100", "--journal", "telekit.db"), "--journal is where a call that was is looked for"),
        (("explain", "--call", "1.2", "--menu", "1"), "--menu is of a call that is imagined, by --dialed"),
        (("explain", "--live", "--call", "1.2", "--at", "2026-11-24"), "--at is nothing that the telekit that runs is"),
        (
            ("simulate", "--calls", "billing=20", "--queue", "a=b"),
            "--queue tells what a queue is called in the file",
        ),
        (
            ("simulate", "--like", LOG),
            "that the rules have: it has 8000 (62). Say which is meant, as in --queue 8000=billing.",
        ),
        (("simulate", "--like", DAY), f"{DAY} tells of no call: name a journal of telekit's, or Asterisk's queue_log."),
    ],
)
def test_of_the_rules(asked: tuple[object, ...], sentence: str) -> None:
    assert sentence in refused(*asked, SAMPLES)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("--calls", "120", DAY), "by --calls with --aht, or by a CSV file, not by both."),
        (("--calls", "120", "--shrinkage", "30"), "'30' is no share; did you mean 30%?"),
        (("--calls", "120", "--target", "100% in 20s"), "no number of agents is sure to answer all calls in time"),
        (("--calls", "120", "--max-abandoned", "3%"), "--max-abandoned means nothing where nobody gives up"),
    ],
)
def test_of_staffing(asked: tuple[object, ...], sentence: str) -> None:
    assert sentence in refused("staffing", "--aht", "4m", *asked)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("check", "--fix", "--diff"), "--fix mends, --diff only shows what --fix would: name one of them."),
        (("check", "--list", "--fix"), "--fix is of rules that are checked: leave out --list and --explain."),
        (("agent", "amina", "--reason", "lunch"), "--reason says more of a WORD: name that"),
    ],
)
def test_of_others(asked: tuple[object, ...], sentence: str) -> None:
    assert sentence in refused(*asked)


def test_a_sentence_ends_with_one_full_stop_or_with_its_question() -> None:
    assert run("check", "--nope")[2].endswith("No such option '--nope'.\n")
    assert run("chekc")[2].endswith("There is no verb 'chekc'; did you mean 'check'?\n")
    assert run("explain", "--dialed", "+33 199001234", SAMPLES)[2].endswith("; did you mean '+33199001234'?\n")


def test_help_is_a_word_too() -> None:
    assert run("help") == run("--help")
    assert run("help", "check") == run("check", "--help")


def test_a_number_that_is_dialled_in_its_country_is_told_beside_the_one_of_the_rules() -> None:
    status, told, noted = run("explain", "--dialed", "0199001234", SAMPLES)
    assert (status in (0, 1), told != "") == (True, True)
    assert noted == "0199001234 is not +33199001234, which the rules know: a number is as the trunk tells it.\n"
