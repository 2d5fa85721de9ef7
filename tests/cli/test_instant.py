"""An instant is read as a person writes it, and told so that it can be read again."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telekit.cli.instant import read_instant, second_reading, tell_instant
from tests.roster.worlds import TROUBLE

PARIS = ZoneInfo("Europe/Paris")

zones = st.sampled_from(sorted({name for name, _ in TROUBLE} | {"Europe/Paris", "UTC"})).map(ZoneInfo)
anywhen = st.datetimes(datetime(1970, 1, 3), datetime(2999, 12, 29), timezones=st.just(UTC))  # noqa: DTZ001
near_trouble = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes),
    st.sampled_from([day for _, day in TROUBLE if day.year >= 1971]),
    st.integers(-1440, 2880),
)
instants = (anywhen | near_trouble).map(lambda at: at.replace(microsecond=0))


@given(zones, instants)
def test_what_clocks_show_is_the_instant_or_the_first_of_two(zone: ZoneInfo, at: datetime) -> None:
    shown = f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    found = read_instant(shown, zone)
    assert f"{found.astimezone(zone):%Y-%m-%d %H:%M:%S}" == shown
    other = second_reading(at, zone)
    assert (found == at) is (other is None or at.astimezone(zone).fold == 0)


@given(zones, instants, st.booleans())
def test_with_its_offset_or_zone_it_is_that_very_instant(zone: ZoneInfo, at: datetime, with_zone: bool) -> None:
    assert read_instant(at.astimezone(zone).isoformat(), PARIS) == at
    if second_reading(at, zone) is None:
        assert read_instant(f"{at.astimezone(zone):%Y-%m-%dT%H:%M:%S} {zone}", PARIS) == at


@given(zones, instants)
def test_of_two_instants_that_read_alike_each_names_the_other(zone: ZoneInfo, at: datetime) -> None:
    other = second_reading(at, zone)
    if other is None:
        return
    twin = read_instant(other, zone)
    assert twin != at.replace(second=0)
    assert second_reading(twin, zone) == f"{at.astimezone(zone):%Y-%m-%d %H:%M}{_offset(at.astimezone(zone))}"
    assert tell_instant(at, zone, year=True) != tell_instant(twin, zone, year=True)


def _offset(local: datetime) -> str:
    return f"{local:%z}"[:3] + ":" + f"{local:%z}"[3:]


@given(
    st.text() | st.from_regex(r"\d{1,5}-\d\d-\d\d( |T)\d\d:\d\d( [A-Za-z_/.+-]{1,12}|[+-]\d\d:\d\d)?", fullmatch=True)
)
@example("2026-11-24 10:00 ../../etc/passwd")
@example("2026-11-24 10:00 Europe")
@example("0001-01-01 00:00")
@example("9999-12-31 23:59-12:00")
@example("2026-11-24 10:00 localtime")
def test_whatever_is_written_it_is_an_instant_or_refused_in_a_sentence(text: str) -> None:
    found = answered(text)
    assert (found.tzinfo is UTC) if isinstance(found, datetime) else re.fullmatch(r"[^\n]+", found)


def answered(text: str) -> datetime | str:
    try:
        return read_instant(text, PARIS)
    except click.BadParameter as refused:
        return refused.message


@pytest.mark.parametrize(
    ("zone", "text", "jump"),
    [
        (
            "Europe/Paris",
            "2026-03-29 02:30",
            "there is no 02:30 on 2026-03-29 in Europe/Paris: the clocks go from 02:00 to",
        ),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "the clocks go from 02:00 to 02:30"),
        ("America/Sao_Paulo", "2018-11-04 00:30", "the clocks go from 00:00 to 01:00"),
        ("Pacific/Apia", "2011-12-30 10:00", "the clocks go from 2011-12-30 00:00 to 2011-12-31 00:00"),
    ],
)
def test_a_time_that_the_clocks_skip_is_told_with_their_jump(zone: str, text: str, jump: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        read_instant(text, ZoneInfo(zone))
    assert jump in refused.value.message
