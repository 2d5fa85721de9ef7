"""What Asterisk's events mean, and what of them means nothing to telekit."""

import pytest

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.events import MEANINGS, phone_of
from telekit.pbx.port import (
    CallerLeft,
    HoldChanged,
    LegEnded,
    OfferJoined,
    OfferRings,
    PhoneRegisters,
    PhoneState,
    SwitchEvent,
    Transferred,
)
from tests.pbx.asterisk.ami.captures import NAMES, messages_of, recorded

AMINA = Phone(PhoneKind.SIP, "amina")
LUC = Phone(PhoneKind.SIP, "luc")
CALL, OFFER, LEG = CallId("1795395024.41"), OfferId("1795395024.41.1"), LegId("PJSIP/amina-00000028")


def meaning(event: str, *headers: str) -> SwitchEvent | None:
    return MEANINGS[event](Message("\r\n".join([f"Event: {event}", *headers])))


@pytest.mark.parametrize(
    ("state", "reachable", "engaged"),
    [
        ("NOT_INUSE", True, False),
        ("INUSE", True, True),
        ("BUSY", True, True),
        ("RINGING", True, True),
        ("RINGINUSE", True, True),
        ("ONHOLD", True, True),
        ("UNAVAILABLE", False, False),
        ("INVALID", False, False),
        ("UNKNOWN", False, False),
    ],
)
def test_a_devices_state_is_its_phones(state: str, reachable: bool, engaged: bool) -> None:
    told = meaning("DeviceStateChange", "Device: PJSIP/amina", f"State: {state}")
    assert told == PhoneState(AMINA, reachable, engaged)


@pytest.mark.parametrize("device", ["Queue:support", "Local/1001@phones", "SIP/amina", "", "Custom:PJSIP/amina"])
def test_a_device_that_is_no_sip_endpoint_is_no_phone(device: str) -> None:
    assert meaning("DeviceStateChange", f"Device: {device}", "State: INUSE") is None


@pytest.mark.parametrize("status", ["Created", "Reachable", "NonQualified"])
def test_a_contact_that_comes_registers_its_phone(status: str) -> None:
    told = meaning("ContactStatus", f"ContactStatus: {status}", "AOR: amina", "EndpointName: amina")
    assert told == PhoneRegisters(AMINA)


@pytest.mark.parametrize("status", ["Removed", "Unreachable", "Unknown", "Updated"])
def test_a_contact_that_goes_registers_nothing(status: str) -> None:
    assert meaning("ContactStatus", f"ContactStatus: {status}", "EndpointName: amina") is None


def test_a_contact_of_no_endpoint_means_nothing() -> None:
    assert meaning("ContactStatus", "ContactStatus: Created", "EndpointName: ") is None


def test_an_offer_rings_when_its_leg_is_dialled() -> None:
    told = meaning(
        "DialBegin",
        "Channel: PJSIP/carrier-00000027",
        "DestChannel: PJSIP/amina-00000028",
        "DestChanVariable: TELEKIT_PLACE=",
        f"DestChanVariable: TELEKIT_OFFER={OFFER}",
    )
    assert told == OfferRings(OFFER, LEG)


@pytest.mark.parametrize("event", ["BridgeEnter", "Hangup"])
def test_the_agents_leg_tells_of_its_offer_and_the_callers_does_not(event: str) -> None:
    variable = f"ChanVariable: TELEKIT_OFFER={OFFER}"
    agents = meaning(event, f"Channel: {LEG}", "Uniqueid: 1795395024.42", "Linkedid: 1795395024.41", variable)
    assert agents == (OfferJoined(OFFER, LEG, AMINA) if event == "BridgeEnter" else LegEnded(OFFER, LEG))
    callers = meaning(event, "Channel: PJSIP/carrier-00000027", "Uniqueid: 1795395024.41", variable)
    assert callers == (None if event == "BridgeEnter" else CallerLeft(CALL))


@pytest.mark.parametrize("event", ["DialBegin", "BridgeEnter", "Hangup"])
@pytest.mark.parametrize("variable", ["TELEKIT_OFFER=", "TELEKIT_PLACE=1.0:0:help", "XTELEKIT_OFFER=1.1", "nonsense"])
def test_legs_without_an_offer_are_nobody_elses_business(event: str, variable: str) -> None:
    headers = ("Channel: PJSIP/lobby-1", "Uniqueid: 1.7", f"ChanVariable: {variable}", f"DestChanVariable: {variable}")
    assert meaning(event, *headers) is None


