"""One row of a queue_log, as Asterisk writes it.

Source: Asterisk main/logger.c, ast_queue_log: `epoch|call|queue|agent|EVENT|data…`; an event without data ends in `|`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from telekit.history.queue_log import NONE

LONGEST = 100
"""Characters of one datum: what the table of queue_log takes. Source: Asterisk contrib/ast-db-manage/queue_log."""
BREAKS = re.compile("[|\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What would part a field, or a row."""


@dataclass(frozen=True, slots=True)
class Row:
    """One happening."""

    at: datetime
    event: str
    data: tuple[str | int, ...] = ()
    call: str | None = None
    queue: str | None = None
    agent: str | None = None

    def __str__(self) -> str:
        named = (_plain(each or "") or NONE for each in (self.call, self.queue, self.agent))
        data = (_plain(str(each))[:LONGEST] for each in self.data or ("",))
        return "|".join((str(whole_seconds(self.at)), *named, self.event, *data))


@dataclass(frozen=True, slots=True)
class RowNames:
    """What agents and queues are called in rows; all others have the names of the rules."""

    agents: Mapping[str, str] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)

    def line(self, row: Row) -> str:
        """Write a row with these names, and the end of its line."""
        queue, agent = row.queue or "", row.agent or ""
        return f"{replace(row, queue=self.queues.get(queue, queue), agent=self.agents.get(agent, agent))}\n"


def whole_seconds(at: datetime) -> int:
    """Give the second in which something was, since 1970: Asterisk's log knows none smaller."""
    return int(at.timestamp())


def _plain(text: str) -> str:
    """Take out what breaks rows. Source: Asterisk apps/app_queue.c, queue_exec, has `_` for a pipe in a name too."""
    return BREAKS.sub("_", text)
