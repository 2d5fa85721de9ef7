"""The journal of a telekit that runs beside, as it stands in its file."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One fact, as it stands in the journal."""

    at: float
    kind: str
    call: str | None
    queue: str | None
    agent: str | None
    offer: str | None
    details: Mapping[str, Any]

    def __str__(self) -> str:
        who = " ".join(filter(None, (self.queue, self.agent, self.offer or self.call)))
        return f"{datetime.fromtimestamp(self.at, UTC):%H:%M:%S.%f} {self.kind:<14} {who}  {dict(self.details)}"


def read(file: Path) -> list[JournalLine]:
    """Read all facts in their order."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as journal:
        rows = journal.execute("select at, kind, call, queue, agent, offer, details from facts order by id")
        return [JournalLine(*row[:6], details=json.loads(row[6])) for row in rows]
