"""Who waits on FreeSWITCH for a telekit that is away: since when, and how soon they are back once it is there."""

import re
from datetime import UTC, datetime
from pathlib import Path

from telekit.domain.place import waits_since
from telekit.service.gathering import WITHIN

DIALPLAN = (Path(__file__).parents[2] / "dialplans/freeswitch/dialplan.xml").read_text(encoding="utf-8")


def test_since_when_a_caller_waits_is_noted_to_the_millisecond() -> None:
    stop = r'field="\$\{strmicroepoch\(\)\}" expression="([^"]+)">\s*<action [^>]*TELEKIT_PLACE=([^"]+)"'
    noted = re.search(stop, DIALPLAN)
    assert noted is not None
    moment = re.search(noted[1], "1795465787010076")
    assert moment is not None
    place = noted[2].replace("$1", moment[1]).replace("$2", moment[2])
    assert waits_since(place) == datetime(2026, 11, 23, 20, 29, 47, 10_000, tzinfo=UTC)


def test_a_telekit_that_has_begun_waits_for_longer_than_the_dialplan_does() -> None:
    (turn,) = re.findall(r'data="playback_timeout_sec=(\d+)"', DIALPLAN)
    assert int(turn) < WITHIN
