"""Databases to test on: SQLite in a file and a real PostgreSQL, every test with a fresh, migrated one.

Nothing is skipped in silence: without PostgreSQL the run fails and says why. For a developer's quick loop alone,
`YIMEN_TEST_DATABASES=sqlite` leaves it out.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.clock import SetClock
from backend.db import Database
from backend.env import Env
from backend.migrate import head, upgrade
from backend.writer import Writer
from tests import builders
from tests.builders import Office
from tests.postgres import PostgresServer

SHARED = "yimen_test"
_count = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "write tests/transcripts/spoken anew instead of comparing"
    parser.addoption("--write-transcripts", action="store_true", help=told)


@pytest.fixture(autouse=True)
def no_photographs_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the extra `photos` is installed here makes no difference; tests of it bring a reader of their own."""
    monkeypatch.setattr("backend.runtime.why_off", lambda wanted: "off in tests")


def databases() -> tuple[str, ...]:
    """The kinds of database this run is on."""
    asked = os.environ.get("YIMEN_TEST_DATABASES", "sqlite,postgresql")
    kinds = tuple(part.strip() for part in asked.split(",") if part.strip())
    unknown = set(kinds) - {"sqlite", "postgresql"}
    if unknown or not kinds:
        raise pytest.UsageError(f"YIMEN_TEST_DATABASES={asked!r}: use sqlite, postgresql or both")
    return kinds


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for this worker, gone when it ends."""
    server = PostgresServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def shared_postgres(postgres: PostgresServer) -> str:
    """The migrated database that tests use one after the other, emptied in between: that is faster than a new one."""
    postgres.run(f"CREATE DATABASE {SHARED}")
    database = Database(postgres.url(SHARED))
    upgrade(database)
    database.close()
    return SHARED


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture(params=databases())
def kind(request: pytest.FixtureRequest) -> str:
    """Which database a test is on."""
    return str(request.param)


@pytest.fixture
def empty_database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it, for tests of migrations."""
    if kind == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.db")
        yield database
        database.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"empty_{next(_count)}"
    server.run(f"CREATE DATABASE {name}")
    database = Database(server.url(name))
    yield database
    database.close()
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database without a row."""
    if kind == "sqlite":
        path = tmp_path / "test.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        database = Database(f"sqlite:///{path}")
        yield database
        database.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name: str = request.getfixturevalue("shared_postgres")
    database = Database(server.url(name))
    yield database
    database.close()
    server.empty(name, head())


@pytest.fixture
def clock() -> SetClock:
    """Stands at a Wednesday morning until a test moves it: 2026-11-04, 10:00 in China."""
    return SetClock(builders.MORNING)


@pytest.fixture
def env(clock: SetClock, tmp_path: Path) -> Env:
    """The sample county, a key of its own, the stepping clock."""
    return builders.env(clock, tmp_path)


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    """The writer of the test's database."""
    with Writer(database) as running:
        yield running


@pytest.fixture
def office(writer: Writer, database: Database, env: Env) -> Office:
    """The county's colleagues, loaded, and short ways to let them act."""
    return builders.open_office(writer, database, env)
