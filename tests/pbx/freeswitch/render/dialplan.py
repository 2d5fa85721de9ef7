"""The contexts of rendered files, run as FreeSWITCH runs them, for any instant."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from telekit.pbx.freeswitch.render.gate import DAYS


def parsed(text: str) -> Element:
    """Read a file as FreeSWITCH does: its lines with the tag of an include are not there."""
    return ElementTree.fromstring(text)


def is_open(extensions: Sequence[str], at: datetime) -> bool:
    """Say whether a gate sets its variable. Source: FreeSWITCH mod_dialplan_xml.c, parse_exten, dialplan_hunt."""
    zone: tzinfo = ZoneInfo("Pacific/Kiritimati")  # the machine's own is anything
    for each in map(parsed, extensions):
        taken = False
        for condition in each.iter("condition"):
            holds = _holds(condition, at, zone)
            for step in condition.findall("action") if holds else condition.findall("anti-action"):
                taken = True
                data = step.get("data", "")
                if data == "tod_tz_offset=0":
                    zone = UTC
                elif data.startswith("timezone="):
                    zone = ZoneInfo(data.removeprefix("timezone="))
                elif data == "telekit_on=on":
                    return True
            taken = taken or holds
            if holds == (condition.get("break") == "on-true"):
                taken = taken and (holds or condition.find("anti-action") is not None)
                break
        if taken and each.get("continue") != "true":
            return False
    return False


def _holds(condition: Element, at: datetime, zone: tzinfo) -> bool:
    if condition.get("regex") == "any":
        return any(_in_time(test, at.astimezone(zone)) for test in condition.findall("regex"))
    field = condition.get("field")
    if field is None:
        return True
    if soon := re.fullmatch(r"\$\{cond\(\$\{strepoch\(\)\} < (-?\d+) \? known : later\)\}", field):
        return int(at.timestamp()) < int(soon[1])
    known = re.fullmatch(r"\$\{strftime_tz\((\S+) (-?\d+)\|%H:%M\)\}", field)
    assert known, field
    shown = datetime.fromtimestamp(int(known[2]), ZoneInfo(known[1]))
    return re.fullmatch(condition.get("expression", ""), f"{shown:%H:%M}") is not None


def _in_time(test: Element, local: datetime) -> bool:
    day = {"year": local.year, "mon": local.month, "mday": local.day}
    return (
        all(int(test.get(name, number)) == number for name, number in day.items())
        and ("wday" not in test.attrib or DAYS[local.weekday()] in test.attrib["wday"].split(","))
        and _in_span(test.get("time-of-day", "00:00:00-23:59:59"), local)
    )


def _in_span(span: str, local: datetime) -> bool:
    first, last = span.split("-")
    assert first <= last
    return first <= f"{local:%H:%M:%S}" <= last
