"""Callers who are passed on while the phone there still rings: whom they meet."""

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.wanderers import MOST_STRANGERS, Wanderers
from telekit.pbx.port import CallerLeft, OfferJoined, Transferred

CALL, OFFER = CallId("1.1"), OfferId("1.1.1")
AMINA, LUC = Phone(PhoneKind.SIP, "amina"), Phone(PhoneKind.SIP, "luc")
SETS_OUT = Transferred(OFFER, LegId("PJSIP/amina-1"), AMINA, "", None, None)
MEETS_LUC = OfferJoined(OFFER, LegId("PJSIP/luc-7"), LUC)


def enters(bridge: str, channel: str, unique: str) -> Message:
    return Message(f"Event: BridgeEnter\r\nBridgeUniqueid: {bridge}\r\nChannel: {channel}\r\nUniqueid: {unique}")


CALLER = enters("b", "PJSIP/carrier-1", CALL)
PHONE = enters("b", "PJSIP/luc-7", "1.4")


def test_a_caller_on_the_way_meets_who_enters_the_same_bridge() -> None:
    for first, second in ((CALLER, PHONE), (PHONE, CALLER)):
        wanderers = Wanderers()
        wanderers.note(SETS_OUT)
        assert wanderers.meet(first) is None
        assert wanderers.meet(second) == MEETS_LUC


def test_who_has_met_somebody_is_no_longer_on_the_way() -> None:
    wanderers = Wanderers()
    wanderers.note(SETS_OUT)
    wanderers.meet(PHONE)
    wanderers.meet(CALLER)
    assert wanderers.meet(PHONE) is None
    assert wanderers.meet(CALLER) is None


def test_nobody_meets_in_different_bridges() -> None:
    wanderers = Wanderers()
    wanderers.note(SETS_OUT)
    wanderers.meet(CALLER)
    assert wanderers.meet(enters("another", "PJSIP/nora-2", "1.9")) is None
    assert wanderers.meet(PHONE) == MEETS_LUC


def test_two_who_are_not_on_the_way_are_no_news() -> None:
    wanderers = Wanderers()
    wanderers.note(SETS_OUT)
    wanderers.meet(enters("b", "PJSIP/nora-2", "1.9"))
    assert wanderers.meet(PHONE) is None


def test_callers_whose_new_company_is_known_are_not_looked_for() -> None:
    wanderers = Wanderers()
    wanderers.note(Transferred(OFFER, LegId("PJSIP/amina-1"), AMINA, "1002", None, None))
    wanderers.note(Transferred(OFFER, LegId("PJSIP/amina-1"), AMINA, "", LegId("PJSIP/luc-7"), LUC))
    wanderers.meet(CALLER)
    assert wanderers.meet(PHONE) is None


def test_a_caller_who_hangs_up_is_no_longer_looked_for() -> None:
    wanderers = Wanderers()
    wanderers.note(SETS_OUT)
    wanderers.note(CallerLeft(CALL))
    wanderers.meet(CALLER)
    assert wanderers.meet(PHONE) is None


def test_of_too_many_strangers_the_oldest_is_forgotten() -> None:
    wanderers = Wanderers()
    wanderers.note(SETS_OUT)
    wanderers.meet(PHONE)
    for number in range(MOST_STRANGERS):
        wanderers.meet(enters(f"b{number}", "PJSIP/nora-2", f"2.{number}"))
    assert wanderers.meet(CALLER) is None
    assert wanderers.meet(PHONE) == MEETS_LUC
