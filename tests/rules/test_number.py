"""Numbers stay text; phones are `sip:` and `tel:`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telekit.domain.phone import Phone, PhoneKind
from telekit.rules.mistake import Mistake
from telekit.rules.number import parse_number, parse_phone, parse_prefix

DIGITS = st.text("0123456789", min_size=1, max_size=15)


@given(DIGITS)
def test_digits_are_kept_as_they_are(digits: str) -> None:
    assert parse_number(digits) == digits
    assert parse_prefix(digits) == digits


@given(st.integers(1, 9), st.text("0123456789", min_size=6, max_size=14))
def test_an_e164_number_is_kept_as_it_is(first: int, others: str) -> None:
    number = f"+{first}{others}"
    assert parse_number(number) == number
    assert parse_phone(f"tel:{number}") == Phone(PhoneKind.TEL, number)


@pytest.mark.parametrize("digits", [6, 16])
def test_an_e164_number_has_seven_to_fifteen_digits(digits: int) -> None:
    with pytest.raises(Mistake, match=f"7 to 15 digits after the \\+, not {digits}"):
        parse_number("+" + "1" * digits)


@given(st.text())
def test_nothing_but_digits_and_one_plus_ever_comes_out(text: str) -> None:
    try:
        number = parse_number(text)
    except Mistake:
        return
    assert number.removeprefix("+").isascii()
    assert number.removeprefix("+").isdecimal()


@pytest.mark.parametrize("address", ["amina", "AMINA-2", "100", "a.b_c"])
def test_a_sip_phone_is_an_account_of_the_switch(address: str) -> None:
    assert parse_phone(f"sip:{address}") == Phone(PhoneKind.SIP, address)


@pytest.mark.parametrize("address", ["", "a b", "a&b", "a/b", "a,b", "a;b", "a\nb", "${x}", "a@b", "é", "-a", "a" * 65])
def test_nothing_that_a_dialplan_would_obey_is_a_sip_phone(address: str) -> None:
    with pytest.raises(Mistake):
        parse_phone(f"sip:{address}")
