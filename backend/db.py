"""Opens the database: one writing connection a process, a few reading ones, the same code on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class Instant(TypeDecorator[dt.datetime]):
    """An aware UTC datetime. SQLite keeps no zone, so it is put back on the way out.

    Raises:
        ValueError: a naive datetime was given.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """What each statement costs most often: on SQLite the text its own type would write, three times as fast."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)

        def process(value: dt.datetime | None) -> str | None:
            if value is None:
                return None
            if value.tzinfo is not dt.UTC:
                value = self.process_bind_param(value, dialect)
                assert value is not None
            return value.replace(tzinfo=None).isoformat(" ", "microseconds")

        return process

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone: naive datetime given")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _sqlite_url(url: URL) -> URL:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return url


def _prepare_sqlite(engine: Engine, *, begin: str, query_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # we say BEGIN ourselves; the driver's own begins too late
        for pragma in (
            "busy_timeout=10000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",  # else REPLACE deletes past the triggers that forbid it
            "temp_store=MEMORY",
            "cache_size=-8192",  # KiB a connection; more is the operating system's work, and is shared there
            f"query_only={'ON' if query_only else 'OFF'}",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


class Database:
    """Two engines on one database. Only `backend.writer` may use `writing`.

    Attributes:
        writing: BEGIN IMMEDIATE on SQLite, so that a reader never has to become a writer half-way.
        reading: read-only connections.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            parsed = _sqlite_url(parsed)
            arguments: dict[str, Any] = {"connect_args": {"check_same_thread": False}, "hide_parameters": True}
            self.writing = create_engine(parsed, poolclass=NullPool, **arguments)
            self.reading = create_engine(parsed, pool_size=4, max_overflow=4, **arguments)
            _prepare_sqlite(self.writing, begin="BEGIN IMMEDIATE", query_only=False)
            _prepare_sqlite(self.reading, begin="BEGIN", query_only=True)
        else:
            parsed = parsed.set(drivername="postgresql+psycopg")
            self.writing = create_engine(parsed, poolclass=NullPool, hide_parameters=True)
            self.reading = create_engine(
                parsed,
                pool_size=4,
                max_overflow=4,
                hide_parameters=True,
                execution_options={"postgresql_readonly": True},
            )
        self.url = parsed
        #: What the driver raises below SQLAlchemy.
        self.driver_error: type[Exception] = self.writing.dialect.loaded_dbapi.Error

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that can only read; use it in a worker thread, never on the event loop."""
        with Session(self.reading, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        self.writing.dispose()
        self.reading.dispose()
