"""Brings a database to the revision this code was written for; at that revision already, it costs one query.

There is one head, named in `migrations/head.txt`, so that two migrations written in parallel meet in git and not in
production.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection

    from backend.db import Database

FOLDER = Path(__file__).parent / "migrations"
BASE = "base"

_LOCK = 0x79696D656E  # "yimen": one migration at a time, whoever starts first
_LOCK_WAIT = "30s"
_TABLE_WAIT = "1s"  # rather fail and be run again than hold up everyone who writes


class DatabaseTooNew(RuntimeError):
    """The database was written by a newer release; run that one, or migrate down with it first."""


def head() -> str:
    """The revision this code needs."""
    return (FOLDER / "head.txt").read_text(encoding="ascii").strip()


def current(database: Database) -> str | None:
    """The database's revision, None for an empty one."""
    with database.reading.connect() as connection:
        return _revision(connection)


def upgrade(database: Database, to: str = "head") -> bool:
    """Migrate up; False when there was nothing to do.

    Raises:
        DatabaseTooNew: the database has a revision this code does not know.
    """
    wanted = head() if to == "head" else to
    if _exists(database) and current(database) == wanted:
        return False
    _run(database, wanted, down=False)
    return True


def downgrade(database: Database, to: str) -> None:
    """Migrate down to a revision, or to `base`: nothing left."""
    _run(database, to, down=True)


def _exists(database: Database) -> bool:
    """A reading connection cannot create the SQLite file it is to read."""
    return not database.is_sqlite or Path(str(database.url.database)).exists()


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


def _run(database: Database, to: str, *, down: bool) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    with database.writing.begin() as connection:
        _alone(connection)
        config = _config(connection)
        now = _revision(connection)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if now is not None and now not in known:
            raise DatabaseTooNew(
                f"the database is at revision {now}, and this release knows only up to {head()}; "
                "start the release that wrote it"
            )
        if down:
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)


def _alone(connection: Connection) -> None:
    """Wait for whoever migrates now. SQLite's BEGIN IMMEDIATE has waited already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_TABLE_WAIT}'")


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
