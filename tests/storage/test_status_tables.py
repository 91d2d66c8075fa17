"""The database refuses by itself what the status tables do not allow, whoever is connected."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import sqlite3
from contextlib import closing
from types import ModuleType

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from backend.cases.status import CASE_STATUSES, case_pairs
from backend.db import Database
from backend.journal.tables import JournalEntry
from backend.migrate import FOLDER
from backend.objections.status import objection_pairs
from backend.transfers.status import TRANSFER_STATUSES, transfer_pairs
from tests.builders import Office


def _migration(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("one", FOLDER / "versions" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_triggers_hold_the_same_pairs_as_the_code() -> None:
    first, objections = _migration("0001_first_tables"), _migration("0008_objections")
    assert first.CASE == objections.BEFORE, "going down again leaves what was there"
    assert {(a, b) for a, afters in objections.CASE.items() for b in afters} == case_pairs()
    assert {(a, b) for a, afters in first.TRANSFER.items() for b in afters} == transfer_pairs()
    assert {(a, b) for a, afters in objections.OBJECTION.items() for b in afters} == objection_pairs()


def _refused(database: Database, statement: str, **values: object) -> bool:
    with database.writing.connect() as connection, connection.begin() as transaction:
        try:
            connection.execute(sa.text(statement), values)
        except DBAPIError:
            return True
        finally:
            transaction.rollback()
    return False


def _every_pair(database: Database, table: str, row_id: str, statuses: tuple[str, ...]) -> set[tuple[str, str]]:
    """The pairs the database lets through; the row is put into each status while the trigger is away."""
    set_status = sa.text(f'UPDATE "{table}" SET status = :to WHERE id = :id')
    allowed = set()
    with database.writing.connect() as connection:
        off, on = _switch(connection, table)
        for before in statuses:
            connection.exec_driver_sql(off)
            connection.execute(set_status, {"to": before, "id": row_id})
            connection.exec_driver_sql(on)
            for after in statuses:
                connection.exec_driver_sql("SAVEPOINT pair")
                try:
                    connection.execute(set_status, {"to": after, "id": row_id})
                except DBAPIError:
                    pass
                else:
                    allowed.add((before, after))
                connection.exec_driver_sql("ROLLBACK TO SAVEPOINT pair")
        connection.rollback()
    return allowed


def _switch(connection: sa.Connection, table: str) -> tuple[str, str]:
    """How to take the trigger away and put it back."""
    trigger = f"{table}_status_moves"
    if connection.dialect.name == "postgresql":
        alter = f'ALTER TABLE "{table}"'
        return f"{alter} DISABLE TRIGGER {trigger}", f"{alter} ENABLE TRIGGER {trigger}"
    written = connection.exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE name = '{trigger}'").scalar_one()
    return f"DROP TRIGGER {trigger}", str(written)


def test_every_pair_that_is_no_arrow_is_refused_by_the_database(database: Database, office: Office) -> None:
    case, transfers = office.received()
    complete = sa.text(
        "UPDATE transfer SET refusal_code = 'x', reason_sealed = :s, policy_basis = 'x', remedy_type = 'x',"
        " effective_date = :day WHERE id = :id"
    ).bindparams(sa.bindparam("day", type_=sa.Date()))
    with database.writing.begin() as connection:  # complete enough for every status
        connection.execute(complete, {"s": b"x", "day": dt.date(2026, 12, 1), "id": transfers[0].id})
    same = {(status, status) for status in CASE_STATUSES}
    assert _every_pair(database, "case", case.id, CASE_STATUSES) == case_pairs() | same
    same = {(status, status) for status in TRANSFER_STATUSES}
    assert _every_pair(database, "transfer", transfers[0].id, TRANSFER_STATUSES) == transfer_pairs() | same


@pytest.mark.parametrize("status", [name for name in CASE_STATUSES if name not in ("draft", "submitted")])
def test_a_case_begins_at_the_beginning(database: Database, office: Office, status: str) -> None:
    case = office.submitted()
    copy = _copy(database, "case", case.id)
    changed = {**copy, "id": "cas_x", "register_no": "x", "draft": 99}
    assert _refused(database, _insert("case", copy), **{**changed, "status": status})
    assert not _refused(database, _insert("case", copy), **{**changed, "status": "submitted"})


def test_a_transfer_begins_as_created(database: Database, office: Office) -> None:
    _, transfers = office.sent()
    copy = {**_copy(database, "transfer", transfers[0].id), "id": "trf_x", "transfer_no": "x", "seq": 99}
    assert _refused(database, _insert("transfer", copy), **{**copy, "status": "sent"})
    assert not _refused(database, _insert("transfer", copy), **{**copy, "status": "created"})


def _copy(database: Database, table: str, row_id: str) -> dict[str, object]:
    with database.writing.connect() as connection:
        row = connection.execute(sa.text(f'SELECT * FROM "{table}" WHERE id = :id'), {"id": row_id}).mappings().one()
        found = dict(row)
    if not database.is_sqlite:
        found = {name: json.dumps(value) if isinstance(value, (list, dict)) else value for name, value in found.items()}
    return found


def _insert(table: str, row: dict[str, object]) -> str:
    return f'INSERT INTO "{table}" ({", ".join(row)}) VALUES ({", ".join(f":{name}" for name in row)})'


def test_the_journal_can_only_grow(database: Database, office: Office) -> None:
    case = office.submitted()
    assert _refused(database, "UPDATE journal SET event = 'accept' WHERE chain = :chain", chain=case.id)
    assert _refused(database, "DELETE FROM journal WHERE chain = :chain", chain=case.id)
    assert _refused(database, "DELETE FROM journal_head WHERE chain = :chain", chain=case.id)
    assert _refused(database, "UPDATE journal_head SET seq = seq - 1 WHERE chain = :chain", chain=case.id)
    if not database.is_sqlite:
        assert _refused(database, "TRUNCATE journal")


def test_an_entry_of_the_journal_cannot_be_replaced(database: Database, office: Office) -> None:
    """SQLite's REPLACE deletes without asking the triggers of DELETE, on a connection as anybody opens it."""
    case = office.submitted()
    entry = _copy(database, "journal", office.all(JournalEntry, JournalEntry.chain == case.id)[0].id)
    changed = {**entry, "actor_id": "somebody else"}
    if not database.is_sqlite:
        upsert = " ON CONFLICT (id) DO UPDATE SET actor_id = 'somebody else'"
        assert _refused(database, _insert("journal", changed) + upsert, **changed)
        return
    for other in ({}, {"id": "jrn_new"}, {"seq": 99}):
        row = {**changed, **other}
        assert _refused(database, _insert("journal", row).replace("INSERT", "REPLACE", 1), **row)
        with closing(sqlite3.connect(str(database.url.database))) as plain, pytest.raises(sqlite3.IntegrityError):
            plain.execute(_insert("journal", row).replace("INSERT", "REPLACE", 1), row)


@pytest.mark.parametrize("missing", ["refusal_code", "reason_sealed", "policy_basis", "remedy_type"])
def test_a_refusal_without_its_reasons_is_impossible_in_sql(database: Database, office: Office, missing: str) -> None:
    _, transfers = office.received()
    fields = {"refusal_code": "'x'", "reason_sealed": ":s", "policy_basis": "'x'", "remedy_type": "'x'"}
    fields[missing] = "NULL"
    assigned = ", ".join(f"{name} = {value}" for name, value in fields.items())
    statement = f"UPDATE transfer SET status = 'refused', {assigned} WHERE id = :id"
    values: dict[str, object] = {"id": transfers[0].id}
    if missing != "reason_sealed":
        values["s"] = b"x"
    assert _refused(database, statement, **values)