@pytest.mark.parametrize("name", NAMES)
def test_no_event_that_asterisk_ever_sent_is_too_much(name: str) -> None:
    for headers in messages_of(recorded(name)):
        for event in headers.get("Event", []):
            if event in MEANINGS:
                lines = [f"{header}: {value}" for header, values in headers.items() for value in values]
                MEANINGS[event](Message("\r\n".join(lines)))


def test_the_phone_is_the_endpoint_behind_a_channel() -> None:
    assert phone_of("PJSIP/amina") == AMINA
    assert phone_of("Local/amina@home") is None


def party(name: str, channel: str, unique: str, offer: str = OFFER) -> tuple[str, ...]:
    """Give one party of a transfer, as Asterisk tells it."""
    return (f"{name}Channel: {channel}", f"{name}Uniqueid: {unique}", f"{name}ChanVariable: TELEKIT_OFFER={offer}")


CALLER = "PJSIP/carrier-00000027", "1795395024.41"
AGENT = str(LEG), "1795395024.42"
ASKED = "PJSIP/luc-0000002a", "1795395024.44", ""
ASKING = "PJSIP/amina-00000029", "1795395024.43", ""


@pytest.mark.parametrize(("event", "held"), [("Hold", True), ("Unhold", False)])
def test_an_agents_hold_is_told_and_a_callers_is_not(event: str, held: bool) -> None:
    variable = f"ChanVariable: TELEKIT_OFFER={OFFER}"
    told = meaning(event, f"Channel: {LEG}", "Uniqueid: 1795395024.42", variable)
    assert told == HoldChanged(OFFER, LEG, held)
    assert meaning(event, f"Channel: {CALLER[0]}", f"Uniqueid: {CALLER[1]}", variable) is None
    assert meaning(event, f"Channel: {LEG}", "Uniqueid: 1795395024.42", "ChanVariable: TELEKIT_OFFER=") is None


def test_a_caller_sent_to_a_number_is_passed_on() -> None:
    parties = (*party("Transferer", *AGENT), *party("Transferee", *CALLER))
    told = meaning("BlindTransfer", "Result: Success", *parties, "Context: home", "Extension: 1002")
    assert told == Transferred(OFFER, LEG, AMINA, "1002", None, None)


@pytest.mark.parametrize("result", ["Fail", "Invalid", "Not Permitted"])
def test_a_transfer_that_did_not_come_about_means_nothing(result: str) -> None:
    parties = (*party("Transferer", *AGENT), *party("Transferee", *CALLER))
    assert meaning("BlindTransfer", f"Result: {result}", *parties, "Extension: 1002") is None


def test_a_caller_who_sends_the_agent_to_a_number_means_nothing() -> None:
    parties = (*party("Transferer", *CALLER), *party("Transferee", *AGENT))
    assert meaning("BlindTransfer", "Result: Success", *parties, "Extension: 1002") is None


def test_a_caller_is_passed_on_to_whom_the_agent_has_asked() -> None:
    agents = (*party("OrigTransferer", *AGENT), *party("SecondTransferer", *ASKING))
    others = (*party("Transferee", *CALLER), *party("TransferTarget", *ASKED))
    told = meaning("AttendedTransfer", "Result: Success", *agents, *others, "DestType: Bridge")
    assert told == Transferred(OFFER, LEG, AMINA, "", LegId(ASKED[0]), LUC)


def test_a_phone_may_join_its_two_calls_from_either() -> None:
    agents = (*party("OrigTransferer", *ASKING), *party("SecondTransferer", *AGENT))
    others = (*party("Transferee", *ASKED), *party("TransferTarget", *CALLER))
    told = meaning("AttendedTransfer", "Result: Success", *agents, *others, "DestType: Bridge")
    assert told == Transferred(OFFER, LEG, AMINA, "", LegId(ASKED[0]), LUC)


def test_whom_a_caller_is_passed_on_to_is_not_told_while_the_phone_there_rings() -> None:
    agents = (*party("OrigTransferer", *AGENT), *party("SecondTransferer", *ASKING))
    told = meaning("AttendedTransfer", "Result: Success", *agents, *party("Transferee", *CALLER), "DestType: App")
    assert told == Transferred(OFFER, LEG, AMINA, "", None, None)


def test_two_calls_that_are_none_of_telekits_mean_nothing() -> None:
    agents = (*party("OrigTransferer", *ASKING), *party("SecondTransferer", "PJSIP/amina-2", "7.7", ""))
    others = (*party("Transferee", *ASKED), *party("TransferTarget", "PJSIP/nora-1", "7.8", ""))
    assert meaning("AttendedTransfer", "Result: Success", *agents, *others) is None
