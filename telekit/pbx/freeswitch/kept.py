"""What is written on the channels of conversations, kept so that it need not be asked for at each look.

To tell all of a channel takes FreeSWITCH half a millisecond and some 9 kB, to list it a tenth of that. What is of
interest of a leg that talks stays as it is as long as its row in the list does, which changes with whom it is joined,
what it executes and how it stands. Source: FreeSWITCH src/switch_core_sqldb.c, core_event_handler.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from telekit.pbx.freeswitch.channels import joined_with

KEPT_FOR = timedelta(minutes=1)
"""Then it is asked for all the same."""

Row = Mapping[str, str]
Dump = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Told:
    row: Row
    dump: Dump
    at: datetime


class Kept:
    """By the name of a channel, what was told of it; rows are those of `show channels`, dumps those of `uuid_dump`."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}

    def still_true(self, rows: Iterable[Row], now: datetime) -> Iterator[Dump]:
        """Give what was told of channels whose rows are still the same."""
        for row in rows:
            told = self._told.get(row["uuid"])
            if told is not None and told.row == row and now - told.at < KEPT_FOR:
                yield told.dump

    def keep(self, rows: Iterable[Row], dumps: Iterable[Dump], now: datetime) -> None:
        """Keep what was told just now, for rows that were read before; forget who is not listed any more."""
        fresh = {dump.get("Unique-ID", ""): dump for dump in dumps}
        kept = {row["uuid"]: self._told.get(row["uuid"]) for row in rows}
        self._told = {uuid: told for uuid, told in kept.items() if told is not None and uuid not in fresh}
        for row in rows:
            if (dump := fresh.get(row["uuid"])) is not None and joined_with(dump) is not None:
                self._told[row["uuid"]] = _Told(row, dump, now)

    def forget(self, uuid: str) -> None:
        """Ask for this one at the next look: something was written on it."""
        self._told.pop(uuid, None)
