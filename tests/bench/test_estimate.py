"""How announced waits are judged."""

from datetime import UTC, datetime

import pytest

from telekit.domain.names import CallId
from tests.bench.estimate import Score, heard_from_app_queue, heard_from_telekit
from tests.bench.estimate_days import Day, HoldTime, Moment
from tests.bench.estimate_plot import plot
from tests.bench.estimate_shapes import SHAPES


def moment(*, wait: float = 0, waited: float = 0, hold: int = 0, came: float = 0) -> Moment:
    return Moment(CallId("call"), datetime(2026, 11, 23, tzinfo=UTC), waited, 1, wait, wait, wait, True, hold, came)


def test_app_queue_keeps_three_quarters_of_what_it_knew() -> None:
    hold = HoldTime()
    hold.answered(100)
    hold.calls += 1
    hold.answered(20)
    assert hold.seconds == 80


@pytest.mark.parametrize(
    ("hold", "waited", "heard"), [(100, 0, 120), (100, 80, 30), (29, 0, 30), (30, 0, 60), (100, 370, 240)]
)
def test_app_queue_tells_what_is_left_of_the_usual_wait_and_then_what_is_too_much(
    hold: int, waited: float, heard: float
) -> None:
    assert heard_from_app_queue(moment(hold=hold, waited=waited)) == heard


@pytest.mark.parametrize(("wait", "heard"), [(10, 30), (100, 120), (800, 780 + 120), (9000, 4500)])
def test_telekit_tells_whole_minutes(wait: float, heard: float) -> None:
    assert heard_from_telekit(moment(wait=wait)) == heard


def test_near_is_within_half_a_minute_or_a_quarter_of_what_came() -> None:
    moments = [moment(wait=120, came=came) for came in (91, 149, 160, 161, 20)]
    assert Score.of(moments, heard_from_telekit) == Score(40, 3 / 5)


def test_a_day_is_the_same_whenever_it_passes() -> None:
    small = next(shape for shape in SHAPES if shape.name == "small team")
    one, other = Day(small, 1).run(), Day(small, 1).run()
    assert one.moments == other.moments
    assert one.joined > 400
    assert all(each.came is None or each.came >= 0 for each in one.moments)


def test_the_plot_has_a_panel_for_each_shape() -> None:
    picture = plot([("steady", [1.0, 50.0], [100.0]), ("a < b", [1.0], [1.0])])
    assert picture.count("<g ") == 2
    assert "a &lt; b" in picture
