"""Trying out a line: what FreeSWITCH is asked, what both ends report, and what it means."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from telekit.domain.line_check import LineReading, Stream
from telekit.errors import CallerGone
from telekit.pbx.freeswitch.outbound import line
from telekit.pbx.port import Call
from tests.pbx.freeswitch.outbound.conftest import Switchboard
from tests.pbx.freeswitch.outbound.fake import UUID, FakeFreeSwitch, answer

LISTENS = "event json SEND_RTCP_MESSAGE RECV_RTCP_MESSAGE"
KNOWN = {
    "rtp_audio_out_packet_count": "800",
    "sip_via_protocol": "tls",
    "rtp_has_crypto": "AES_CM_128_HMAC_SHA1_80",
    "sip_auth_username": "amina",
}


async def test_who_says_something_hears_it_again_and_it_is_deleted(switchboard: Switchboard) -> None:
    async def echo(call: Call) -> bool:
        spoke = await call.echo()
        await call.hang_up()
        return spoke

    freeswitch, spoke = await switchboard.doing(echo)
    await freeswitch.does(LISTENS)
    await freeswitch.sets(playback_terminators="#")
    path, *_ = (await freeswitch.begins("record")).split(" ")
    (switchboard.messages / f"echo-{UUID}.wav").write_bytes(b"what was said")
    freeswitch.ends(variable_record_ms="5200")
    await freeswitch.runs(f"playback {path}")
    await freeswitch.does(f"api uuid_kill {UUID} NORMAL_CLEARING", answer())
    assert await spoke
    assert not list(switchboard.messages.iterdir())


async def test_what_is_said_by_who_hangs_up_meanwhile_is_deleted(switchboard: Switchboard) -> None:
    async def echo(call: Call) -> None:
        try:
            await call.echo()
        finally:
            await call.hang_up()

    freeswitch, heard = await switchboard.doing(echo)
    await freeswitch.does(LISTENS)
    await freeswitch.sets(playback_terminators="#")
    await freeswitch.begins("record")
    (switchboard.messages / f"echo-{UUID}.wav").write_bytes(b"what was said")
    freeswitch.hang_up()
    freeswitch.ends(variable_record_ms="5200")
    with pytest.raises(CallerGone):
        await heard
    assert not list(switchboard.messages.iterdir())


@pytest.mark.parametrize(
    ("told", "spoke"),
    [
        ({"variable_record_ms": "4000", "variable_silence_hits_exhausted": "true"}, False),
        ({"variable_record_ms": "40", "variable_silence_hits_exhausted": "true"}, False),
        ({"variable_record_ms": "300", "variable_silence_hits_exhausted": "false"}, False),
        ({"variable_record_ms": "4000", "variable_silence_hits_exhausted": "false"}, True),
    ],
    ids=["silence", "no sound at all", "a key at once", "a voice of which a fifth gets lost"],
)
async def test_who_says_nothing_hears_nothing(switchboard: Switchboard, told: Mapping[str, str], spoke: bool) -> None:
    freeswitch, heard = await switchboard.doing(lambda call: call.echo())
    await freeswitch.does(LISTENS)
    await freeswitch.sets(playback_terminators="#")
    path, *_ = (await freeswitch.begins("record")).split(" ")
    freeswitch.ends(**told)
    if spoke:
        await freeswitch.runs(f"playback {path}")
    assert await heard is spoke


@pytest.mark.parametrize(
    ("found", "registered"),
    [
        ("sofia/internal/sip:amina@192.0.2.7:5060", True),
        ("error/user_not_registered", False),
        ("-ERR sofia_contact Command not found!", None),
    ],
)
async def test_a_line_is_measured_from_what_freeswitch_counts_and_knows(
    switchboard: Switchboard, found: str, registered: bool | None
) -> None:
    known = KNOWN | {"rtp_audio_in_packet_count": "1000", "*/amina@home.example": found}
    freeswitch, reading = await switchboard.doing(lambda call: call.measure())
    await freeswitch.does(LISTENS)
    report(freeswitch, of_in=0, of_out=0)
    assert await answered(freeswitch, reading, known) == LineReading(
        registered=registered,
        travels_in=timedelta(milliseconds=40),
        sound_in=Stream(1000, 0),
        sound_out=Stream(800, 0),
        signals_encrypted=True,
        sound_encrypted=True,
    )


async def test_what_was_lost_on_a_line_is_counted_as_of_the_next_report(switchboard: Switchboard) -> None:
    freeswitch, reading = await switchboard.doing(lambda call: call.measure())
    await freeswitch.does(LISTENS)
    report(freeswitch, of_in=3, of_out=5)
    await settled()
    report(freeswitch, of_in=20, of_out=40)
    heard = await answered(freeswitch, reading, KNOWN | {"rtp_audio_in_packet_count": "980"})
    assert (heard.sound_in, heard.sound_out) == (Stream(1000, 20), Stream(800, 40))


async def test_what_came_while_freeswitch_was_busy_was_not_lost_on_the_line(switchboard: Switchboard) -> None:
    freeswitch, reading = await switchboard.doing(lambda call: call.measure())
    await freeswitch.does(LISTENS)
    report(freeswitch, of_in=12, of_out=0)
    await settled()
    report(freeswitch, of_in=12, of_out=0)
    known = KNOWN | {"rtp_audio_in_packet_count": "995", "rtp_audio_in_flush_packet_count": "7"}
    assert (await answered(freeswitch, reading, known)).sound_in == Stream(1000, 5)


async def test_of_more_packets_than_were_expected_none_was_lost(switchboard: Switchboard) -> None:
    freeswitch, reading = await switchboard.doing(lambda call: call.measure())
    await freeswitch.does(LISTENS)
    report(freeswitch, of_in=0, of_out=(1 << 32) - 2)
    heard = await answered(freeswitch, reading, KNOWN | {"rtp_audio_in_packet_count": "980"})
    assert heard.sound_out == Stream(800, 0)


@pytest.mark.parametrize(
    ("trip", "is_told"), [("-65536.000015", timedelta(0)), ("-3600.500000", None), ("3600.500000", None)]
)
async def test_a_round_trip_that_cannot_be_is_not_told(
    switchboard: Switchboard, trip: str, is_told: timedelta | None
) -> None:
    """FreeSWITCH reckons with what the phone says of its own delay, whatever that is."""
    freeswitch, reading = await switchboard.doing(lambda call: call.measure())
    await freeswitch.does(LISTENS)
    report(freeswitch, of_in=0, of_out=0, trip=trip)
    heard = await answered(freeswitch, reading, KNOWN | {"rtp_audio_in_packet_count": "980"})
    assert heard.travels_in == is_told


async def test_without_reports_a_line_is_not_measured_and_nothing_that_came_is_told(
    switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "REPORTS_WITHIN", 0.0)
    freeswitch, reading = await switchboard.doing(lambda call: call.measure())
    await freeswitch.does(LISTENS)
    heard = await answered(freeswitch, reading, KNOWN | {"rtp_audio_in_packet_count": "0"})
    assert (heard.sound_in, heard.sound_out, heard.travels_in) == (Stream(0, 0), None, None)


async def test_of_who_hangs_up_while_a_report_is_waited_for_it_is_told_what_is_known(switchboard: Switchboard) -> None:
    freeswitch, reading = await switchboard.doing(lambda call: call.measure())
    await freeswitch.does(LISTENS)
    report(freeswitch, of_in=3, of_out=5)
    freeswitch.hang_up()
    heard = await answered(freeswitch, reading, KNOWN | {"rtp_audio_in_packet_count": "297"})
    assert (heard.sound_in, heard.sound_out) == (Stream(300, 3), Stream(800, 5))


async def settled() -> None:
    """Let telekit take in what was told."""
    for _ in range(20):
        await asyncio.sleep(0)


async def answered(
    freeswitch: FakeFreeSwitch, reading: "asyncio.Future[LineReading]", known: Mapping[str, str]
) -> LineReading:
    """Answer what is asked of the channel until the line is measured; give what came of it."""
    while (asked := await freeswitch.asked()) and not asked.endswith("TELEKIT_STATUS done"):
        freeswitch.send(answer(known.get(asked.rpartition(" ")[2], "_undef_")))
    freeswitch.send(answer())
    return await reading


def report(freeswitch: FakeFreeSwitch, *, of_in: int, of_out: int, trip: str = "0.040000") -> None:
    """Tell how many packets each end lacks; the phone reports about the way too."""
    freeswitch.tell("SEND_RTCP_MESSAGE", Source__Lost=str(of_in))
    freeswitch.tell("RECV_RTCP_MESSAGE", Source0__Lost=str(of_out), Rtt0__Avg=trip)
