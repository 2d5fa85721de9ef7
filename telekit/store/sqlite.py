"""The journal in a SQLite file, written by one thread of its own in batches."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

from sqlalchemy import URL, Engine, Row, create_engine, event, func, insert, select
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError, SQLAlchemyError

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.errors import StoreError, in_words
from telekit.store.last_agent import last_agent
from telekit.store.of_agents import of_agents
from telekit.store.port import JournalState
from telekit.store.private import make_private
from telekit.store.promised import promised
from telekit.store.reading import KINDS
from telekit.store.revision import bring_up
from telekit.store.schema import facts
from telekit.store.unfinished import unfinished

log = logging.getLogger(__name__)

MOST_UNWRITTEN = 200_000
"""Facts that wait for a disk that takes nothing, some 150 MB; later ones are lost, and that is told."""
LOOKED_THROUGH = 1_000_000
"""Facts, the latest, in which those of a kind are looked for: a second at most, however long the journal is."""
LARGEST_BATCH = 1000
LINGER = 0.05
"""Seconds for which facts gather before they are written. Each time the writer wakes it takes the interpreter from the
calls, and a transaction of many facts costs hardly more than one of a single fact."""
COLUMNS = ("at", "kind", "call", "queue", "agent", "offer", "details")
INSERT = str(insert(facts).compile(dialect=dialect(), column_keys=COLUMNS))
"""Put together once: for each batch anew, that would take more than half of the writer's time."""
AGAIN_AFTER = 1.0
"""Seconds between two tries to write on a disk that takes nothing."""


