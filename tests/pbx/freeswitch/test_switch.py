"""What FreeSWITCH answers that cannot be read, or is past when it comes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from telekit.cli.health import ANSWERS_WITHIN
from telekit.errors import SwitchError
from telekit.pbx.freeswitch import switch as module
from telekit.pbx.freeswitch.esl.event import Event
from telekit.pbx.freeswitch.esl.frame import Frame
from telekit.pbx.freeswitch.switch import FreeSwitchSwitch
from telekit.pbx.port import SwitchEvent

CHANNELS = '{"row_count": 1, "rows": [{"uuid": "a-leg"}]}'
LEG = {"Unique-ID": "a-leg", "Channel-Presence-ID": "amina@home.example"}


class ScriptedLink:
    """Answers each command with what a test gives it, and does before what it says."""

    def __init__(self, **answers: str) -> None:
        self.up = True
        self.within: dict[str, timedelta | None] = {}
        """How long each command may take."""
        self._answers = answers
        self.before: Callable[[str], object] = lambda line: None

    async def api(self, line: str, *, within: timedelta | None = None) -> str:
        self.before(line)
        self.within[line] = within
        return self._answers[line]


def beside(link: ScriptedLink) -> FreeSwitchSwitch:
    return FreeSwitchSwitch(link, "home.example", lambda: datetime.now(UTC))  # type: ignore[arg-type]


@pytest.mark.parametrize("answers", [("{", ""), (CHANNELS, '{"Event-Name": "CH')], ids=["a list", "a channel"])
async def test_an_answer_that_was_cut_short_is_told(answers: tuple[str, str]) -> None:
    listed, channel = answers
    link = ScriptedLink(**{"show channels as json": listed, "uuid_dump a-leg json": channel})
    with pytest.raises(SwitchError, match="where JSON was to come"):
        await beside(link).legs()


async def test_a_call_that_ends_while_it_is_asked_about_keeps_no_phone_engaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LATE", timedelta(0))
    link = ScriptedLink(
        **{
            "show registrations as json": '{"row_count": 0}',
            "show channels as json": CHANNELS,
            "uuid_dump a-leg json": json.dumps(LEG),
        }
    )
    switch = beside(link)
    told: list[SwitchEvent] = []
    switch._tell = told.append
    over = json.dumps({"Event-Name": "CHANNEL_HANGUP_COMPLETE", **LEG}).encode()

    def end(line: str) -> None:
        if line.startswith("uuid_dump"):
            switch._receive(Event(Frame("Content-Type: text/event-json", over)))

    link.before = end
    await switch._look_again(0)
    assert told == []
    assert "a-leg" not in switch._channels


async def test_the_fallback_is_asked_for_no_longer_than_health_is_waited_for() -> None:
    link = ScriptedLink(**{"global_getvar telekit_rendered": ""})
    assert await beside(link).fallback() is None
    assert (link.within["global_getvar telekit_rendered"] or timedelta.max).total_seconds() < ANSWERS_WITHIN
