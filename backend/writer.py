"""The only way to write: acts wait in a queue, and many waiting acts share one durable commit.

While one commit is on its way to the disk the next batch gathers: no timer, no fixed size. Each act runs in its own
savepoint, so one that fails is undone alone and the others of its batch stay. An act is a function of a `Tx`; it may
run a second time (after a deadlock on PostgreSQL, say), so it touches nothing but the transaction.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy.engine import Connection, NestedTransaction
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from backend.db import Database
from backend.log import get_log

log = get_log(__name__)

T = TypeVar("T")
Act = Callable[["Tx"], T]

MAX_BATCH = 256
BATCH_SECONDS = (
    0.02  # of work; what is left then waits for the next commit, so that slow acts do not hold up all others
)
TRIES = 4

LOCK_WAIT = "100ms"  # PostgreSQL: a batch holds many rows, so it lets go rather than wait for a deadlock to be found
LOCK_WAIT_ALONE = "5s"
ASK_SECONDS = 15.0

_LOCKED = ("deadlock detected", "lock timeout", "could not serialize")
_TRANSIENT = (*_LOCKED, "database is locked", "disk I/O error")


class OutcomeUnknown(RuntimeError):
    """A commit was sent and nobody knows what became of it: it may be on disk, so it must not be run again."""


def _only_locked(error: BaseException) -> bool:
    """Whether a transaction ended because others held its rows; its connection is sound."""
    if isinstance(error, DBAPIError):
        return not error.connection_invalidated and any(words in str(error.orig) for words in _LOCKED)
    return any(words in str(error) for words in _LOCKED)


def is_transient(error: BaseException) -> bool:
    """Whether a failed statement took the whole transaction with it, and may succeed when all is done again."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or any(words in str(error.orig) for words in _TRANSIENT)


