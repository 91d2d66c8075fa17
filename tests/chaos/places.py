"""Where a town's database lies: a fresh, migrated one for each run."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from backend.runtime import Runtime
from tests.chaos.child import Life
from tests.chaos.process import done_in_child


def _prepare(life: Life) -> bytes:
    """Tables and colleagues, once for all runs."""
    with Runtime(life.settings(), life.clock()):
        return b"ready"


class SqlitePlace:
    """A file that is copied."""

    def __init__(self, folder: Path, life: Life) -> None:
        self._template = folder / "template.db"
        self._life = life
        url = f"sqlite:///{self._template}"
        done_in_child(lambda: _prepare(_at(life, folder, url)), folder)
        connection = sqlite3.connect(self._template)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def fresh(self, folder: Path) -> str:
        """The address of a new database for a run in `folder`."""
        shutil.copyfile(self._template, folder / "town.db")
        return f"sqlite:///{folder / 'town.db'}"

    def gone(self, url: str) -> None:
        """The run is over."""

    def close(self) -> None:
        """No more runs."""


class PostgresPlace:
    """A database that is used as a template; needs the right to create databases."""

    def __init__(self, folder: Path, life: Life, url: str) -> None:
        self._server = make_url(url).set(drivername="postgresql+psycopg")
        self._template = f"yimen_chaos_{os.getpid()}"
        self._count = 0
        self._run(f'CREATE DATABASE "{self._template}"')
        done_in_child(lambda: _prepare(_at(life, folder, self._url(self._template))), folder)

    def _url(self, name: str) -> str:
        return self._server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        engine = create_engine(self._server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def fresh(self, folder: Path) -> str:
        self._count += 1
        name = f"{self._template}_{self._count}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        return self._url(name)

    def gone(self, url: str) -> None:
        self._run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        self._run(f'DROP DATABASE "{self._template}" WITH (FORCE)')


Place = SqlitePlace | PostgresPlace


def _at(life: Life, folder: Path, url: str) -> Life:
    return Life(str(folder), url, life.begun, life.seed)
