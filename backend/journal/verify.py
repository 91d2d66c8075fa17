"""Recomputes the journal: every hash, every link to the one before, no gap, and where each chain is said to end."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import NamedTuple

from sqlmodel import Session, col, select

from backend.cases.tables import Case
from backend.errors import KeyMissing
from backend.journal.record import SYSTEM, Head, entry_hash, head_mac
from backend.journal.tables import JournalEntry, JournalHead
from backend.privacy.seal import Sealer


class Broken(NamedTuple):
    """A row that breaks an invariant of the service.

    Attributes:
        invariant: I1 … I14, as in the reliability contract.
        row: the id of the row.
        what: one sentence.
    """

    invariant: str
    row: str
    what: str


def verify_journal(session: Session, sealer: Sealer) -> list[Broken]:
    """Everything wrong with the journal; in order of chains."""
    return list(_verify(session, sealer))


def _verify(session: Session, sealer: Sealer) -> Iterator[Broken]:
    heads: dict[str, Head] = {}
    unkeyed = dict(session.exec(select(JournalHead.chain, JournalHead.unkeyed)).all())
    entries = session.exec(
        select(JournalEntry).order_by(col(JournalEntry.chain), col(JournalEntry.seq)).execution_options(yield_per=1000)
    )
    for entry in entries:
        before = heads.get(entry.chain, Head())
        if entry.seq != before.seq + 1:
            yield Broken(
                "I9", entry.id, f"entry {entry.seq} of {entry.chain} follows entry {before.seq}: some are gone"
            )
        elif entry.prev_hash != before.hash:
            yield Broken("I9", entry.id, f"entry {entry.seq} of {entry.chain} does not continue the one before it")
        if entry.key_id is None and entry.seq > unkeyed.get(entry.chain, 0):
            yield Broken("I9", entry.id, f"entry {entry.seq} of {entry.chain} has no key: we did not write it")
        yield from _hash(entry, sealer)
        heads[entry.chain] = Head(entry.seq, entry.hash, unkeyed.get(entry.chain, 0))
        session.expunge(entry)
    yield from _case_heads(session, heads)
    yield from _signed_heads(session, heads, sealer)


def _hash(entry: JournalEntry, sealer: Sealer) -> Iterator[Broken]:
    try:
        own = entry_hash(entry, sealer)
    except KeyMissing as error:
        yield Broken("I9", entry.id, f"entry {entry.seq} of {entry.chain}: {error}")
        return
    if not hmac.compare_digest(entry.hash, own):
        yield Broken("I9", entry.id, f"entry {entry.seq} of {entry.chain} was changed after it was written")


def _case_heads(session: Session, heads: dict[str, Head]) -> Iterator[Broken]:
    """The case row and the chain must end at the same entry; else the last ones were cut off."""
    known = set()
    for case_id, seq, head in session.exec(select(Case.id, Case.journal_seq, Case.journal_hash)):
        known.add(case_id)
        if heads.get(case_id, Head())[:2] != (seq, head):
            yield Broken("I9", case_id, "the journal of this case does not end where the case says it does")
    for chain in heads.keys() - known - {SYSTEM}:
        yield Broken("I9", chain, "a journal without its case")


def _signed_heads(session: Session, heads: dict[str, Head], sealer: Sealer) -> Iterator[Broken]:
    """Every chain ends where its signed head says, and no head is without its signature."""
    known = set()
    for row in session.exec(select(JournalHead)):
        known.add(row.chain)
        head = Head(row.seq, row.hash, row.unkeyed)
        if heads.get(row.chain, Head()) != head:
            yield Broken("I9", row.chain, f"the journal {row.chain} does not end where its head says it does")
        try:
            signed = row.key_id is not None and head_mac(row.chain, head, row.key_id, sealer)
        except KeyMissing as error:
            yield Broken("I9", row.chain, f"the head of the journal {row.chain}: {error}")
            continue
        if not signed or not hmac.compare_digest(row.mac, signed):
            yield Broken("I9", row.chain, f"the head of the journal {row.chain} does not bear our signature")
    for chain in heads.keys() - known:
        yield Broken("I9", chain, f"the journal {chain} has lost its head")
