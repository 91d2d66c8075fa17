"""Recomputes the journal: every hash, every link to the one before, no gap, and the head each case row holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlmodel import Session, col, select

from backend.cases.tables import Case
from backend.journal.record import SYSTEM, entry_hash
from backend.journal.tables import JournalEntry


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


class Head(NamedTuple):
    """The last entry of a chain."""

    seq: int
    hash: str


def verify_journal(session: Session) -> list[Broken]:
    """Everything wrong with the journal; in order of chains."""
    return list(_verify(session))


def _verify(session: Session) -> Iterator[Broken]:
    heads: dict[str, Head] = {}
    entries = session.exec(
        select(JournalEntry).order_by(col(JournalEntry.chain), col(JournalEntry.seq)).execution_options(yield_per=1000)
    )
    for entry in entries:
        before = heads.get(entry.chain, Head(0, ""))
        if entry.seq != before.seq + 1:
            yield Broken(
                "I9", entry.id, f"entry {entry.seq} of {entry.chain} follows entry {before.seq}: some are gone"
            )
        elif entry.prev_hash != before.hash:
            yield Broken("I9", entry.id, f"entry {entry.seq} of {entry.chain} does not continue the one before it")
        if entry.hash != entry_hash(entry):
            yield Broken("I9", entry.id, f"entry {entry.seq} of {entry.chain} was changed after it was written")
        heads[entry.chain] = Head(entry.seq, entry.hash)
        session.expunge(entry)
    yield from _heads(session, heads)


def _heads(session: Session, heads: dict[str, Head]) -> Iterator[Broken]:
    """The case row and the chain must end at the same entry; else the last ones were cut off."""
    known = set()
    for case_id, seq, head in session.exec(select(Case.id, Case.journal_seq, Case.journal_hash)):
        known.add(case_id)
        if heads.get(case_id, Head(0, "")) != Head(seq, head):
            yield Broken("I9", case_id, "the journal of this case does not end where the case says it does")
    for chain in heads.keys() - known - {SYSTEM}:
        yield Broken("I9", chain, "a journal without its case")
