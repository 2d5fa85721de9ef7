"""Only ways that are certain to have no end are mistakes."""

from pathlib import Path

import pytest

from telekit import rules

TOP = "timezone: Europe/Paris\nholidays: FR\n"


def _complaints(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "rules.yaml"
    file.write_text(TOP + text)
    return [complaint.message for complaint in rules.check(file)]


def _two_queues(day: str, night: str, more: str = "") -> str:
    return (
        f"queues:\n  day: {{open: {day}, closed: {{then: {{queue: night}}}}{more}}}\n"
        f"  night: {{open: {night}, closed: {{then: {{queue: day}}}}{more}}}\n"
    )


@pytest.mark.parametrize(
    ("day", "night"),
    [
        ("mon-sun 07:00-19:00", "mon-sun 19:00-07:00"),
        ("mon-sun 06:00-20:00", "mon-sun 19:00-07:00"),
        ("mon-sun 00:00-24:00", "mon 08:00-09:00"),
        ("[mon-fri 08:00-18:00, sat-sun 00:00-24:00]", "sun-fri 18:00-08:00"),
    ],
)
def test_queues_that_relieve_each_other_are_fine(tmp_path: Path, day: str, night: str) -> None:
    assert _complaints(tmp_path, _two_queues(day, night, ", holidays: open")) == []


@pytest.mark.parametrize(
    ("day", "night"),
    [
        ("mon-sun 07:00-19:00", "mon-sun 19:01-07:00"),
        ("mon-sun 07:00-19:00", "mon-sat 19:00-07:00"),
        ("mon-sun 07:00-19:00", "mon-sun 19:00-07:00 every 2 weeks from 2026-11-23"),
    ],
)
def test_queues_that_are_ever_closed_together_are_not(tmp_path: Path, day: str, night: str) -> None:
    assert len(_complaints(tmp_path, _two_queues(day, night, ", holidays: open"))) == 1


def test_queues_that_close_on_holidays_are_not_either(tmp_path: Path) -> None:
    assert len(_complaints(tmp_path, _two_queues("mon-sun 07:00-19:00", "mon-sun 19:00-07:00"))) == 1


def test_a_way_that_ends_is_fine_however_long(tmp_path: Path) -> None:
    text = (
        "queues:\n  a: {open: mon 08:00-09:00, closed: {then: {queue: b}}}\n"
        "  b: {open: mon 08:00-09:00, closed: {then: {menu: m}}}\n"
        "menus:\n  m: {say: welcome, 1: {menu: m}, nothing: voicemail}\n"
    )
    assert _complaints(tmp_path, text) == []


def test_a_ring_is_told_once_whatever_leads_into_it(tmp_path: Path) -> None:
    menus = ", ".join(f"m{n}: {{say: welcome, 1: hangup, nothing: {{menu: m{max(n - 1, 0)}}}}}" for n in range(9))
    assert _complaints(tmp_path, f"menus: {{{menus}}}\n") == [
        "a caller who presses nothing never gets out: menu m0 -> menu m0"
    ]
