"""Days, times and weekly hours as the rules write them, such as `mon-fri 07:00-13:00`."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import TypeVar

from telekit.domain.hours import Hours, Span
from telekit.rules.closest import closest
from telekit.rules.mistake import Mistake

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS_FORM = "days and a span such as 'mon-fri 07:00-13:00'"
SPAN_FORM = "a span such as 07:00-13:00"
DATE_FORM = "a date such as 2026-12-24"

_TIME_PATTERN = "([01][0-9]|2[0-3]):[0-5][0-9]"
_DAY_PATTERN = f"({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?"
SPAN_PATTERN = f"{_TIME_PATTERN}-({_TIME_PATTERN}|24:00)"
HOURS_PATTERN = f"^{_DAY_PATTERN}(,{_DAY_PATTERN})* +{SPAN_PATTERN}( +every [0-9]+ weeks? from [0-9-]+)?$"

_T = TypeVar("_T")
_FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FRENCH = {"lun": "mon", "mar": "tue", "mer": "wed", "jeu": "thu", "ven": "fri", "sam": "sat", "dim": "sun"}
_MOST_WEEKS = 52
_TIME = re.compile(r"(\d\d):(\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EVERY = re.compile(r"every (?P<every>\d{1,3}) weeks? from (?P<since>\S+)", re.ASCII)
_HOURS = re.compile(r"(?P<days>\S+) +(?P<span>\S+)(?: +(?P<rest>\S.*))?")


def parse_hours(text: str) -> Hours:
    """Read weekly hours; raise `Mistake` when they are none."""
    match = _HOURS.fullmatch(text)
    if not match:
        raise Mistake(f"expected {HOURS_FORM}, not '{text}'")
    days = _within(parse_days, match, "days")
    span = _within(parse_span, match, "span")
    if match["rest"] is None:
        return Hours(days, span)
    every, since = _within(_parse_every, match, "rest")
    return Hours(days, span, every, since)


def parse_days(text: str) -> frozenset[int]:
    """Read weekdays: `sat`, `mon,wed,fri`, `mon-fri`, `fri-mon`."""
    found: set[int] = set()
    offset = 0
    for part in text.split(","):
        first, dash, last = part.partition("-")
        start = _day(first, offset)
        end = _day(last, offset + len(first) + 1) if dash else start
        run = {(start + step) % 7 for step in range((end - start) % 7 + 1)}
        twice = found & run
        if twice:
            raise Mistake(f"'{DAYS[min(twice)]}' is in these days twice", offset=offset)
        found |= run
        offset += len(part) + 1
    return frozenset(found)


def parse_span(text: str) -> Span:
    """Read a span of time; an end before or equal to the start is on the next day."""
    start, dash, end = text.partition("-")
    if not dash or not end:
        raise Mistake(f"expected {SPAN_FORM}, not '{text}'")
    if start == "24:00":
        raise Mistake("a day starts at 00:00", "24:00 is for its end")
    return Span(_time(start, 0), time(0) if end == "24:00" else _time(end, len(start) + 1))


def parse_date(text: str) -> date:
    """Read a date, year first."""
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Mistake(f"the calendar has no {text}") from None
    raise Mistake(f"expected {DATE_FORM}, not '{text}'", _guess_date(text))


def write_hours(hours: Hours) -> str:
    """Write weekly hours so that reading them gives them back."""
    days = ",".join(DAYS[day] for day in sorted(hours.days))
    start, end = hours.span.start, hours.span.end
    every = f" every {hours.every} weeks from {hours.since}" if hours.since else ""
    return f"{days} {start:%H:%M}-{end:%H:%M}{every}"


def _parse_every(text: str) -> tuple[int, date]:
    match = _EVERY.fullmatch(text)
    if not match:
        if re.fullmatch(r"every \d+ weeks?", text):
            raise Mistake("which weeks these are depends on the first", f"write '{text} from' and a date of it")
        raise Mistake(f"expected 'every 2 weeks from 2026-11-28' after the span, not '{text}'")
    every = int(match["every"])
    if not 2 <= every <= _MOST_WEEKS:
        hint = "every week is what hours without it mean" if every == 1 else ""
        raise Mistake(f"the weeks must be 2 to {_MOST_WEEKS}, not {every}", hint, offset=match.start("every"))
    return every, _within(parse_date, match, "since")


def _within(parse: Callable[[str], _T], match: re.Match[str], group: str) -> _T:
    """Read one group of a match, and tell its mistake as one of the whole text."""
    try:
        return parse(match[group])
    except Mistake as mistake:
        raise mistake.moved(match.start(group)) from None


def _day(text: str, offset: int) -> int:
    if text in DAYS:
        return DAYS.index(text)
    folded = text.casefold()
    known = folded[:3] if folded in _FULL_NAMES else _FRENCH.get(folded[:3])
    near = known or closest(text, DAYS)
    hint = f"did you mean '{near}'?" if near else f"days are {', '.join(DAYS)}"
    if not text:
        raise Mistake("a day is missing here", "days stand without spaces, as in mon,wed or mon-fri", offset=offset)
    raise Mistake(f"unknown day '{text}'", hint, offset=offset)


def _time(text: str, offset: int) -> time:
    match = _TIME.fullmatch(text)
    if not match:
        loose = re.fullmatch(r"(\d{1,2})(?:[:hH.](\d\d)?)?", text)
        guess = f"{int(loose[1]):02}:{loose[2] or '00'}" if loose else ""
        hint = f"did you mean '{guess}'?" if _TIME.fullmatch(guess) else ""
        raise Mistake(f"expected a time such as 07:00, not '{text}'", hint, offset=offset)
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:
        raise Mistake(f"the clock has no {text}", "times are 00:00 to 23:59", offset=offset)
    return time(hour, minute)


def _guess_date(text: str) -> str:
    match = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text)
    if match and int(match[2]) <= 12:
        return f"did you mean '{match[3]}-{int(match[2]):02}-{int(match[1]):02}'?"
    match = re.fullmatch(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})", text)
    return f"did you mean '{match[1]}-{int(match[2]):02}-{int(match[3]):02}'?" if match else ""
