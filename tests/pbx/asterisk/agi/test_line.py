"""What Asterisk's answers say of a leg."""

from datetime import timedelta

import pytest

from telekit.domain.line_check import LineReading, Stream
from telekit.errors import CallerGone
from telekit.pbx.asterisk.agi.codec import Reply
from telekit.pbx.asterisk.agi.line import MEASURED, SCORE, measure

CONTACT = "amina;@0123456789abcdef0123456789abcdef"
COUNTED = "0.040000|1000|10|900|9|0.002|0.041|85.1"


async def read(answer: str, contact: str = "Reachable|20000") -> tuple[LineReading, list[str]]:
    asked: list[str] = []

    async def run(line: bytes) -> Reply:
        asked.append(line.decode())
        return Reply(200, "1", answer if MEASURED in asked[-1] else contact)

    return await measure(run, within=0), asked


async def test_all_of_it_is_read() -> None:
    reading, _ = await read(f"{COUNTED}|1|0|1|{CONTACT}")
    assert reading == LineReading(
        registered=True,
        answers_in=timedelta(milliseconds=20),
        travels_in=timedelta(milliseconds=40),
        sound_in=Stream(1010, 10),
        sound_out=Stream(900, 9),
        signals_encrypted=True,
        sound_encrypted=False,
    )


async def test_a_phone_that_reports_nothing_is_not_said_to_receive_everything() -> None:
    reading, _ = await read(f"0.000000|1000|0|900|0|0.000000|0.0|0.0|0|0|1|{CONTACT}")
    assert (reading.travels_in, reading.sound_out) == (None, None)


async def test_a_phone_that_reports_nothing_but_zeros_receives_everything() -> None:
    reading, _ = await read(f"0.000000|1000|0|900|0|0.000000|0.0|88.0|0|0|1|{CONTACT}")
    assert reading.sound_out == Stream(900, 0)


async def test_an_older_asterisk_without_the_score_is_believed_by_what_else_is_reported() -> None:
    reading, _ = await read(f"0.000000|1000|0|900|0|0.002|0.0||0|0|1|{CONTACT}")
    assert reading.sound_out == Stream(900, 0)


async def test_of_a_phone_that_sent_nothing_no_packet_is_lost() -> None:
    reading, _ = await read(f"0.000000|0|1|900|0|0.000000|0.0|0.0|0|0|1|{CONTACT}")
    assert reading.sound_in == Stream(0, 0)


async def test_packets_that_came_twice_are_no_loss() -> None:
    reading, _ = await read(f"0.04|1000|4294967290|900|16777213|0.002|0.04|85.1|0|0|1|{CONTACT}")
    assert reading.sound_in == Stream(1000, 0)
    assert reading.sound_out == Stream(900, 0)


@pytest.mark.parametrize(
    ("place", "contacts", "told", "registered"),
    [
        ("1", "", "", False),
        ("1", CONTACT, "Unreachable|N/A", False),
        ("1", CONTACT, "NonQualified|N/A", True),
        ("2", f"{CONTACT},{CONTACT}", "", True),
        ("", "", "", None),
    ],
)
async def test_registration_is_what_the_contacts_say(
    place: str, contacts: str, told: str, registered: bool | None
) -> None:
    reading, _ = await read(f"{COUNTED}|1|1|{place}|{contacts}", told)
    assert (reading.registered, reading.answers_in) == (registered, None)


async def test_a_contact_that_could_be_more_than_a_name_is_not_asked_about() -> None:
    _, asked = await read(f"{COUNTED}|1|1|1|${{SHELL(id)}};@00")
    assert len(asked) == 1


async def test_an_answer_that_is_none_says_nothing() -> None:
    assert (await read(""))[0] == LineReading()


async def reported(*answers: str, then: type[Exception] | None = None) -> LineReading:
    """Let Asterisk count one thing after the other, the last for ever, or until the caller hangs up."""
    left = list(answers)

    async def run(line: bytes) -> Reply:
        if MEASURED not in line.decode():
            return Reply(200, "1", "Reachable|20000")
        if len(left) == 1 and then is not None:
            raise then
        return Reply(200, "1", f"{left.pop(0) if len(left) > 1 else left[0]}|1|1|1|{CONTACT}")

    return await measure(run, within=3)


async def test_what_was_lost_is_set_beside_what_came_until_that_was_reported() -> None:
    reading = await reported(
        "0.04|1000|10|900|9|0.002|0.040|85.1",
        "0.04|1010|10|910|9|0.002|0.040|85.1",
        "0.04|1020|30|920|9|0.002|0.040|85.1",
        "0.04|1030|30|930|20|0.002|0.041|85.1",
    )
    assert (reading.sound_in, reading.sound_out) == (Stream(1050, 30), Stream(930, 20))


async def test_a_report_that_tells_of_no_more_loss_is_seen_by_its_time() -> None:
    reading = await reported("0.04|1000|10|900|9|0.002|0.040|85.1", "0.04|1010|20|910|9|0.002|0.041|85.1")
    assert (reading.sound_in, reading.sound_out) == (Stream(1030, 20), Stream(910, 9))


@pytest.mark.parametrize(("last", "told"), [("65535.999512", timedelta(0)), ("65530.000000", None), ("3600.5", None)])
async def test_a_way_so_short_that_it_seems_less_than_none_is_none(last: str, told: timedelta | None) -> None:
    """Of such a report Asterisk makes no mean."""
    reading, _ = await read(f"0.000000|1000|0|900|0|0.000000|{last}|0.0|0|0|1|{CONTACT}")
    assert (reading.travels_in, reading.sound_out) == (told, Stream(900, 0))


async def test_a_first_report_that_comes_late_is_waited_for() -> None:
    reading = await reported(
        "0.000000|1000|0|900|0|0.000000|0.0|0.0",
        "0.000000|1010|0|910|0|0.002|0.0|88.0",
        "0.04|1020|0|920|0|0.002|0.040|88.0",
    )
    assert (reading.travels_in, reading.sound_out) == (timedelta(milliseconds=40), Stream(910, 0))


async def test_who_hangs_up_meanwhile_has_what_was_measured_so_far() -> None:
    reading = await reported("0.04|1000|10|900|9|0.002|0.040|85.1", "", then=CallerGone)
    assert (reading.registered, reading.sound_in) == (True, Stream(1010, 10))


@pytest.mark.parametrize(
    ("version", "is_asked"),
    [
        ("18.16.0", False),
        ("18.17.0", True),
        ("certified/18.9-cert4", False),
        ("19.8.1", False),
        ("20.1.0", False),
        ("20.2.0", True),
        ("22.10.1", True),
        ("GIT-master-7c85a3f", True),
    ],
)
async def test_an_asterisk_that_knows_no_score_and_would_warn_is_not_asked_for_it(version: str, is_asked: bool) -> None:
    asked: list[str] = []

    async def run(line: bytes) -> Reply:
        asked.append(line.decode())
        return Reply(200, "1", f"0.04|1000|10|900|9|0.002|0.041|{'85.1' if is_asked else ''}|1|1|1|")

    reading = await measure(run, version, within=0)
    assert (SCORE in asked[0]) is is_asked
    assert reading.sound_out == Stream(900, 9)
