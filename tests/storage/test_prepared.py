"""Rows written by prepared inserts are the rows the ORM would have written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import SQLModel, select

import backend.tables  # noqa: F401 - every table
from backend.cases.tables import Case, Household, Person
from backend.clock import SetClock
from backend.db import Database
from backend.deadlines.tables import Deadline
from backend.env import Env
from backend.errors import SealBroken
from backend.ids import new_id
from backend.inbox.tables import Contact
from backend.outbox.tables import Outgoing
from backend.prepared import insert, written
from backend.writer import Tx, Writer
from tests.builders import Office, file_case

T1 = dt.datetime(2026, 11, 4, 1, 2, 3, 456789, tzinfo=dt.UTC)
IN_CHINA = dt.datetime(2026, 11, 4, 9, 2, 3, 456789, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def _person(env: Env, **more: Any) -> dict[str, Any]:
    return {"id": new_id("per"), "created_at": env.now, **more}


def _raw(database: Database, table: str, row_id: str) -> dict[str, Any]:
    with database.reading.connect() as connection:
        row = connection.exec_driver_sql(f"SELECT * FROM \"{table}\" WHERE id = '{row_id}'").mappings().one()
        return dict(row)


def _comparable(row: dict[str, Any]) -> dict[str, Any]:
    """What the database holds, without ids and sealed bytes, which are new for every row."""
    return {
        name: (type(value).__name__ if isinstance(value, bytes | memoryview) else value)
        for name, value in row.items()
        if not name.endswith("id") and name not in ("subject", "key")
    }


@pytest.mark.parametrize("at", [T1, IN_CHINA])
def test_every_type_of_column_lies_in_the_database_as_the_orm_writes_it(
    writer: Writer, database: Database, office: Office, env: Env, at: dt.datetime
) -> None:
    def act(tx: Tx) -> tuple[str, str]:
        case = file_case(tx, env, office.clerk.id)
        values: dict[str, Any] = {
            "case_id": case.id, "unit": "wd", "started_at": at, "due_at": at, "due_day": at.date(),
            "provisional": True, "next_rung_at": at, "source_clause": "民发〔2021〕57号", "confidence": "seed",
        }  # fmt: skip
        ours, orm = new_id("ddl"), new_id("ddl")
        insert(tx, env, Deadline, id=ours, subject=ours, clock="clk_legal", **values)
        tx.session.add(Deadline(id=orm, subject=orm, clock="clk_legal", **values))
        return ours, orm

    ours, orm = writer.run_sync(act)
    assert _comparable(_raw(database, "deadline", ours)) == _comparable(_raw(database, "deadline", orm))


def test_a_case_written_at_once_is_the_case_the_orm_writes(
    writer: Writer, database: Database, office: Office, env: Env
) -> None:
    unique = {"register_no", "draft"}

    def act(tx: Tx) -> tuple[str, str]:
        model = file_case(tx, env, office.clerk.id, needs=["need_medical_fee"], emergency_level="e2")
        tx.flush()
        values = {name: getattr(model, name) for name in Case.model_fields if not name.endswith("_sealed")}
        values |= {"id": new_id("cas"), "register_no": "37990102-2026-99999", "draft": 99}
        case = written(tx, env, Case, difficulty="没钱看病", **values)
        assert case.get(env.sealer, "difficulty") == "没钱看病"
        return model.id, case.id

    orm, ours = (_comparable(_raw(database, "case", one)) for one in writer.run_sync(act))
    assert {name: value for name, value in orm.items() if name not in unique} == {
        name: value for name, value in ours.items() if name not in unique
    }


def test_text_is_sealed_for_its_row_and_column(writer: Writer, database: Database, env: Env) -> None:
    values = _person(env, name="李秀英", called=None)
    writer.run_sync(lambda tx: insert(tx, env, Person, **values))
    with database.read() as db:
        person = db.exec(select(Person).where(Person.id == values["id"])).one()
    assert person.get(env.sealer, "name") == "李秀英"
    assert (person.called_sealed, person.phone_sealed) == (None, None)
    assert person.name_sealed is not None and "李".encode() not in person.name_sealed
    with pytest.raises(SealBroken):
        env.sealer.open(person.name_sealed, table="person", column="name_sealed", row_id="per_other")
    with pytest.raises(SealBroken):
        env.sealer.open(person.name_sealed, table="person", column="called_sealed", row_id=person.id)


def test_a_column_that_is_not_there_or_is_missing_is_refused_and_nothing_is_written(
    writer: Writer, database: Database, env: Env
) -> None:
    with pytest.raises(KeyError, match="nickname"):
        writer.run_sync(lambda tx: insert(tx, env, Person, **_person(env, nickname=None)))
    with pytest.raises(KeyError, match="created_at"):
        writer.run_sync(lambda tx: insert(tx, env, Person, id=new_id("per")))
    with database.read() as db:
        assert not db.exec(select(Person)).all()


def test_the_same_key_a_second_time_leaves_the_first_row(writer: Writer, database: Database, env: Env) -> None:
    def say(message: str) -> bool:
        return writer.run_sync(
            lambda tx: insert(
                tx, env, Outgoing, once="key", id=new_id("out"), key="k1", channel="board", audience="group",
                message=message, params="{}", due_at=env.now, created_at=env.now,
            )
        )  # fmt: skip

    assert (say("msg.first"), say("msg.second")) == (True, False)
    with database.read() as db:
        assert [row.message for row in db.exec(select(Outgoing)).all()] == ["msg.first"]


def test_a_row_may_point_at_one_that_still_waits_in_the_session(
    writer: Writer, database: Database, env: Env, clock: SetClock
) -> None:
    def act(tx: Tx) -> None:
        contact = Contact(
            id=new_id("con"), channel="web", account="web", address_hash="a", created_at=clock.now()
        )  # fmt: skip
        tx.session.add(contact)
        insert(
            tx, env, Outgoing, id=new_id("out"), key="k2", channel="web", audience="person", contact_id=contact.id,
            message="msg.x", params="{}", due_at=env.now, created_at=env.now,
        )  # fmt: skip

    writer.run_sync(act)
    with database.read() as db:
        assert db.exec(select(Outgoing)).one().contact_id is not None


def test_a_row_just_written_can_be_changed_like_one_just_read(writer: Writer, database: Database, env: Env) -> None:
    def act(tx: Tx) -> str:
        made = written(tx, env, Household, id=new_id("hsh"), size=1, created_at=env.now)
        assert (made.size, made.village) == (1, None)
        tx.session.add(made)
        made.size = 3
        return made.id

    household_id = writer.run_sync(act)
    with database.read() as db:
        assert [(one.id, one.size) for one in db.exec(select(Household)).all()] == [(household_id, 3)]


def test_an_act_that_fails_after_an_insert_leaves_nothing_and_the_others_stay(
    writer: Writer, database: Database, env: Env
) -> None:
    def fails(tx: Tx) -> None:
        insert(tx, env, Person, **_person(env, name="谁"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        writer.run_sync(fails)
    writer.run_sync(lambda tx: insert(tx, env, Person, **_person(env)))
    with database.read() as db:
        assert len(db.exec(select(Person)).all()) == 1


def test_lists_of_two_rows_are_two_lists(writer: Writer, env: Env, office: Office) -> None:
    def act(tx: Tx) -> tuple[Case, Case]:
        model = file_case(tx, env, office.clerk.id)
        tx.flush()
        values = {
            name: getattr(model, name)
            for name, field in Case.model_fields.items()
            if field.is_required() or name in ("owner_id", "contact_id")
        }
        first, second = (
            written(tx, env, Case, **values | {"id": new_id("cas"), "register_no": f"n{draft}", "draft": draft})
            for draft in (7, 8)
        )
        return first, second

    first, second = writer.run_sync(act)
    assert first.supplement == [] and first.supplement is not second.supplement


def test_no_table_has_a_plain_column_named_like_a_sealed_one() -> None:
    """`name` can only mean one of `name` and `name_sealed`."""
    for table in SQLModel.metadata.tables.values():
        columns = {column.name for column in table.columns}
        assert not {name for name in columns if f"{name}_sealed" in columns}, table.name