class Tx:
    """One act's view of the transaction it shares.

    Attributes:
        connection: for the few statements of the hot path.
        signals: names of what this act leaves to do after the commit ("outgoing"); passed to `Writer.on_commit`.
        memo: what the act has read and written under a lock of its own, so that it is not read again; emptied when a
            savepoint is taken back.
    """

    __slots__ = ("_nested", "_session", "connection", "memo", "signals")

    def __init__(self, connection: Connection, signals: set[str]) -> None:
        self.connection = connection
        self.signals = signals
        self.memo: dict[object, Any] = {}
        self._session: Session | None = None
        self._nested: NestedTransaction | None = None

    @property
    def session(self) -> Session:
        """The unit of work for everything off the hot path; flushed when the act ends, never committed by hand.

        A flush that fails rolls back what its session joined. That is a savepoint of its own: without one it would be
        the transaction of the whole batch.
        """
        if self._session is None:
            self._nested = self.connection.begin_nested()
            self._session = Session(
                self.connection,
                join_transaction_mode="rollback_only",
                autoflush=True,
                expire_on_commit=False,
            )
        return self._session

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the act that can fail alone: what the block did, by session or connection, is taken back."""
        try:
            with self.session.begin_nested():
                self.session.connection()  # the session says SAVEPOINT only when it first needs its connection
                yield
        except BaseException:
            self.memo.clear()
            raise

    def flush(self) -> None:
        if self._session is not None:
            self._session.flush()

    def keep(self) -> None:
        """The act is done: write what is left and hand its work to the batch."""
        if self._session is not None and self._nested is not None:
            self._session.flush()
            self._nested.commit()  # refused when a flush failed and the act went on all the same
        self.forget()

    def forget(self) -> None:
        if self._session is not None:
            self._session.expunge_all()
            self._session.close()
            self._session = None
        if self._nested is not None:
            if self._nested.is_active:
                self._nested.rollback()
            self._nested = None


class _Waiting:
    __slots__ = ("act", "error", "future", "loop", "value")

    def __init__(
        self, act: Act[Any], loop: asyncio.AbstractEventLoop | None, future: asyncio.Future[Any] | Future[Any]
    ) -> None:
        self.act = act
        self.loop = loop
        self.future = future
        self.value: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


def _settle(batch: list[_Waiting]) -> None:
    for waiting in batch:
        waiting.settle()


class Writer:
    """Owns the writing connection in a thread of its own.

    Args:
        database: where to write.
        on_commit: called after each commit with the signals of its acts, from the writer's thread.
    """

    def __init__(self, database: Database, on_commit: Callable[[set[str]], None] | None = None) -> None:
        self._database = database
        self._queue: deque[_Waiting] = deque()
        self._wake = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._alone = 0  # acts that are committed one by one, because their batch met others' locks
        self.on_commit = on_commit
        self.commits = 0
        self.acts = 0

    def start(self) -> Writer:
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Finish what waits, then end."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Writer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def run(self, act: Act[T]) -> T:
        """Run an act; returns when the commit that holds it is on disk. Raises what the act raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(_Waiting(act, loop, future))
        return await future

    def run_sync(self, act: Act[T]) -> T:
        """The same from a thread that is not an event loop."""
        future: Future[T] = Future()
        self._put(_Waiting(act, None, future))
        return future.result()

    def _put(self, waiting: _Waiting) -> None:
        with self._wake:
            if self._stopping or self._thread is None:
                raise RuntimeError("the writer is not running")
            self._queue.append(waiting)
            self._wake.notify()

    def _run(self) -> None:
        connection: Connection | None = None
        while True:
            with self._wake:
                while not self._queue and not self._stopping:
                    self._wake.wait()
                if not self._queue:
                    break
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), MAX_BATCH))]
            connection, done = self._commit(connection, batch)
            if done < len(batch):
                with self._wake:
                    self._queue.extendleft(reversed(batch[done:]))
            self._hand_back(batch[:done])
        if connection is not None:
            connection.close()

    def _commit(self, connection: Connection | None, batch: list[_Waiting]) -> tuple[Connection | None, int]:
        """Bring acts from the front of a batch to disk; how many of them are settled now, whichever way."""
        for attempt in range(1, TRIES + 1):
            signals: set[str] = set()
            try:
                if connection is None:
                    connection = self._connect()
                done = self._transaction(connection, batch if self._alone == 0 else batch[:1], signals)
            except Exception as error:
                # The whole transaction is gone (disk, lock, lost server): nothing of it was acknowledged.
                if connection is not None and not _only_locked(error):
                    _discard(connection)
                    connection = None
                if attempt == TRIES or not isinstance(error, DBAPIError | self._database.driver_error):
                    return connection, self._give_up(batch, error)
                self._alone = max(self._alone, len(batch))
                time.sleep(random.uniform(0.005, 0.03) if _only_locked(error) else 0.05 * attempt)  # noqa: S311
            else:
                self._alone = max(0, self._alone - done)
                self.commits += 1
                self.acts += done
                self._signal(signals)
                return (None if connection.closed else connection), done
        return connection, len(batch)

    def _give_up(self, batch: list[_Waiting], error: BaseException) -> int:
        """Tell those who wait that it cannot be done; how many they are. Who stood alone fails alone."""
        failed = batch[:1] if self._alone and _only_locked(error) else batch
        for waiting in failed:
            waiting.error = error
        self._alone = max(0, self._alone - len(failed))
        return len(failed)

    def _connect(self) -> Connection:
        connection = self._database.writing.connect()
        if not self._database.is_sqlite:
            connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_WAIT}'")
            connection.commit()
        return connection

    def _transaction(self, connection: Connection, batch: list[_Waiting], signals: set[str]) -> int:
        """Run acts and commit them; how many there was time for.

        Raises:
            OutcomeUnknown: the connection was lost in the commit, and nobody could be asked what became of it.
        """
        transaction = connection.begin()
        try:
            if self._alone and not self._database.is_sqlite:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_WAIT_ALONE}'")
            done = self._act(connection, batch, signals)
            mark = self._mark(connection)
        except BaseException:
            transaction.rollback()
            raise
        try:
            transaction.commit()
        except Exception as error:
            if not self._is_committed(mark):
                raise
            log.warning("A commit whose answer was lost is on disk", action="writer.answer_lost", why=str(type(error)))
            _discard(connection)
        return done

    def _mark(self, connection: Connection) -> int | None:
        """By what the server knows this transaction; None when it wrote nothing, or on SQLite, whose commit answers."""
        if self._database.is_sqlite:
            return None
        found = connection.exec_driver_sql("SELECT txid_current_if_assigned()").scalar()
        return None if found is None else int(found)

    def _is_committed(self, mark: int | None) -> bool:
        """Ask the server what became of a transaction whose commit failed, for as long as a restart takes."""
        if mark is None:
            return False
        until = time.monotonic() + ASK_SECONDS
        while time.monotonic() < until:
            try:
                with self._database.writing.connect() as asking:
                    status = asking.exec_driver_sql("SELECT txid_status(%s)", (mark,)).scalar()
            except DBAPIError:
                status = None  # not there again yet
            if status in ("committed", "aborted"):
                return str(status) == "committed"
            time.sleep(0.1)
        raise OutcomeUnknown("the connection was lost in a commit, and the server did not come back to say its outcome")

    def _act(self, connection: Connection, batch: list[_Waiting], signals: set[str]) -> int:
        until = time.monotonic() + BATCH_SECONDS
        for done, waiting in enumerate(batch, start=1):
            self._one(connection, waiting, signals)
            if time.monotonic() > until:
                return done
        return len(batch)

    def _signal(self, signals: set[str]) -> None:
        """Tell of the commit. It is on disk, so whoever cannot hear of it must not stop the writer."""
        if signals and self.on_commit is not None:
            try:
                self.on_commit(signals)
            except Exception:
                log.exception("Nobody could be told of a commit", action="writer.signal_failed")

    def _one(self, connection: Connection, waiting: _Waiting, signals: set[str]) -> None:
        own: set[str] = set()
        tx = Tx(connection, own)
        waiting.error = None
        driver: Any = connection.connection.driver_connection
        driver.execute("SAVEPOINT act")
        try:
            waiting.value = waiting.act(tx)
            tx.keep()
        except BaseException as error:  # even an exit in an act ends the act alone, never the writer
            tx.forget()
            if connection.invalidated or self._whole_transaction_lost(error):
                raise
            driver.execute("ROLLBACK TO SAVEPOINT act")
            driver.execute("RELEASE SAVEPOINT act")
            waiting.error = error
        else:
            driver.execute("RELEASE SAVEPOINT act")
            signals |= own

    def _whole_transaction_lost(self, error: BaseException) -> bool:
        """Whether the act's failure took the shared transaction with it, so that the batch must begin again."""
        if isinstance(error, self._database.driver_error):
            return any(words in str(error) for words in _TRANSIENT)
        return is_transient(error)

    @staticmethod
    def _hand_back(batch: list[_Waiting]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
        for waiting in batch:
            if waiting.loop is None:
                waiting.settle()
            else:
                by_loop.setdefault(waiting.loop, []).append(waiting)
        for loop, own in by_loop.items():
            with suppress(RuntimeError):  # the loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(_settle, own)


def _discard(connection: Connection | None) -> None:
    if connection is not None:
        connection.invalidate()
        connection.close()
