"""Numbers as people dial them and as the world does; libphonenumber is the judge of every country."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telekit.domain.numbering import as_dialled, country_of, to_e164

COUNTRIES = sorted(code for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items() if regions != ("001",))


def example(code: int, kind: int = phonenumbers.PhoneNumberType.FIXED_LINE) -> phonenumbers.PhoneNumber:
    region = phonenumbers.region_code_for_country_code(code)
    number = phonenumbers.example_number_for_type(region, kind) or phonenumbers.example_number(region)
    assert number is not None
    return number


def e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize("code", COUNTRIES)
def test_a_number_of_each_country_is_read_as_it_is_dialled_there_and_abroad(code: int) -> None:
    number = e164(example(code))
    country = str(code)
    assert country_of(number) == country
    assert to_e164(as_dialled(number, country), country) == number
    assert to_e164(as_dialled(number, "33"), "33") == number
    assert to_e164(number, country) == number


@pytest.mark.parametrize("code", COUNTRIES)
def test_what_is_dialled_within_each_country_is_what_libphonenumber_reads_there(code: int) -> None:
    region = phonenumbers.region_code_for_country_code(code)
    number = example(code)
    dialled = as_dialled(e164(number), str(code))
    assert phonenumbers.parse(dialled, region) == number


@pytest.mark.parametrize("dialled", ["0199007788", "0033199007788", "33199007788", "+33199007788"])
def test_however_a_number_is_dialled_in_france_it_is_the_same(dialled: str) -> None:
    assert to_e164(dialled, "33") == "+33199007788"


@pytest.mark.parametrize(("dialled", "number"), [("2125550123", "+12125550123"), ("12125550123", "+12125550123")])
def test_in_north_america_the_one_may_be_left_out(dialled: str, number: str) -> None:
    assert to_e164(dialled, "1") == number


@pytest.mark.parametrize(
    "dialled",
    [
        "",
        "100",
        "17",
        "0",
        "00",
        "0033",
        "00199",
        "01990077881234567",
        "+0199007788",
        "+33 1",
        "anonymous",
        "٠١٩٩٠٠٧٧٨٨",
    ],
)
def test_what_is_no_number_of_the_public_network_is_none(dialled: str) -> None:
    assert to_e164(dialled, "33") is None


def test_without_a_country_only_what_names_one_is_a_number() -> None:
    assert to_e164("0199007788", "") is None
    assert to_e164("0033199007788", "") == "+33199007788"


@given(st.text(alphabet="0123456789+", max_size=25), st.sampled_from(["", *map(str, COUNTRIES)]))
def test_whatever_is_dialled_gives_a_number_in_e164_or_none(dialled: str, country: str) -> None:
    number = to_e164(dialled, country)
    assert number is None or (number[0] == "+" and number[1:].isdecimal() and 7 <= len(number[1:]) <= 15)
