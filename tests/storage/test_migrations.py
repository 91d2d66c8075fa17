"""Migrations make the tables the code has, go down and up again, and cost nothing once done."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from backend import tables  # noqa: F401  every table, for the metadata
from backend.db import Database
from backend.migrate import FOLDER, DatabaseTooNew, current, downgrade, head, upgrade


def test_up_down_and_up_again(empty_database: Database) -> None:
    assert current(empty_database) is None
    assert upgrade(empty_database)
    assert current(empty_database) == head()
    downgrade(empty_database, "base")
    assert _tables(empty_database) <= {"alembic_version"}
    assert upgrade(empty_database)
    assert set(SQLModel.metadata.tables) <= _tables(empty_database)


def test_nothing_is_done_at_the_head_and_alembic_is_not_even_imported(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "alembic"]:
        monkeypatch.delitem(sys.modules, name)
    assert not upgrade(database)
    assert "alembic" not in sys.modules


def test_a_database_of_a_newer_release_is_left_alone(database: Database) -> None:
    with database.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseTooNew, match="9999"):
        upgrade(database)


def test_there_is_one_head_and_it_is_the_one_named() -> None:
    names = sorted(path.stem for path in (FOLDER / "versions").glob("*.py"))
    assert all(re.match(r"\d{4}_[a-z_]+$", name) for name in names)
    assert names[-1].split("_")[0] == head()
    assert len({name.split("_")[0] for name in names}) == len(names)


def test_the_code_has_no_table_or_column_that_the_migrations_lack(database: Database) -> None:
    with database.writing.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_checks_indexes_and_keys_are_the_same_to_the_letter(database: Database, empty_database: Database) -> None:
    SQLModel.metadata.create_all(empty_database.writing)
    assert _definitions(database) == _definitions(empty_database)


def _tables(database: Database) -> set[str]:
    with database.reading.connect() as connection:
        return set(sa.inspect(connection).get_table_names())


def _definitions(database: Database) -> set[tuple[Any, ...]]:
    """What the database itself says its tables, checks, keys and indexes are."""
    with database.reading.connect() as connection:
        if database.is_sqlite:
            rows = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'"
                " AND name <> 'alembic_version'"
            )
            return {(name, _flat(sql)) for name, sql in rows}
        rows = connection.exec_driver_sql(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass"
            if _has_versions(connection)
            else "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
        )
        found = {tuple(row) for row in rows}
        rows = connection.exec_driver_sql(
            "SELECT tablename, indexname, indexdef FROM pg_indexes"
            " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
        return found | {tuple(row) for row in rows}


def _has_versions(connection: sa.Connection) -> bool:
    return sa.inspect(connection).has_table("alembic_version")


def _flat(sql: str) -> str:
    """Without the spacing, and with column clauses in any order: two ways to write the same table."""
    head, _, body = " ".join(sql.split()).partition("(")
    return head + "|".join(sorted(part.strip(" )") for part in body.split(",")))
