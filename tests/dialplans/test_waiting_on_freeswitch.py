"""Since when somebody waits on FreeSWITCH for a telekit that is away."""

import re
from datetime import UTC, datetime
from pathlib import Path

from telekit.domain.place import waits_since

DIALPLAN = (Path(__file__).parents[2] / "dialplans/freeswitch/dialplan.xml").read_text(encoding="utf-8")


def test_since_when_a_caller_waits_is_noted_to_the_millisecond() -> None:
    stop = r'field="\$\{strmicroepoch\(\)\}" expression="([^"]+)">\s*<action [^>]*TELEKIT_PLACE=([^"]+)"'
    noted = re.search(stop, DIALPLAN)
    assert noted is not None
    moment = re.search(noted[1], "1795465787010076")
    assert moment is not None
    place = noted[2].replace("$1", moment[1]).replace("$2", moment[2])
    assert waits_since(place) == datetime(2026, 11, 23, 20, 29, 47, 10_000, tzinfo=UTC)
