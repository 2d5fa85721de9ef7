"""Addresses of services that are asked about a call: `https://crm.example/api?number={caller}`."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from telekit.rules.closest import did_you_mean
from telekit.rules.mistake import Mistake

ADDRESS_FORM = "an address such as https://crm.example/api?number={caller}"
PLACES = ("caller", "dialed")
"""What of a call may stand in an address, in braces."""

LONGEST_ADDRESS = 1000

_PLAIN = re.compile(r"[!-~]+")
_PLACE = re.compile(r"\{([^{}]*)\}")


def parse_address(text: str) -> str:
    """Read an address; a call's numbers are put into its path or query alone, never into its host."""
    if len(text) > LONGEST_ADDRESS or not _PLAIN.fullmatch(text):
        raise Mistake(f"expected {ADDRESS_FORM}, of at most {LONGEST_ADDRESS} plain characters without spaces")
    parts = _split(text)
    if parts.username is not None or parts.password is not None:
        raise Mistake(
            "a secret is never written into the rules",
            "telekit.yaml says where it is, as lookups: {crm: env:CRM_TOKEN}",
        )
    if "{" in parts.netloc or "}" in parts.netloc:
        raise Mistake("a call's number never decides which host is asked", "put it into the path or the query")
    if parts.fragment or "#" in text:
        raise Mistake("what follows a # is never sent", "leave it out")
    _check_places(text)
    return str(text)


def is_open(address: str) -> bool:
    """Say whether an address would send callers' numbers through the network for all to read."""
    parts = urlsplit(address)
    return parts.scheme == "http" and not _is_loopback(parts.hostname or "")


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        has_host = False
    if not has_host or parts.scheme not in ("https", "http"):
        raise Mistake(f"expected {ADDRESS_FORM}, not '{text}'")
    return parts


def _check_places(text: str) -> None:
    for place in _PLACE.finditer(text):
        if place[1] not in PLACES:
            hint = did_you_mean(place[1], PLACES)
            raise Mistake(f"unknown '{place[0]}' in an address", hint, offset=place.start())
    if "{" in _PLACE.sub("", text) or "}" in _PLACE.sub("", text):
        raise Mistake("a brace in this address has no partner", "write {caller} or {dialed}")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
