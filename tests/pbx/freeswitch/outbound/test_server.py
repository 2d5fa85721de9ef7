"""The server: callers in, scripts out, nobody who should not be here, and whatever a real FreeSWITCH has said."""

import asyncio
from datetime import timedelta
from ipaddress import ip_network

import pytest

from telekit.domain.phone import Phone, PhoneKind
from telekit.errors import CallerGone, LinkError, TelekitError
from telekit.pbx.freeswitch.outbound.server import OutboundServer
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.port import Call
from tests.pbx.freeswitch.esl.captures import pieces_of
from tests.pbx.freeswitch.outbound.conftest import Switchboard
from tests.pbx.freeswitch.outbound.fake import OK, REFUSED, FakeFreeSwitch, answer

WHERE = Surroundings("/sounds", "home.example", "/messages")
PLAYED = (
    *("async-full-json", "async-full-plain", "dtmf-read-divert", "execute-unknown-app"),
    "remote-hangup-linger2",
)
"""Recordings of clients that began as telekit begins."""


async def test_an_unknown_script_hands_back_and_says_so(
    switchboard: Switchboard, caplog: pytest.LogCaptureFixture
) -> None:
    freeswitch = await FakeFreeSwitch.call(switchboard.server.port, "surway")
    await freeswitch.sets(TELEKIT_STATUS="unknown")
    await freeswitch.over()
    assert "'surway'" in caplog.text


async def test_a_script_that_raises_ends_its_caller_decently(
    switchboard: Switchboard, caplog: pytest.LogCaptureFixture
) -> None:
    async def raises(call: Call) -> None:
        raise KeyError("typo in a script")

    freeswitch = await switchboard.call(raises)
    await freeswitch.sets(TELEKIT_STATUS="failed", playback_terminators="none")
    await freeswitch.runs("playback /sounds/en/telekit/fault.wav")
    await freeswitch.over()
    assert [record.getMessage().rpartition(": ")[2] for record in caplog.records if record.exc_info] == [
        "script 'script-0' went wrong"
    ]


async def test_handing_back_names_the_label(switchboard: Switchboard) -> None:
    freeswitch, _ = await switchboard.doing(lambda call: call.hand_back("sales"))
    await freeswitch.sets(TELEKIT_STATUS="done", TELEKIT_LABEL="sales")
    await freeswitch.over()


async def test_a_socket_without_all_commands_is_told_how_to_be(
    switchboard: Switchboard, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", switchboard.server.port)
    await reader.readuntil(b"myevents json\n\n")
    writer.write(b"Unique-ID: 7\nReply-Text: %2BOK\n\n" + REFUSED + OK)
    assert await reader.read() == b""
    assert "`socket HOST:PORT async full`" in caplog.text


async def test_only_the_networks_that_may_send_calls_do_and_others_go_on_in_the_dialplan_once_they_are_parked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A call whose connection ends before FreeSWITCH has parked it stays parked for ever."""
    server = OutboundServer({}, WHERE, port=0, allow=[ip_network("192.0.2.0/24")])
    await server.start()
    freeswitch = await FakeFreeSwitch.call(server.port, "route")
    assert await freeswitch.begins("unset") == "telekit_turned_away"
    assert not server.led
    freeswitch.ends()
    await freeswitch.over()
    await server.stop()
    assert "freeswitch.calls.allow" in caplog.text


async def test_who_may_not_come_cannot_stay_by_never_coming_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or strangers would take up all the connections that telekit may have."""
    monkeypatch.setattr("telekit.pbx.freeswitch.outbound.session.TURNED_AWAY_WITHIN", 0.1)
    server = OutboundServer({}, WHERE, port=0, allow=[ip_network("192.0.2.0/24")])
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"Unique-ID: 7\nReply-Text: %2BOK\n\n" + OK + OK + OK)
    async with asyncio.timeout(40):
        assert (await reader.read()).startswith(b"connect\n\n")
    await server.stop()


