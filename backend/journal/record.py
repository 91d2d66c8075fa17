"""Writes the journal: one chain per case, each entry holding the hash of the one before.

Hashes are keyed, so whoever can write to the database but has no key file cannot make up a chain. Where a chain ends is
a row of its own, signed as well, and locked while a transaction adds to the chain: several processes take turns.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, select, update
from sqlalchemy import event as on
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from backend.cases.tables import Case
from backend.env import BOT, Actor, Env
from backend.ids import new_id
from backend.journal.tables import JournalEntry, JournalHead
from backend.privacy.seal import Sealer
from backend.writer import Tx

SYSTEM = "system"
KEYED = "journal_keyed"
_encode = msgspec.json.Encoder(order="deterministic").encode
_HEADS = "journal heads"  # in the session's info: read once a transaction and chain


class Head(NamedTuple):
    """Where a chain ends.

    Attributes:
        unkeyed: how many entries at its beginning are older than keyed hashes.
    """

    seq: int = 0
    hash: str = ""
    unkeyed: int = 0


def entry_hash(entry: JournalEntry, sealer: Sealer) -> str:
    """HMAC-SHA256 over everything in the entry but its own hash, SHA-256 alone for those before keys; hex.

    Raises:
        KeyMissing: the entry was written with a key that is not here.
    """
    content = [
        entry.id,
        entry.chain,
        entry.seq,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.actor_kind,
        entry.actor_id,
        entry.event,
        entry.subject,
        entry.before,
        entry.after,
        entry.data,
        entry.prev_hash,
    ]
    if entry.key_id is None:
        return hashlib.sha256(_encode(content)).hexdigest()
    return sealer.sign(_encode([*content, entry.key_id]), entry.key_id)


def head_mac(chain: str, head: Head, key_id: int, sealer: Sealer) -> str:
    """The signature of a chain's head. Raises KeyMissing."""
    return sealer.sign(_encode(["head", chain, *head, key_id]), key_id)


def record(
    tx: Tx,
    env: Env,
    actor: Actor,
    event: str,
    *,
    case: Case | None = None,
    subject: str | None = None,
    before: str | None = None,
    after: str | None = None,
    data: dict[str, Any] | None = None,
) -> JournalEntry:
    """Append one entry to the case's chain (or to `system`); its head moves on, and the case row says the same.

    Args:
        data: codes, ids, dates and numbers only.
    """
    chain = SYSTEM if case is None else case.id
    heads: dict[str, Head] = tx.session.info.setdefault(_HEADS, {})
    head = heads.get(chain)
    if head is None:
        head = Head() if case is not None and case.journal_seq == 0 else _locked(tx, chain)
    entry = JournalEntry(
        id=new_id("jrn"),
        chain=chain,
        seq=head.seq + 1,
        at=env.now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        event=event,
        subject=subject,
        before=before,
        after=after,
        data=data or {},
        prev_hash=head.hash,
        hash="",
        key_id=env.sealer.key_id,
    )
    entry.hash = entry_hash(entry, env.sealer)
    tx.session.add(entry)
    heads[chain] = head = Head(entry.seq, entry.hash, head.unkeyed)
    _put(tx, env, chain, head)
    if case is not None:
        case.journal_seq, case.journal_hash = head.seq, head.hash
        tx.session.add(case)
    return entry


_table = SQLModel.metadata.tables[str(JournalHead.__tablename__)]
_FIND = select(_table.c.seq, _table.c.hash, _table.c.unkeyed).where(_table.c.chain == bindparam("chain"))
_LOCK = _FIND.with_for_update()
_BUILD: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_COLUMNS = ("seq", "hash", "unkeyed", "key_id", "mac")
_ADD = {name: build(_table).on_conflict_do_nothing() for name, build in _BUILD.items()}
_PUT = {
    name: (one := build(_table)).on_conflict_do_update(
        index_elements=["chain"], set_={column: one.excluded[column] for column in _COLUMNS}
    )
    for name, build in _BUILD.items()
}


def _locked(tx: Tx, chain: str) -> Head:
    """The head as it is when nobody else can move it; on SQLite the transaction itself is that lock."""
    row = tx.connection.execute(_LOCK, {"chain": chain}).first()
    if row is None:
        add = _ADD[tx.connection.dialect.name]
        tx.connection.execute(add, {"chain": chain, "seq": 0, "hash": "", "unkeyed": 0, "key_id": None, "mac": ""})
        row = tx.connection.execute(_LOCK, {"chain": chain}).one()
    return Head(*row)


def _put(tx: Tx, env: Env, chain: str, head: Head) -> None:
    key_id = env.sealer.key_id
    values = {"chain": chain, **head._asdict(), "key_id": key_id, "mac": head_mac(chain, head, key_id, env.sealer)}
    tx.connection.execute(_PUT[tx.connection.dialect.name], values)


@on.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _previous: Any) -> None:
    session.info.pop(_HEADS, None)  # a savepoint was taken back, and the head with it


def sign_heads(tx: Tx, env: Env) -> int:
    """Sign the heads that the migration made from unkeyed chains, once; how many.

    Later an unsigned head is somebody's tampering, and is left for `verify` to find.
    """
    found = tx.connection.execute(
        select(_table.c.chain, _table.c.seq, _table.c.hash, _table.c.unkeyed).where(_table.c.mac == "")
    ).all()
    again = tx.session.connection().execute(
        select(col(JournalEntry.id)).where(col(JournalEntry.event) == KEYED, col(JournalEntry.chain) == SYSTEM)
    ).first() if found else None  # fmt: skip
    if not found or again is not None:
        return 0
    key_id = env.sealer.key_id
    tx.connection.execute(
        update(_table).where(_table.c.chain == bindparam("row")).values(key_id=key_id, mac=bindparam("signed")),
        [{"row": row[0], "signed": head_mac(row[0], Head(*row[1:]), key_id, env.sealer)} for row in found],
    )
    record(tx, env, BOT, KEYED, data={"chains": len(found)})
    return len(found)
