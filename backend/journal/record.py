"""Writes the journal: one chain per case, each entry holding the hash of the one before.

Hashes are keyed, so whoever can write to the database but has no key file cannot make up a chain. Where a chain ends is
a row of its own, signed as well, and locked while a transaction adds to the chain: several processes take turns.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Dialect, bindparam, select, update
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import SQLModel, col

from backend.cases.tables import Case
from backend.env import BOT, Actor, Env
from backend.ids import new_id
from backend.journal.tables import JournalEntry, JournalHead
from backend.prepared import Prepared, per_dialect, upsert, written
from backend.privacy.seal import Sealer
from backend.writer import Tx

SYSTEM = "system"
KEYED = "journal_keyed"
_encode = msgspec.json.Encoder(order="deterministic").encode
_HEADS = "journal heads"  # in the act's memo: read once an act and chain


class Head(NamedTuple):
    """Where a chain ends.

    Attributes:
        unkeyed: how many entries at its beginning are older than keyed hashes.
    """

    seq: int = 0
    hash: str = ""
    unkeyed: int = 0


_HASHED: Final = (
    "id", "chain", "seq", "at", "actor_kind", "actor_id", "event", "subject", "before", "after", "data", "prev_hash",
)  # fmt: skip


def entry_hash(entry: JournalEntry, sealer: Sealer) -> str:
    """HMAC-SHA256 over everything in the entry but its own hash, SHA-256 alone for those before keys; hex.

    Raises:
        KeyMissing: the entry was written with a key that is not here.
    """
    return _hash({name: getattr(entry, name) for name in _HASHED}, entry.key_id, sealer)


def _hash(values: Mapping[str, Any], key_id: int | None, sealer: Sealer) -> str:
    at: dt.datetime = values["at"]
    written_at = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    content = [written_at if name == "at" else values[name] for name in _HASHED]
    if key_id is None:
        return hashlib.sha256(_encode(content)).hexdigest()
    return sealer.sign(_encode([*content, key_id]), key_id)


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
    heads: dict[str, Head] = tx.memo.setdefault(_HEADS, {})
    head = heads.get(chain)
    if head is None:
        head = Head() if case is not None and case.journal_seq == 0 else _locked(tx, chain)
    key_id = env.sealer.key_id
    values: dict[str, Any] = {
        "id": new_id("jrn"),
        "chain": chain,
        "seq": head.seq + 1,
        "at": env.now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "event": event,
        "subject": subject,
        "before": before,
        "after": after,
        "data": data or {},
        "prev_hash": head.hash,
    }
    values["hash"] = _hash(values, key_id, env.sealer)
    entry = written(tx, env, JournalEntry, key_id=key_id, **values)
    heads[chain] = head = Head(values["seq"], values["hash"], head.unkeyed)
    _put(tx, env, chain, head)
    if case is not None:
        _say_in_case(tx, case, head)
    return entry


def _say_in_case(tx: Tx, case: Case, head: Head) -> None:
    if object_session(case) is not None:  # the session writes it with what else the act changes
        case.journal_seq, case.journal_hash = head.seq, head.hash
        return
    _case_head(tx.connection.dialect).run(tx.connection, {"on": case.id, "seq": head.seq, "head": head.hash})
    set_committed_value(case, "journal_seq", head.seq)
    set_committed_value(case, "journal_hash", head.hash)


@per_dialect
def _case_head(dialect: Dialect) -> Prepared:
    table = Case.__table__  # type: ignore[attr-defined]
    statement = update(table).where(table.c.id == bindparam("on"))
    return Prepared(statement.values(journal_seq=bindparam("seq"), journal_hash=bindparam("head")), dialect)


_table = SQLModel.metadata.tables[str(JournalHead.__tablename__)]
_LOCK = (
    select(_table.c.seq, _table.c.hash, _table.c.unkeyed).where(_table.c.chain == bindparam("chain")).with_for_update()
)
_COLUMNS = ("seq", "hash", "unkeyed", "key_id", "mac")


@per_dialect
def _add(dialect: Dialect) -> Prepared:
    values: dict[str, Any] = {name: bindparam(name) for name in ("chain", *_COLUMNS)}
    return Prepared(upsert(_table, dialect).values(values).on_conflict_do_nothing(), dialect)


@per_dialect
def _move_on(dialect: Dialect) -> Prepared:
    one = upsert(_table, dialect).values({name: bindparam(name) for name in ("chain", *_COLUMNS)})
    return Prepared(
        one.on_conflict_do_update(index_elements=["chain"], set_={column: one.excluded[column] for column in _COLUMNS}),
        dialect,
    )


def _locked(tx: Tx, chain: str) -> Head:
    """The head as it is when nobody else can move it; on SQLite the transaction itself is that lock."""
    row = tx.connection.execute(_LOCK, {"chain": chain}).first()
    if row is None:
        empty = {"chain": chain, "seq": 0, "hash": "", "unkeyed": 0, "key_id": None, "mac": ""}
        _add(tx.connection.dialect).run(tx.connection, empty)
        row = tx.connection.execute(_LOCK, {"chain": chain}).one()
    return Head(*row)


def _put(tx: Tx, env: Env, chain: str, head: Head) -> None:
    key_id = env.sealer.key_id
    values = {"chain": chain, **head._asdict(), "key_id": key_id, "mac": head_mac(chain, head, key_id, env.sealer)}
    _move_on(tx.connection.dialect).run(tx.connection, values)


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
