"""`verify_all` finds what somebody with the database's password has done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from backend.cases.acts import take_ownership
from backend.db import Database
from backend.env import Env
from backend.journal.record import SYSTEM, entry_hash, record, sign_heads
from backend.journal.tables import JournalEntry
from backend.journal.verify import Broken
from backend.privacy.keys import KeyRing
from backend.privacy.seal import Sealer
from backend.verify import verify_all
from backend.writer import Tx, Writer
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


def _rewrite(office: Office, chain: str, sealer: Sealer | None) -> None:
    """Put somebody else's name on every entry, with new hashes, and let case and head agree: unkeyed when no key."""
    previous = ""
    entries = sorted(office.all(JournalEntry, JournalEntry.chain == chain), key=lambda entry: entry.seq)
    for entry in entries:
        entry.actor_id, entry.prev_hash, entry.key_id = "somebody else", previous, 1 if sealer else None
        entry.hash = previous = entry_hash(entry, sealer or office.env.sealer)
        _tamper(
            office.database,
            "UPDATE journal SET actor_id = 'somebody else', prev_hash = :p, hash = :h, key_id = :k WHERE id = :id",
            id=entry.id, p=entry.prev_hash, h=entry.hash, k=entry.key_id,
        )  # fmt: skip
    _tamper(
        office.database,
        'UPDATE "case" SET journal_hash = :h WHERE id = :chain',
        "UPDATE journal_head SET hash = :h, unkeyed = :unkeyed WHERE chain = :chain",
        h=previous, chain=chain, unkeyed=0 if sealer else len(entries),
    )  # fmt: skip


def test_a_whole_chain_rewritten_without_the_key_is_found(office: Office) -> None:
    """Whoever recomputes every hash and every head still has no key: neither another one nor none at all helps."""
    case, _ = office.received()
    _rewrite(office, case.id, Sealer(KeyRing({1: b"x" * 32}, b"l" * 32)))
    assert any("was changed after it was written" in line for line in _found(office))


def test_a_chain_rewritten_as_if_it_were_older_than_keys_is_found(office: Office) -> None:
    case, _ = office.received()
    _rewrite(office, case.id, None)
    assert any("does not bear our signature" in line for line in _found(office))


@pytest.mark.parametrize("chain", ["case", "system"])
def test_a_tail_cut_off_is_found_even_when_case_and_head_are_put_right(office: Office, chain: str) -> None:
    case, _ = office.received()
    for subject in ("stf_a", "stf_b"):
        office.act(record, office.county, "sign_in", subject=subject)
    name = case.id if chain == "case" else SYSTEM
    last, before = sorted(office.all(JournalEntry, JournalEntry.chain == name), key=lambda one: -one.seq)[:2]
    _tamper(office.database, "DELETE FROM journal WHERE id = :id", id=last.id)
    assert any(f"the journal {name} does not end where its head says" in line for line in _found(office))
    _tamper(
        office.database,
        "UPDATE journal_head SET seq = :seq, hash = :hash WHERE chain = :chain",
        'UPDATE "case" SET journal_seq = :seq, journal_hash = :hash WHERE id = :chain',
        seq=before.seq, hash=before.hash, chain=name,
    )  # fmt: skip
    assert any("does not bear our signature" in line for line in _found(office))


def test_what_is_older_than_keys_is_signed_once_and_stays_verified(office: Office) -> None:
    """A database as the migration leaves it: unkeyed entries, heads without a signature."""
    case, _ = office.received()
    _rewrite(office, case.id, None)
    _tamper(office.database, "UPDATE journal_head SET mac = '', key_id = NULL")
    assert any("does not bear our signature" in line for line in _found(office))
    assert office.act(sign_heads) == 1
    assert _found(office) == set()
    office.act(take_ownership, office.clerk, case.id)
    assert _found(office) == set(), "keyed entries follow the unkeyed ones"
    _tamper(office.database, "UPDATE journal SET event = 'x' WHERE chain = :case AND seq = 1", case=case.id)
    assert any("was changed after it was written" in line for line in _found(office))
    _tamper(office.database, "UPDATE journal_head SET mac = '' WHERE chain = :case", case=case.id)
    assert office.act(sign_heads) == 0, "once is enough: this was somebody else"


def test_an_act_taken_back_half_way_leaves_no_gap(office: Office) -> None:
    def half(tx: Tx, env: Env) -> None:
        record(tx, env, office.county, "sign_in", subject="stf_a")
        with suppress(ValueError), tx.savepoint():
            record(tx, env, office.county, "sign_in", subject="stf_b")
            raise ValueError
        record(tx, env, office.county, "sign_in", subject="stf_c")

    office.act(half)
    assert [entry.subject for entry in office.all(JournalEntry)] == ["stf_a", "stf_c"]
    assert _found(office) == set()


def test_several_processes_write_one_chain(office: Office) -> None:
    writers = [Writer(office.database).start() for _ in range(3)]

    def sign_in(writer: Writer) -> None:
        for _ in range(20):
            writer.run_sync(lambda tx: record(tx, office.env, office.county, "sign_in", subject="stf_a"))

    try:
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(sign_in, writers))
    finally:
        for writer in writers:
            writer.stop()
    assert sorted(entry.seq for entry in office.all(JournalEntry)) == list(range(1, 61))
    assert _found(office) == set()


def test_a_broken_row_says_which_invariant_and_what(office: Office) -> None:
    case = office.submitted()
    _tamper(office.database, "UPDATE deadline SET stopped_at = started_at")
    (broken,) = verify_all(office.database, office.env)
    assert broken == Broken("I4", case.id, "no clock runs on this open case")
