"""An agent tries out the line: what is heard, and what is written down."""

import wave
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest

from telekit.callflow import prompts
from telekit.callflow.agent_codes import agent_script
from telekit.callflow.line_check import KEY_WITHIN, SPEAKS_FOR, advice
from telekit.domain.fact import FactKind
from telekit.domain.line_check import Finding, LineReading
from telekit.errors import CallerGone
from telekit.pbx.asterisk.agi.line import REPORTS_WITHIN
from telekit.pbx.loopback import LoopbackCall
from tests.acd.day import agent, plan
from tests.domain.test_line_check import GOOD
from tests.service.world import World, routed

SOUNDS = Path(__file__).parents[2] / "dialplans/asterisk/sounds"


def world(tmp_path: Path, hours: str = "08:00-18:00") -> World:
    made = World(routed(plan([agent("amina", hours)])), tmp_path)
    made.phone("amina")
    return made


async def check(
    here: World, *, press: str = "1", reading: LineReading = GOOD, speaks: bool = True, endpoint: str = "amina"
) -> list[str]:
    """Dial the code and hear it out; give what was heard."""
    call = LoopbackCall(here.switch, arguments={"do": "line-check", "endpoint": endpoint}, keys=press)
    call.reading, call.speaks = reading, speaks
    await agent_script(here.exchange)(call)
    assert call.story[-1] == "hung up"
    return [told for told in call.story[1:-1] if not told.startswith("chose")]


async def test_who_hears_themselves_on_a_good_line_hears_that_it_is_good(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        assert await check(here) == [
            "played telekit/check-begins",
            "played beep",
            "heard themselves",
            "played telekit/check-heard",
            "played telekit/check-fine",
        ]
        (fact,) = here.facts(FactKind.LINE_CHECKED)
        assert (fact.agent, fact.details["findings"]) == ("amina", "")
        assert (fact.details["round_trip"], fact.details["of"]) == (0.04, "sound")
        assert (fact.details["spoke"], fact.details["hears"]) == (True, True)


async def test_who_is_not_heard_is_asked_whether_they_hear_and_told_of_the_microphone(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        heard = await check(here, speaks=False)
        assert heard[2:] == ["said nothing", "played telekit/check-hears", "played telekit/check-no-sound-in"]


@pytest.mark.parametrize(("press", "advice"), [("2", "no-sound-out"), (",", "unconfirmed"), ("7", "unconfirmed")])
async def test_who_says_no_or_nothing_is_not_told_that_all_is_well(tmp_path: Path, press: str, advice: str) -> None:
    async with world(tmp_path) as here:
        assert (await check(here, press=press))[-1] == f"played telekit/check-{advice}"


def test_what_helps_against_two_troubles_is_said_once() -> None:
    assert advice([Finding.LOSS, Finding.SLOW]) == [prompts.CHECK_LOSS, prompts.CHECK_SLOW, prompts.CHECK_CABLE]
    assert advice([Finding.SLOW]) == [prompts.CHECK_SLOW, prompts.CHECK_CABLE]


async def test_a_line_is_tried_out_before_the_shift_too(tmp_path: Path) -> None:
    async with world(tmp_path, "15:00-19:30") as here:
        assert (await check(here))[-1] == "played telekit/check-fine"


async def test_a_phone_that_is_no_agents_is_not_measured(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        assert await check(here, endpoint="lobby") == ["played telekit/not-an-agent"]
        assert here.facts(FactKind.LINE_CHECKED) == []


async def test_who_hangs_up_while_the_line_is_tried_out_leaves_a_check_without_an_answer(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        arguments = {"do": "line-check", "endpoint": "amina"}
        call = LoopbackCall(here.switch, arguments=arguments, patience=timedelta(seconds=6))
        with pytest.raises(CallerGone):
            await agent_script(here.exchange)(call)
        (fact,) = here.facts(FactKind.LINE_CHECKED)
        assert (fact.details["hears"], fact.details["findings"]) == (None, "unconfirmed, unmeasured")


def seconds(prompt: str, language: str) -> float:
    with wave.open(str(SOUNDS / language / f"{prompt}.wav")) as file:
        return file.getnframes() / file.getframerate()


NOT_HEARD = {Finding.NOTHING_COMES, Finding.NO_SOUND_IN}
"""With one of them nothing is played back, and they exclude each other; where nothing comes no key says that the agent
does not hear."""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_check_in_which_four_things_are_not_fine_takes_less_than_a_minute(language: str) -> None:
    """The key is pressed half way; of who presses none that is told, instead of what a key says."""
    before = seconds(prompts.CHECK_BEGINS, language) + 1 + KEY_WITHIN.total_seconds() / 2
    for four in combinations((each for each in Finding if each is not Finding.UNCONFIRMED), 4):
        if set(four) >= NOT_HEARD or set(four) >= {Finding.NOTHING_COMES, Finding.NO_SOUND_OUT}:
            continue
        heard = not NOT_HEARD & set(four)
        took = before + seconds(prompts.CHECK_HEARD if heard else prompts.CHECK_HEARS, language)
        took += SPEAKS_FOR.total_seconds() * (2 if heard else 1)
        took += REPORTS_WITHIN if Finding.LOSS in four else 0
        assert took + sum(seconds(prompt, language) for prompt in advice(four)) < 60
