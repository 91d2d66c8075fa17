"""`verify_all` finds what somebody with the database's password has done."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from backend.db import Database
from backend.journal.verify import Broken
from backend.verify import verify_all
from tests.builders import Office


def _tamper(database: Database, *statements: str, **values: Any) -> None:
    """As an administrator would: with the triggers out of the way."""
    with database.writing.begin() as connection:
        if database.is_sqlite:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
            for name in names:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(sa.text(statement), values)


def _found(office: Office) -> set[str]:
    return {f"{broken.invariant}: {broken.what}" for broken in verify_all(office.database, office.env)}


def test_a_life_as_it_should_be_breaks_nothing(office: Office) -> None:
    office.received()
    office.submitted()
    assert verify_all(office.database, office.env) == []
    assert verify_all(office.database, office.env, seals=1) == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "UPDATE journal SET actor_id = 'somebody else' WHERE chain = :case AND seq = 2",
            "changed after it was written",
        ),
        ("DELETE FROM journal WHERE chain = :case AND seq = 2", "some are gone"),
        (
            "DELETE FROM journal WHERE chain = :case AND seq = (SELECT max(seq) FROM journal WHERE chain = :case)",
            "does not end where the case says",
        ),
        ("UPDATE journal SET prev_hash = 'x' WHERE chain = :case AND seq = 2", "does not continue"),
        ("UPDATE \"case\" SET status = 'decided' WHERE id = :case", "the row says decided"),
        ("UPDATE \"case\" SET status = 'decided' WHERE id = :case", "its transfers say in_progress"),
        ("UPDATE \"case\" SET next_act = 'none' WHERE id = :case", "cannot be 'none'"),
        ("UPDATE deadline SET stopped_at = started_at WHERE case_id = :case", "no clock runs"),
        ("UPDATE \"case\" SET register_no = '37990102-2026-00003' WHERE id = :case", "the series has a gap"),
        ("UPDATE register_counter SET last = 9", "the counter says 9"),
        ("UPDATE outgoing SET status = 'failed' WHERE case_id = :case", "nobody wrote down why"),
        ("UPDATE outgoing SET status = 'sent' WHERE case_id = :case", "nobody wrote down when"),
        ("DELETE FROM outgoing WHERE case_id = :case AND audience = 'person'", "not said as often"),
        (
            "UPDATE person SET name_sealed = called_sealed WHERE id ="
            ' (SELECT applicant_id FROM "case" WHERE id = :case)',
            "was changed or belongs elsewhere",
        ),
        ('UPDATE "case" SET needs_redispatch = true WHERE id = :case', "not marked for sending"),
    ],
)
def test_what_was_tampered_with_is_found(office: Office, statement: str, words: str) -> None:
    case, _ = office.received()
    _tamper(office.database, statement, case=case.id)
    assert any(words in line for line in _found(office)), _found(office)


def test_a_whole_chain_rewritten_is_found_by_the_head_on_the_case(office: Office) -> None:
    """Whoever recomputes every hash still has to change the case row, which acts change with every step."""
    from backend.journal.record import entry_hash
    from backend.journal.tables import JournalEntry

    case, _ = office.received()
    entries = sorted(office.all(JournalEntry, JournalEntry.chain == case.id), key=lambda entry: entry.seq)
    previous = ""
    changes: list[tuple[str, str, str]] = []
    for entry in entries:
        entry.actor_id, entry.prev_hash = "somebody else", previous
        entry.hash = previous = entry_hash(entry)
        changes.append((entry.id, entry.prev_hash, entry.hash))
    for row_id, before, own in changes:
        _tamper(
            office.database, "UPDATE journal SET actor_id = 'somebody else', prev_hash = :p, hash = :h WHERE id = :id",
            id=row_id, p=before, h=own,
        )  # fmt: skip
    assert any("does not end where the case says" in line for line in _found(office))


def test_a_broken_row_says_which_invariant_and_what(office: Office) -> None:
    case = office.submitted()
    _tamper(office.database, "UPDATE deadline SET stopped_at = started_at")
    (broken,) = verify_all(office.database, office.env)
    assert broken == Broken("I4", case.id, "no clock runs on this open case")
