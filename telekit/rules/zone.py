"""Time zones by their IANA name."""

from zoneinfo import ZoneInfo, available_timezones

from telekit.rules.closest import did_you_mean
from telekit.rules.mistake import Mistake

ZONE_FORM = "a time zone such as Europe/Paris"


def parse_zone(text: str) -> ZoneInfo:
    """Find a zone; raise `Mistake` when there is none of that name."""
    try:
        return ZoneInfo(str(text))
    except (KeyError, ValueError, OSError):
        known = sorted(available_timezones())
        cities = {zone.rpartition("/")[2]: zone for zone in known}
        near = cities.get(text)
        hint = f"did you mean '{near}'?" if near else "" if "+" in text else did_you_mean(text, known)
        raise Mistake(f"unknown time zone '{text}'", hint or "zones have names such as Europe/Paris") from None
