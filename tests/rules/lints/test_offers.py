"""Steps and overflows that offer a callback are looked at as all others are."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from telekit import rules

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TOP = """\
timezone: Europe/Paris
shifts: {days: mon-fri 09:00-17:00}
agents: {amina: {phone: sip:amina, shifts: days}}
menus: {stay: {say: welcome, 1: voicemail, nothing: hangup}, wait: {say: welcome, 1: {queue: billing}, nothing: hangup}}
routes: [{queue: billing}]
queues:
  billing:
    open: mon-fri 09:00-17:00
"""


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("steps: [{after: 10s, offer: callback}, {after: 8m, go: voicemail}]", "ring-outlasts-step"),
        ("steps: [{after: 3m, go: {menu: stay}}, {after: 4m, offer: callback}]", "hidden-step"),
        ("overflow: [{waiting: 20, offer: callback}, {waiting: 40, go: voicemail}]", "hidden-overflow"),
        ("steps: [{after: 4m, offer: callback}, {after: 8m, go: voicemail}]", None),
        ("steps: [{after: 3m, go: {menu: wait}}, {after: 4m, offer: callback}]", None),
        ("overflow: [{waiting: 40, go: voicemail}, {waiting: 20, offer: callback}]", None),
    ],
)
def test_an_offer_that_comes_to_nothing_is_told(tmp_path: Path, line: str, found: str | None) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(f"{TOP}    {line}\n")
    judged = {"ring-outlasts-step", "hidden-step", "hidden-overflow"}
    told = {one.name for one in rules.lint(rules.read(file), NOW)} & judged
    assert told == ({found} if found else set())
