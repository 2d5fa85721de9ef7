"""The bar that shows how far a simulation is."""

import sys
from io import StringIO

import pytest

from telekit.cli.progress import progress


class Terminal(StringIO):
    """What the bar is drawn on."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress(2000, "calls") as told:
        told(500)
        told(500)
    assert "1000/2000" in terminal.getvalue()


def test_what_is_no_terminal_sees_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(2000, "calls") as told:
        told(500)
    assert capsys.readouterr() == ("", "")
