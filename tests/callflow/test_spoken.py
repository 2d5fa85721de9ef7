"""Places and waits in words, in both languages."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from telekit.callflow.spoken import minutes_told, spoken_number, spoken_place, spoken_wait

PROMPTS = Path(__file__).parents[2] / "dialplans/prompts.yaml"

ENGLISH = {
    1: "1",
    12: "12",
    20: "20",
    21: "20 1",
    45: "40 5",
    80: "80",
    99: "90 9",
    100: "1 hundred",
    107: "1 hundred 7",
    999: "9 hundred 90 9",
}
FRENCH = {
    1: "1",
    16: "16",
    17: "17",
    20: "20",
    21: "20 et 1",
    22: "20 2",
    60: "60",
    61: "60 et 1",
    70: "60 10",
    71: "60 et 11",
    77: "60 17",
    80: "80",
    81: "80 1",
    90: "80 10",
    91: "80 11",
    99: "80 19",
    100: "hundred",
    101: "hundred 1",
    200: "2 hundred",
    271: "2 hundred 60 et 11",
}


def words(number: int, language: str) -> str:
    return " ".join(prompt.removeprefix("digits/") for prompt in spoken_number(number, language))


@pytest.mark.parametrize(("number", "said"), ENGLISH.items())
def test_a_number_in_english(number: int, said: str) -> None:
    assert words(number, "en") == said


@pytest.mark.parametrize(("number", "said"), FRENCH.items())
def test_a_number_in_french(number: int, said: str) -> None:
    assert words(number, "fr") == said


@pytest.mark.parametrize("language", ["fr", "fr_CA", "fr-FR", "FR"])
def test_every_french_is_french(language: str) -> None:
    assert words(71, language) == "60 et 11"


@pytest.mark.parametrize("language", ["en", "en_GB", "de", ""])
def test_everything_else_is_counted_as_in_english(language: str) -> None:
    assert words(71, language) == "70 1"


def test_who_is_next_is_told_so() -> None:
    assert spoken_place(1, "fr") == ("queue-youarenext",)


def test_a_place_is_told_by_its_number() -> None:
    assert spoken_place(21, "fr") == ("queue-thereare", "digits/20", "digits/et", "digits/1")


def test_a_place_far_back_is_not_told() -> None:
    assert spoken_place(1000, "en") == ()


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 0), (44, 0), (45, 1), (89, 1), (91, 2), (600, 10), (629, 10), (660, 10), (780, 15), (3600, 60), (3800, 61)],
)
def test_a_wait_is_rounded_as_one_would_say_it(seconds: int, minutes: int) -> None:
    assert minutes_told(timedelta(seconds=seconds)) == minutes


def test_every_wait_is_told_in_a_sentence_that_is_right_in_both_languages() -> None:
    assert spoken_wait(0, "fr") == ("telekit/wait-under-a-minute",)
    assert spoken_wait(1, "fr") == ("telekit/wait-a-minute",)
    assert spoken_wait(4, "en") == ("queue-holdtime", "digits/4", "queue-minutes")
    assert spoken_wait(25, "fr") == ("queue-holdtime", "digits/20", "digits/5", "queue-minutes")
    assert spoken_wait(minutes_told(timedelta(hours=2)), "en") == ("telekit/wait-over-an-hour",)


def test_no_number_of_minutes_that_is_told_would_need_the_feminine_one_of_french() -> None:
    told = {minutes_told(timedelta(seconds=seconds)) for seconds in range(7200)}
    assert not {minutes for minutes in told if 1 < minutes < 61 and minutes % 10 == 1}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_prompt_that_may_be_told_is_one_of_those_that_are_there(language: str) -> None:
    known = yaml.safe_load(PROMPTS.read_text(encoding="utf-8"))
    there = {f"telekit/{name}" for name in known["lines"]} | {*known["core"]["every"], *known["core"][language]}
    told = {prompt for place in range(1, 1000) for prompt in spoken_place(place, language)}
    told |= {prompt for minutes in range(62) for prompt in spoken_wait(minutes, language)}
    assert told <= there
