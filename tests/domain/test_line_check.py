"""What is said of a line by what was measured of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from telekit.domain.line_check import Finding, LineCheck, LineReading, Stream

GOOD = LineReading(
    registered=True,
    answers_in=timedelta(milliseconds=20),
    travels_in=timedelta(milliseconds=40),
    sound_in=Stream(1000, 0),
    sound_out=Stream(1000, 0),
    signals_encrypted=True,
    sound_encrypted=True,
)


def findings(reading: LineReading, *, spoke: bool | None = True, hears: bool | None = True) -> tuple[Finding, ...]:
    return LineCheck(reading, spoke, hears).findings()


def test_of_a_line_on_which_all_is_well_nothing_is_said() -> None:
    assert findings(GOOD) == ()


@pytest.mark.parametrize(
    ("reading", "finding"),
    [
        (replace(GOOD, registered=False), Finding.NOT_REGISTERED),
        (replace(GOOD, sound_in=Stream(1000, 21)), Finding.LOSS),
        (replace(GOOD, sound_out=Stream(1000, 21)), Finding.LOSS),
        (replace(GOOD, travels_in=timedelta(milliseconds=301)), Finding.SLOW),
        (replace(GOOD, travels_in=None, answers_in=timedelta(milliseconds=301)), Finding.SLOW),
        (replace(GOOD, signals_encrypted=False), Finding.NOT_ENCRYPTED),
        (replace(GOOD, sound_encrypted=False), Finding.NOT_ENCRYPTED),
        (replace(GOOD, signals_encrypted=None, sound_encrypted=False), Finding.NOT_ENCRYPTED),
        (replace(GOOD, registered=None), Finding.UNMEASURED),
        (replace(GOOD, travels_in=None, answers_in=None), Finding.UNMEASURED),
        (replace(GOOD, sound_out=None), Finding.UNMEASURED),
        (replace(GOOD, sound_in=Stream(249, 0)), Finding.UNMEASURED),
        (replace(GOOD, sound_encrypted=None), Finding.UNMEASURED),
    ],
)
def test_each_trouble_is_found_and_no_other(reading: LineReading, finding: Finding) -> None:
    assert findings(reading) == (finding,)


@pytest.mark.parametrize(
    "reading",
    [
        replace(GOOD, sound_in=Stream(1000, 20), sound_out=Stream(1000, 20)),
        replace(GOOD, travels_in=timedelta(milliseconds=300)),
        replace(GOOD, answers_in=timedelta(seconds=2)),
        replace(GOOD, travels_in=None),
    ],
)
def test_at_a_limit_all_is_well_and_the_sound_counts_before_the_signals(reading: LineReading) -> None:
    assert findings(reading) == ()


def test_both_directions_are_judged_by_what_was_measured_and_what_the_agent_said() -> None:
    assert findings(GOOD, spoke=False) == (Finding.NO_SOUND_IN,)
    assert findings(GOOD, hears=False) == (Finding.NO_SOUND_OUT,)
    assert findings(GOOD, hears=None) == (Finding.UNCONFIRMED,)
    assert findings(GOOD, spoke=None) == (Finding.UNMEASURED,)


def test_of_a_phone_that_sends_not_one_packet_neither_microphone_nor_key_is_missed() -> None:
    silent = replace(GOOD, sound_in=Stream(0, 0))
    assert findings(silent, spoke=False, hears=None) == (Finding.NOTHING_COMES,)
    assert findings(silent, spoke=None, hears=None) == (Finding.NOTHING_COMES, Finding.UNMEASURED)


def test_what_matters_most_is_said_first_and_nothing_unknown_is_fine() -> None:
    bad = replace(GOOD, registered=False, sound_in=Stream(500, 100), signals_encrypted=False)
    assert findings(bad, hears=False) == (
        Finding.NOT_REGISTERED,
        Finding.NO_SOUND_OUT,
        Finding.LOSS,
        Finding.NOT_ENCRYPTED,
    )
    assert findings(LineReading(), spoke=None, hears=None) == (Finding.UNCONFIRMED, Finding.UNMEASURED)
