"""The journal in a SQLite file, written by one thread of its own in batches."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, select
from sqlalchemy.exc import SQLAlchemyError

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.errors import StoreError
from telekit.store.schema import facts, metadata

log = logging.getLogger(__name__)

_Item = Fact | asyncio.Future[None] | None
_LARGEST_BATCH = 1000
_LINGER = 0.05
"""Seconds for which facts gather before they are written. Each time the writer wakes it takes the interpreter from the
calls, and a transaction of many facts costs hardly more than one of a single fact."""


class SqliteJournal:
    """Keep facts in one SQLite file; a full disk is told to whoever waits for `settled`, and retried with the next."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._engine = _engine(path)
            metadata.create_all(self._engine)
        except (OSError, SQLAlchemyError) as error:
            raise StoreError(
                f"The journal {path} cannot be opened ({_first_line(error)}): "
                "make its folder writable for telekit, or name another file under `journal`."
            ) from error
        self._items: SimpleQueue[_Item] = SimpleQueue()
        self._hurry = Event()
        self._unwritten: list[Fact] = []
        self._writer = Thread(target=self._write, name="journal", daemon=True)
        self._writer.start()

    def record(self, fact: Fact) -> None:
        """Take a fact; it is durable once `settled` returns."""
        self._items.put(fact)

    async def settled(self) -> None:
        """Wait until every fact taken so far is written."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._items.put(done)
        self._hurry.set()
        await done

    def facts(self, *, call: CallId | None = None, kind: FactKind | None = None) -> Iterator[Fact]:
        """Read facts back in order."""
        query = select(facts).order_by(facts.c.id)
        if call is not None:
            query = query.where(facts.c.call == call)
        if kind is not None:
            query = query.where(facts.c.kind == kind.value)
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                yield Fact(
                    at=datetime.fromtimestamp(row.at, UTC),
                    kind=FactKind(row.kind),
                    call=None if row.call is None else CallId(row.call),
                    queue=None if row.queue is None else QueueName(row.queue),
                    agent=None if row.agent is None else AgentName(row.agent),
                    offer=None if row.offer is None else OfferId(row.offer),
                    details=row.details,
                )

    async def close(self) -> None:
        """Write what is left and let go of the file."""
        with suppress(StoreError):
            await self.settled()
        self._items.put(None)
        await asyncio.to_thread(self._writer.join)
        self._engine.dispose()

    def _write(self) -> None:
        """Take items until told to end: all that came within a moment become one transaction."""
        while True:
            batch = [self._items.get()]
            if batch[0] is not None:
                self._hurry.wait(_LINGER)
            self._hurry.clear()
            while len(batch) < _LARGEST_BATCH and not self._items.empty():
                batch.append(self._items.get())
            self._unwritten.extend(item for item in batch if isinstance(item, Fact))
            failure = self._write_out()
            for item in batch:
                if isinstance(item, asyncio.Future):
                    _settle(item, failure)
            if None in batch:
                return

    def _write_out(self) -> StoreError | None:
        if not self._unwritten:
            return None
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(facts), [_row(fact) for fact in self._unwritten])
        except SQLAlchemyError as error:
            log.error("the journal cannot be written (%s); %d facts wait", _first_line(error), len(self._unwritten))
            return StoreError(f"The journal cannot be written: {_first_line(error)}")
        self._unwritten.clear()
        return None


def _settle(waiting: asyncio.Future[None], failure: StoreError | None) -> None:
    """Answer a waiting `settled` from the writer's thread; its loop may be gone by now."""

    def answer() -> None:
        if waiting.done():
            return
        if failure is None:
            waiting.set_result(None)
        else:
            waiting.set_exception(failure)

    with suppress(RuntimeError):
        waiting.get_loop().call_soon_threadsafe(answer)


def _row(fact: Fact) -> dict[str, Any]:
    return {
        "at": fact.at.timestamp(),
        "kind": fact.kind.value,
        "call": fact.call,
        "queue": fact.queue,
        "agent": fact.agent,
        "offer": fact.offer,
        "details": dict(fact.details),
    }


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _tune(connection: Any, _record: object) -> None:
        """Let readers read while the writer writes, and survive a killed process without losing what was committed."""
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA busy_timeout=5000")

    return engine


def _first_line(error: Exception) -> str:
    text = str(getattr(error, "orig", None) or error)
    return text.splitlines()[0] if text else type(error).__name__
