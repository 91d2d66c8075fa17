"""Writes the journal: one chain per case, each entry holding the hash of the one before."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Dialect, bindparam, update
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import select

from backend.cases.tables import Case
from backend.env import Actor, Env
from backend.ids import new_id
from backend.journal.tables import JournalEntry
from backend.prepared import Prepared, per_dialect, written
from backend.writer import Tx

SYSTEM = "system"
_encode = msgspec.json.Encoder(order="deterministic").encode


_HASHED: Final = (
    "id", "chain", "seq", "at", "actor_kind", "actor_id", "event", "subject", "before", "after", "data", "prev_hash",
)  # fmt: skip


def entry_hash(entry: JournalEntry) -> str:
    """SHA-256 over everything in the entry but its own hash; hex."""
    return _hash({name: getattr(entry, name) for name in _HASHED})


def _hash(values: Mapping[str, Any]) -> str:
    at: dt.datetime = values["at"]
    written_at = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    content = [written_at if name == "at" else values[name] for name in _HASHED]
    return hashlib.sha256(_encode(content)).hexdigest()


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
    """Append one entry to the case's chain (or to `system`); the case row keeps the chain's head.

    Args:
        data: codes, ids, dates and numbers only.
    """
    if case is not None:
        chain, seq, previous = case.id, case.journal_seq + 1, case.journal_hash
    else:
        last = tx.session.exec(
            select(JournalEntry).where(JournalEntry.chain == SYSTEM).order_by(JournalEntry.seq.desc()).limit(1)  # type: ignore[attr-defined]
        ).first()
        chain, seq, previous = SYSTEM, (last.seq + 1 if last else 1), (last.hash if last else "")
    values: dict[str, Any] = {
        "id": new_id("jrn"),
        "chain": chain,
        "seq": seq,
        "at": env.now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "event": event,
        "subject": subject,
        "before": before,
        "after": after,
        "data": data or {},
        "prev_hash": previous,
    }
    values["hash"] = _hash(values)
    if case is not None:
        _keep_head(tx, case, seq, values["hash"])
    return written(tx, env, JournalEntry, **values)


def _keep_head(tx: Tx, case: Case, seq: int, head: str) -> None:
    if object_session(case) is not None:  # the session writes it with what else the act changes
        case.journal_seq, case.journal_hash = seq, head
        return
    _head(tx.connection.dialect).run(tx.connection, {"on": case.id, "seq": seq, "head": head})
    set_committed_value(case, "journal_seq", seq)
    set_committed_value(case, "journal_hash", head)


@per_dialect
def _head(dialect: Dialect) -> Prepared:
    table = Case.__table__  # type: ignore[attr-defined]
    statement = update(table).where(table.c.id == bindparam("on"))
    return Prepared(statement.values(journal_seq=bindparam("seq"), journal_hash=bindparam("head")), dialect)
