"""Each look at somebody's case leaves an entry before anything is shown, once a person, thing and day (I9)."""

from __future__ import annotations

import datetime as dt

from sqlmodel import col, select

from backend.cases.move import get_case
from backend.cases.tables import Case
from backend.clock import ZONE
from backend.env import Actor, Env
from backend.journal.record import SYSTEM, record
from backend.journal.tables import JournalEntry
from backend.writer import Tx


def looked_today(tx: Tx, env: Env, actor: Actor, case: Case | None, event: str, subject: str) -> bool:
    """Whether the journal knows already that this actor looked at it on this day in China."""
    midnight = dt.datetime.combine(env.today, dt.time(), ZONE)
    found = tx.session.exec(
        select(JournalEntry.id)
        .where(JournalEntry.chain == (case.id if case is not None else SYSTEM), JournalEntry.event == event)
        .where(JournalEntry.actor_id == actor.id, JournalEntry.subject == subject)
        .where(col(JournalEntry.at) >= midnight.astimezone(dt.UTC))
    )
    return found.first() is not None


def note_look(tx: Tx, env: Env, actor: Actor, case_id: str | None, event: str, subject: str) -> None:
    """Write the look down; asked twice at the same moment, once."""
    case = get_case(tx, case_id) if case_id is not None else None
    if not looked_today(tx, env, actor, case, event, subject):
        record(tx, env, actor, event, case=case, subject=subject)
