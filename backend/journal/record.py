"""Writes the journal: one chain per case, each entry holding the hash of the one before."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import msgspec
from sqlmodel import select

from backend.cases.tables import Case
from backend.env import Actor, Env
from backend.ids import new_id
from backend.journal.tables import JournalEntry
from backend.writer import Tx

SYSTEM = "system"
_encode = msgspec.json.Encoder(order="deterministic").encode


def entry_hash(entry: JournalEntry) -> str:
    """SHA-256 over everything in the entry but its own hash; hex."""
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
    entry = JournalEntry(
        id=new_id("jrn"),
        chain=chain,
        seq=seq,
        at=env.now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        event=event,
        subject=subject,
        before=before,
        after=after,
        data=data or {},
        prev_hash=previous,
        hash="",
    )
    entry.hash = entry_hash(entry)
    tx.session.add(entry)
    if case is not None:
        case.journal_seq, case.journal_hash = seq, entry.hash
        tx.session.add(case)
    return entry
