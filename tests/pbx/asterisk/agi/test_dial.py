"""Dial's arguments, and what its variables say of an offer."""

from datetime import timedelta

import pytest

from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import SwitchError, UnsafeValue
from telekit.pbx.asterisk.agi.dial import RESULT, arguments, outcome, outside, parse
from telekit.pbx.port import Missed, OfferOutcome, Talked

AMINA = Phone(PhoneKind.SIP, "amina")
LUC = Phone(PhoneKind.TEL, "+33199005512")
RING = timedelta(seconds=20)
TALK = timedelta(seconds=42)


def how(told: str, *, confirm: str | None = None, whole_ring: bool = False) -> OfferOutcome | None:
    return outcome(parse(told), confirm=confirm, talked=TALK, whole_ring=whole_ring)


def test_a_phone_at_home_is_rung() -> None:
    assert arguments([AMINA], RING, token="o1", trunk=None) == "PJSIP/amina,20,giI"


def test_the_caller_may_hear_music_meanwhile() -> None:
    assert (
        arguments([AMINA], timedelta(seconds=12.5), token="o1", trunk=None, music="jazz")
        == "PJSIP/amina,12.5,giIm(jazz)"
    )


def test_a_number_is_rung_through_the_trunk_and_must_confirm() -> None:
    told = arguments([AMINA, LUC], RING, token="1795.8.1", trunk="carrier")
    assert told == "PJSIP/amina&PJSIP/+33199005512@carrier,20,giIb(telekit-not-yet^s^1)U(telekit-confirm^1795.8.1)"


def test_a_number_sees_one_that_the_company_owns_and_a_phone_at_home_the_callers() -> None:
    shown = "+33199001234"
    assert arguments([LUC], RING, token="o1", trunk="carrier", shown=shown).endswith(
        ",20,giIf(+33199001234)b(telekit-not-yet^s^1)U(telekit-confirm^o1)"
    )
    assert arguments([AMINA], RING, token="o1", trunk="carrier", shown=shown) == "PJSIP/amina,20,giI"
    assert outside("+33199007788", RING, trunk="carrier", shown=shown).endswith(",20,giIf(+33199001234)")
    for odd in ("", "s", "1", "+33199001234)U(x", "anonymous"):
        with pytest.raises(UnsafeValue):
            arguments([LUC], RING, token="o1", trunk="carrier", shown=odd)


def test_an_agent_hears_a_whisper_and_at_a_number_before_the_key() -> None:
    assert (
        arguments([AMINA], RING, token="o1", trunk=None, whispers=True)
        == "PJSIP/amina,20,giIb(telekit-not-yet^s^1)U(telekit-whisper^o1)"
    )
    assert arguments([LUC], RING, token="o1", trunk="carrier", whispers=True).endswith(
        "giIb(telekit-not-yet^s^1)U(telekit-confirm^o1)"
    )


def test_a_number_without_a_trunk_says_what_to_set_but_not_the_number() -> None:
    with pytest.raises(SwitchError) as refused:
        arguments([LUC], RING, token="o1", trunk=None)
    assert str(refused.value) == "a number cannot be rung: name the trunk as asterisk.trunk in telekit.yaml."


@pytest.mark.parametrize("address", ["", "a&PJSIP/b", "a,1", "a)b", "a/b", "a b", "${X}", "-x", "a@b", "a\n"])
def test_an_address_that_dial_reads_as_more_is_not_rung(address: str) -> None:
    with pytest.raises(UnsafeValue):
        arguments([Phone(PhoneKind.SIP, address)], RING, token="o1", trunk="carrier")
    with pytest.raises(UnsafeValue):
        arguments([Phone(PhoneKind.TEL, address)], RING, token="o1", trunk="carrier")


@pytest.mark.parametrize("odd", ["", "a^b", "a)b", "a,b", "a b"])
def test_an_option_that_dial_reads_as_more_is_not_sent(odd: str) -> None:
    with pytest.raises(UnsafeValue):
        arguments([LUC], RING, token=odd, trunk="carrier")
    with pytest.raises(UnsafeValue):
        arguments([AMINA], RING, token="o1", trunk=None, music=odd)


def test_one_question_asks_for_all() -> None:
    assert RESULT.count("${") == RESULT.count("|") + 1 == 6


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        ("BUSY|17||120||", MissCause.BUSY),
        ("CHANUNAVAIL|21||120||", MissCause.REJECTED),
        ("CHANUNAVAIL|3||||", MissCause.UNREACHABLE),
        ("CHANUNAVAIL|20||||", MissCause.UNREACHABLE),
        ("CONGESTION|34||||", MissCause.UNREACHABLE),
        ("|0||||", MissCause.UNREACHABLE),
    ],
)
def test_a_miss_says_why(told: str, cause: MissCause) -> None:
    assert how(told) == Missed(cause)


def test_a_phone_that_rang_to_the_end_was_not_answered() -> None:
    assert how("NOANSWER|0||0||", whole_ring=True) == Missed(MissCause.NO_ANSWER)
    assert how("NOANSWER|0|||12|", whole_ring=True) == Missed(MissCause.NO_ANSWER)


def test_a_phone_that_never_said_it_rings_is_out_of_reach() -> None:
    assert how("NOANSWER|0||||", whole_ring=True) == Missed(MissCause.UNREACHABLE)


def test_a_phone_that_refuses_without_ringing_does_not_want_to_be_disturbed() -> None:
    assert how("NOANSWER|19||||", whole_ring=False) == Missed(MissCause.REJECTED)


def test_an_old_cause_does_not_count_for_a_phone_that_was_not_answered() -> None:
    assert how("NOANSWER|21||80||", whole_ring=True) == Missed(MissCause.NO_ANSWER)


def test_a_caller_who_left_gives_no_outcome() -> None:
    assert how("CANCEL|0||80||") is None


def test_an_answer_is_a_conversation() -> None:
    assert how("ANSWER|16|1043|3||") == Talked(TALK)


def test_an_answer_at_a_number_counts_once_it_is_confirmed() -> None:
    assert how("ANSWER|16|1043|3||o1", confirm="o1") == Talked(TALK)
    assert how("ANSWER|16||3||", confirm="o1") == Missed(MissCause.VOICEMAIL)
    assert how("ANSWER|16||3||o0", confirm="o1") == Missed(MissCause.VOICEMAIL)


def test_an_answer_that_is_none_is_told() -> None:
    with pytest.raises(SwitchError):
        parse("")


def test_a_number_that_is_no_agents_is_rung_without_a_key() -> None:
    assert outside("+33199005500", RING, trunk="carrier") == "PJSIP/+33199005500@carrier,20,giI"
    assert outside("+33199005500", RING, trunk="carrier", music="jazz").endswith(",giIm(jazz)")


def test_a_number_outside_that_dial_reads_as_more_is_not_rung() -> None:
    with pytest.raises(UnsafeValue):
        outside("+331&PJSIP/b", RING, trunk="carrier")
    with pytest.raises(SwitchError, match=r"asterisk\.trunk"):
        outside("+33199005500", RING, trunk=None)
