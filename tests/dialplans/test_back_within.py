"""How soon those who wait for a telekit that is away are back once it is there: it waits for longer than they do."""

import re
from datetime import timedelta
from pathlib import Path

from telekit.sides import asterisk, freeswitch

DIALPLANS = Path(__file__).parents[2] / "dialplans"


def test_on_asterisk_telekit_waits_for_longer_than_the_dialplan() -> None:
    between = DIALPLANS.joinpath("asterisk/extensions.conf").read_text(encoding="utf-8")
    (turn,) = re.findall(r"same => n,Answer\(\)\n same => n,StartMusicOnHold\(\)\n same => n,Wait\((\d+)\)", between)
    answering = timedelta(seconds=0.5)
    assert timedelta(seconds=int(turn)) + answering < asterisk.BACK_WITHIN


def test_on_freeswitch_telekit_waits_for_longer_than_the_dialplan() -> None:
    between = DIALPLANS.joinpath("freeswitch/dialplan.xml").read_text(encoding="utf-8")
    (turn,) = re.findall(r'data="playback_timeout_sec=(\d+)"', between)
    assert timedelta(seconds=int(turn)) < freeswitch.BACK_WITHIN
