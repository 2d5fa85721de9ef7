"""What `telekit callbacks` prints."""

from typing import Any

from telekit.cli.callbacks import table

WAITS: dict[str, Any] = {
    "call": "1795407695.250",
    "queue": "billing",
    "number": "+33199007788",
    "dialed": "+33199001234",
    "agreed_at": "2026-11-23T12:00:00+00:00",
    "waited": 90.0,
    "tries": 0,
    "again_in": None,
    "agents": [],
}


def line(**more: object) -> str:
    _, told = table([WAITS | more])
    return " ".join(told.split())


def test_each_callback_is_a_line_with_what_happens_now() -> None:
    assert line() == "1795407695.250 billing +33199007788 1m30s 0 waits"
    assert line(tries=1, again_in=300.0).endswith("1 rests for 5m00s")
    assert line(agents=["amina"]).endswith("amina calls back")
