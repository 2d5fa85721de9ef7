"""Telephone numbers and phones as the rules write them: `+33199001234`, `100`, `sip:amina`, `tel:+33199005512`."""

import re

from telekit.domain.phone import Phone, PhoneKind
from telekit.rules.closest import closest
from telekit.rules.mistake import Mistake

NUMBER_FORM = "a number such as +33199001234, or an internal one such as 100"
OUTSIDE_FORM = "a number such as +33199001234"
PREFIX_FORM = "the start of a number, such as +331"
OUTSIDE_PREFIX_FORM = "the start of a number with its country, such as +33"
PHONE_FORM = "a phone such as sip:amina or tel:+33199005512"

NUMBER_PATTERN = r"^(\+[1-9][0-9]{6,14}|[0-9]{1,15})$"
E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"
OUTSIDE_PREFIX_PATTERN = r"^\+[1-9][0-9]{0,14}$"
PHONE_PATTERN = r"^(sip:[A-Za-z0-9][A-Za-z0-9._-]*|tel:\+[1-9][0-9]{6,14})$"

SHORTEST_E164, LONGEST_E164 = 7, 15
"""Digits after the plus; 15 is the most (ITU-T E.164 §6.2), and no country's numbers are shorter than 7 in all."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_INTERNAL = re.compile(r"[0-9]{1,15}")
_PREFIX = re.compile(r"\+[1-9][0-9]{0,14}|\+|[0-9]{1,15}")
_OUTSIDE_PREFIX = re.compile(OUTSIDE_PREFIX_PATTERN)
_ENDPOINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DECORATION = re.compile(r"[\s().\-/]")


def parse_number(text: str) -> str:
    """Read a number that is dialled or that calls: E.164, or digits alone."""
    if _INTERNAL.fullmatch(text):
        return str(text)
    return parse_e164(text, NUMBER_FORM)


def parse_e164(text: str, form: str = OUTSIDE_FORM) -> str:
    """Read a number of the public network."""
    if _E164.fullmatch(text):
        return str(text)
    plain = _DECORATION.sub("", text.replace("(0)", ""))
    if plain != text and (_E164.fullmatch(plain) or _INTERNAL.fullmatch(plain)):
        raise Mistake(f"'{text}' is not only digits", f"did you mean '{plain}'?")
    if re.fullmatch(r"\+[0-9]*", text):
        if text.startswith("+0"):
            raise Mistake("no country's code starts with 0", "after the + comes the country, such as +33")
        raise Mistake(f"a number has {SHORTEST_E164} to {LONGEST_E164} digits after the +, not {len(text) - 1}")
    hint = "it starts with + and the country's code" if _INTERNAL.fullmatch(text) else ""
    raise Mistake(f"expected {form}, not '{text}'", hint)


def parse_prefix(text: str) -> str:
    """Read the first characters of numbers."""
    if _PREFIX.fullmatch(text):
        return str(text)
    raise Mistake(f"expected {PREFIX_FORM}, not '{text}'")


def parse_outside_prefix(text: str) -> str:
    """Read the first characters of numbers of the public network, the country's first of all."""
    if _OUTSIDE_PREFIX.fullmatch(text):
        return str(text)
    hint = f"did you mean '+{text}'?" if _OUTSIDE_PREFIX.fullmatch(f"+{text}") else ""
    raise Mistake(f"expected {OUTSIDE_PREFIX_FORM}, not '{text}'", hint)


def parse_phone(text: str) -> Phone:
    """Read a phone of an agent."""
    kind, colon, address = text.partition(":")
    if not colon:
        account = re.sub(r"(?i)^(pj)?sip/|^user/", "", text)
        near = f"tel:{text}" if _E164.fullmatch(text) else f"sip:{account}" if _ENDPOINT.fullmatch(account) else ""
        raise Mistake(f"expected {PHONE_FORM}, not '{text}'", f"did you mean '{near}'?" if near else "")
    if kind == PhoneKind.SIP:
        return Phone(PhoneKind.SIP, _endpoint(address))
    if kind == PhoneKind.TEL:
        try:
            return Phone(PhoneKind.TEL, parse_e164(address))
        except Mistake as mistake:
            raise mistake.moved(len("tel:")) from None
    near = closest(kind, [known.value for known in PhoneKind]) or ""
    raise Mistake(f"unknown kind of phone '{kind}'", f"did you mean '{near}:'?" if near else "it is sip: or tel:")


def _endpoint(address: str) -> str:
    if _ENDPOINT.fullmatch(address):
        return address
    offset = len("sip:")
    if "@" in address:
        user = address.partition("@")[0]
        raise Mistake(
            "a sip: phone is an account of this switch, without a host", f"did you mean 'sip:{user}'?", offset=offset
        )
    raise Mistake(
        f"'{address}' is not the name of a SIP account", "letters, digits, '.', '-' and '_' make one", offset=offset
    )