class SqliteJournal:
    """Keep facts in one SQLite file; what a full disk does not take is tried again until it does."""

    def __init__(self, path: Path, *, most_unwritten: int = MOST_UNWRITTEN) -> None:
        """Open the file, or make it for its owner and group alone; raises `StoreError` when that cannot be done."""
        try:
            make_private(path)
            self._engine = _engine(path)
            bring_up(self._engine, path)
            self._connection = self._engine.connect()
        except (OSError, SQLAlchemyError) as error:
            raise StoreError(
                f"The journal {path} cannot be opened ({_first_line(error)}): "
                "make its folder writable for telekit and see that its disk has room, or name another file under "
                "`journal`."
            ) from error
        self._most = most_unwritten
        self._items: deque[Fact] = deque()
        self._taken = self._done = self._lost = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        """Who waits for so many facts to be done."""
        self._counting = Lock()
        self._trouble = ""
        """Why the last batch was not written."""
        self._batch_since: float | None = None
        """Since when the batch that is being written waits, by the monotonic clock."""
        self._hurry, self._ends = Event(), Event()
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="journal-reader")
        self._writer = Thread(target=self._write, name="journal", daemon=True)
        self._writer.start()

    @property
    def state(self) -> JournalState:
        """Say how far the disk is behind."""
        since = self._batch_since
        lag = 0.0 if since is None else monotonic() - since
        return JournalState(self._taken - self._done, lag, self._lost, self._trouble)

    def record(self, fact: Fact) -> None:
        """Take a fact; it is durable once `settled` returns. After the end it is lost."""
        if self._ends.is_set() or self._taken - self._done >= self._most:
            self._lost += 1
            if str(self._lost).rstrip("0") == "1":
                log.error("the journal takes no more facts: %d are lost, the last is %s", self._lost, _in_logs(fact))
            return
        self._taken += 1
        self._items.append(fact)

    async def settled(self) -> None:
        """Wait until every fact taken so far is written."""
        settled = asyncio.get_running_loop().create_future()
        with self._counting:
            if self._done >= self._taken:
                return
            if self._ends.is_set():
                raise StoreError("The journal is closed.")
            self._waiting.append((self._taken, settled))
        self._hurry.set()
        await settled

    def facts(self, *, call: CallId | None = None, kind: FactKind | None = None) -> Iterator[Fact]:
        """Read facts back in order."""
        query = select(facts).order_by(facts.c.id)
        if call is not None:
            query = query.where(facts.c.call == call)
        if kind is not None:
            query = query.where(facts.c.kind == kind.value)
        try:
            with self._engine.connect() as connection:
                yield from _known(connection.execute(query))
        except SQLAlchemyError as error:
            raise StoreError(f"The journal cannot be read: {_first_line(error)}.") from error

    async def latest(self, kind: FactKind, most: int) -> Sequence[Fact]:
        """Give the latest facts of a kind, in order; the disk is read in a thread of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, self._latest, kind, most)

    def _latest(self, kind: FactKind, most: int) -> Sequence[Fact]:
        back_to = select(func.coalesce(func.max(facts.c.id), 0) - LOOKED_THROUGH).scalar_subquery()
        of_kind = select(facts).where(facts.c.kind == kind.value, facts.c.id > back_to)
        query = of_kind.order_by(facts.c.id.desc()).limit(most)
        try:
            with self._engine.connect() as connection:
                return [_fact(row) for row in reversed(connection.execute(query).all())]
        except SQLAlchemyError as error:
            raise StoreError(f"The journal cannot be read: {_first_line(error)}.") from error

    async def last_agent(self, caller: str) -> AgentName | None:
        """Give the agent with whom a number last talked; the disk is read in a thread of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, self._last_agent, caller)

    def _last_agent(self, caller: str) -> AgentName | None:
        try:
            with self._engine.connect() as connection:
                return last_agent(connection, caller)
        except SQLAlchemyError as error:
            raise StoreError(f"The journal cannot be read: {_first_line(error)}.") from error

    async def unfinished(self, since: datetime) -> Sequence[Fact]:
        """Give all facts since then of calls that have no end yet, and the last of any call.

        The disk is read in a thread of its own.
        """
        return await asyncio.get_running_loop().run_in_executor(self._reader, self._unfinished, since)

    def _unfinished(self, since: datetime) -> Sequence[Fact]:
        try:
            with self._engine.connect() as connection:
                return list(_known(unfinished(connection, since)))
        except SQLAlchemyError as error:
            raise StoreError(f"The journal cannot be read: {_first_line(error)}.") from error

    async def promised(self, since: datetime) -> Sequence[Fact]:
        """Give all facts of calls whose callers are still to be called back; the disk is read in that thread too."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, self._promised, since)

    def _promised(self, since: datetime) -> Sequence[Fact]:
        try:
            with self._engine.connect() as connection:
                return list(_known(promised(connection, since)))
        except SQLAlchemyError as error:
            raise StoreError(f"The journal cannot be read: {_first_line(error)}.") from error

    async def of_agents(self) -> Sequence[Fact]:
        """Give what each agent said last, and their last presence; the disk is read in a thread of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, self._of_agents)

    def _of_agents(self) -> Sequence[Fact]:
        try:
            with self._engine.connect() as connection:
                return list(_known(of_agents(connection)))
        except SQLAlchemyError as error:
            raise StoreError(f"The journal cannot be read: {_first_line(error)}.") from error

    async def close(self) -> None:
        """Write what is left and let go of the file; what cannot be written now is lost, and that is told."""
        self._end()
        await asyncio.to_thread(self.join)

    def join(self) -> None:
        """Do the same, and block meanwhile."""
        self._end()
        self._writer.join()
        self._reader.shutdown(wait=False, cancel_futures=True)
        self._connection.close()
        self._engine.dispose()

    def _end(self) -> None:
        self._ends.set()
        self._hurry.set()

    def _write(self) -> None:
        """Write batch after batch until told to end; nothing that goes wrong with one ends the thread."""
        goes_on = True
        while goes_on:
            self._hurry.wait(LINGER)
            self._hurry.clear()
            goes_on = not self._ends.is_set()
            while batch := self._next_batch():
                while batch and not self._try(batch):
                    if self._ends.wait(AGAIN_AFTER) and not self._try(batch):
                        log.error("at the end %d facts are lost", self._taken - self._done)
                        return

    def _try(self, batch: list[Fact]) -> bool:
        """Write a batch once, tell how that went, and answer those who wait for it."""
        left = len(batch)
        failure = self._write_out(batch)
        why = str(failure or "")
        if why and why != self._trouble:
            log.error("%s It is tried again every second.", why)
        elif self._trouble and not why:
            log.warning("The journal is written again.")
        self._trouble = why
        self._account(left - len(batch), failure)
        return failure is None

    def _next_batch(self) -> list[Fact]:
        """Take what has come."""
        batch = [self._items.popleft() for _ in range(min(len(self._items), LARGEST_BATCH))]
        self._batch_since = monotonic() if batch else None
        return batch

    def _write_out(self, batch: list[Fact]) -> StoreError | None:
        """Write a batch, and take off it what is written; a fact that no journal could hold is told and left out."""
        try:
            with self._connection.begin():
                self._connection.exec_driver_sql(INSERT, [_row(fact) for fact in batch])
            batch.clear()
            return None
        except Exception as error:
            if not _is_of_the_fact(error):
                return StoreError(f"The journal cannot be written: {_first_line(error)}.")
        while batch:
            try:
                with self._connection.begin():
                    self._connection.exec_driver_sql(INSERT, _row(batch[0]))
            except Exception as error:
                if not _is_of_the_fact(error):
                    return StoreError(f"The journal cannot be written: {_first_line(error)}.")
                log.error("the journal cannot hold %s: %s", _in_logs(batch[0]), _first_line(error))
            del batch[0]
        return None

    def _account(self, done: int, failure: StoreError | None) -> None:
        """Count what is done, and answer those who wait for it; all of them when it cannot be done."""
        with self._counting:
            self._done += done
            answered = [each for each in self._waiting if failure is not None or each[0] <= self._done]
            self._waiting = [each for each in self._waiting if each not in answered]
        for _, waiting in answered:
            _settle(waiting, failure)


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


