"""Public holidays, by country and subdivision, from the `holidays` package."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from telekit.rules.closest import closest
from telekit.rules.mistake import Mistake

HOLIDAYS_FORM = "a country's code such as FR, or with a part of it such as DE-BY"
HOLIDAYS_PATTERN = "[A-Z]{2}(-[A-Za-z0-9][A-Za-z0-9 ]*)?"


class PublicHolidays(Mapping[date, str]):
    """The public holidays of one place, by name; the package is asked on first use, and computes each year once.

    There is no last holiday: iterating gives those of the years that were asked for so far.
    """

    def __init__(self, country: str, subdivision: str | None = None) -> None:
        self.country = country
        self.subdivision = subdivision

    @cached_property
    def _days(self) -> Any:
        import holidays

        return holidays.country_holidays(self.country, subdiv=self.subdivision, language="en_US")

    def __getitem__(self, day: date) -> str:
        return str(self._days[day])

    def __contains__(self, day: object) -> bool:
        return day in self._days

    def __iter__(self) -> Iterator[date]:
        return iter(self._days)

    def __len__(self) -> int:
        return len(self._days)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicHolidays) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country

    def __repr__(self) -> str:
        return f"PublicHolidays({str(self)!r})"


def parse_holidays(text: str) -> PublicHolidays:
    """Read whose holidays count; raise `Mistake` when the package does not know the place."""
    if not re.fullmatch(HOLIDAYS_PATTERN, text):
        upper = text.upper()
        hint = f"did you mean '{upper}'?" if re.fullmatch(HOLIDAYS_PATTERN, upper) else ""
        raise Mistake(f"expected {HOLIDAYS_FORM}, not '{text}'", hint)
    import holidays

    countries = holidays.list_supported_countries()
    country, _, subdivision = text.partition("-")
    if country not in countries:
        raise Mistake(f"no public holidays are known for '{country}'", "codes are ISO 3166-1, such as FR, DE or CH")
    if subdivision and subdivision not in countries[country]:
        known = countries[country]
        near = closest(subdivision, known) if len(subdivision) > 2 else None
        hint = f"did you mean '{country}-{near}'?" if near else f"known are {', '.join(known)}" if known else ""
        raise Mistake(f"no public holidays are known for '{text}'", hint, offset=len(country) + 1)
    return PublicHolidays(str(country), subdivision or None)