async def test_who_may_not_come_cannot_stay_as_one_who_was_passed_on() -> None:
    server = OutboundServer({}, WHERE, port=0, allow=[ip_network("192.0.2.0/24")])
    await server.start()
    freeswitch = await FakeFreeSwitch.call(server.port, "route")
    await freeswitch.begins("unset")
    freeswitch.ends(variable_transfer_source="1795464137:1407109e:bl_xfer:ask/telekit-call/XML")
    async with asyncio.timeout(40):
        await freeswitch.over()
    await server.stop()


async def test_a_call_more_than_agreed_goes_on_in_the_dialplan(switchboard: Switchboard) -> None:
    async def stay(call: Call) -> None:
        await call.until(asyncio.Event().wait())

    server = OutboundServer({"route": stay}, WHERE, port=0, most=1)
    await server.start()
    first = await FakeFreeSwitch.call(server.port, "route")
    came_by = "1795464137:1407109e:bl_xfer:ask/telekit-call/XML"
    second = await FakeFreeSwitch.call(server.port, "route", transfer_source=came_by)
    assert await second.begins("unset") == "telekit_turned_away"
    second.ends(variable_transfer_source=came_by)
    await second.over()
    assert len(server.led) == 1
    first.hang_up()
    await first.over()
    await server.stop()


async def test_a_caller_who_was_passed_on_takes_no_other_callers_room() -> None:
    rung = asyncio.Event()

    async def ring(call: Call) -> None:
        try:
            await call.offer([Phone(PhoneKind.SIP, "amina")], ring=timedelta(seconds=20))
        finally:
            rung.set()

    server = OutboundServer({"route": ring}, WHERE, port=0, most=1)
    await server.start()
    first = await FakeFreeSwitch.call(server.port, "route")
    await first.until("bridge")
    first.ends(variable_transfer_source="1795452929:1612ea28:bl_xfer:2002/public/XML")
    await rung.wait()
    second = await FakeFreeSwitch.call(server.port, "route")
    assert await second.until("bridge")
    for freeswitch in (first, second):
        freeswitch.hang_up()
        await freeswitch.over()
    await server.stop()


async def test_a_port_that_is_taken_is_told(switchboard: Switchboard) -> None:
    with pytest.raises(LinkError, match=r"cannot listen for FreeSWITCH's calls on .*freeswitch\.calls\.port"):
        await OutboundServer({}, WHERE, port=switchboard.server.port).start()


async def test_whom_telekit_has_called_is_told_of_when_a_script_leads_them() -> None:
    led: list[str] = []

    async def survey(call: Call) -> None:
        assert (call.caller.number, call.arguments) == ("+33199005512", {"said": "50 % & ~"})

    server = OutboundServer({"survey": survey}, WHERE, port=0, tell_led=led.append)
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    told = {"telekit_script": "survey", "telekit_caller": "%2B33199005512", "telekit_arguments": "said=50+~25+~26+~7E"}
    head = "".join(f"variable_{name}: {value}\n" for name, value in told.items())
    await reader.readuntil(b"myevents json\n\n")
    writer.write(f"Unique-ID: telekit-7\n{head}\n".encode() + OK + OK)
    assert (await reader.readuntil(b"\n\n")).endswith(b"TELEKIT_STATUS done\n\n")
    writer.write(answer())
    assert await reader.read() == b""
    assert led == ["telekit-7"]
    await server.stop()


@pytest.mark.parametrize("name", PLAYED)
@pytest.mark.parametrize("byte_by_byte", [False, True], ids=["as-it-came", "byte-by-byte"])
async def test_what_a_real_freeswitch_has_said_leads_a_call_to_its_end(
    switchboard: Switchboard, name: str, byte_by_byte: bool
) -> None:
    """A peer that plays a recording: it says what was said, whatever it is asked; the caller's end is seen in it."""
    ended: asyncio.Future[type[TelekitError]] = asyncio.get_running_loop().create_future()

    async def stay(call: Call) -> None:
        try:
            await call.until(asyncio.Event().wait())
        except TelekitError as error:
            ended.set_result(type(error))

    switchboard.scripts["route"] = stay
    _, writer = await asyncio.open_connection("127.0.0.1", switchboard.server.port)
    for piece in pieces_of(f"outbound-{name}"):
        for part in (piece[i : i + 1] for i in range(len(piece))) if byte_by_byte else [piece]:
            writer.write(part)
    assert await ended is CallerGone
    writer.close()