def _is_of_the_fact(error: Exception) -> bool:
    """Tell a fact that cannot be stored from a store that cannot be used."""
    return not isinstance(error, DatabaseError) or isinstance(error, DataError | IntegrityError | ProgrammingError)


def _known(rows: Iterable[Row[Any]]) -> Iterator[Fact]:
    """Give facts, but for those of kinds that a later telekit has."""
    return (_fact(row) for row in rows if row.kind in KINDS)


def _fact(row: Row[Any]) -> Fact:
    return Fact(
        at=datetime.fromtimestamp(row.at, UTC),
        kind=KINDS[row.kind],
        call=None if row.call is None else CallId(row.call),
        queue=None if row.queue is None else QueueName(row.queue),
        agent=None if row.agent is None else AgentName(row.agent),
        offer=None if row.offer is None else OfferId(row.offer),
        details=row.details,
    )


def _row(fact: Fact) -> tuple[Any, ...]:
    """Give what `INSERT` takes."""
    details = json.dumps(dict(fact.details))
    return fact.at.timestamp(), fact.kind.value, fact.call, fact.queue, fact.agent, fact.offer, details


def _in_logs(fact: Fact) -> str:
    """Name a fact without what it tells of people."""
    return f"{fact.kind.value} of {fact.at:%Y-%m-%d %H:%M:%S %Z}, call {fact.call}"


def _engine(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)))

    @event.listens_for(engine, "connect")
    def _tune(connection: Any, _record: object) -> None:
        """Let readers read while the writer writes, and survive a killed process without losing what was committed."""
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA busy_timeout=5000")

    return engine


def _first_line(error: Exception) -> str:
    text = in_words(error) if isinstance(error, OSError) else str(getattr(error, "orig", None) or error)
    return text.splitlines()[0] if text else type(error).__name__
