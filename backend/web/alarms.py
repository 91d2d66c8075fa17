"""Emergencies heard in a conversation: on the desk from the moment they are heard, before there is any case."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import msgspec
from sqlalchemy import literal_column
from sqlmodel import col, select

from backend.cases.tables import Case
from backend.conversations.tables import Conversation
from backend.env import Env
from backend.journal.record import SYSTEM
from backend.journal.tables import JournalEntry
from backend.messages import EMERGENCY, town_group
from backend.outbox.post import params_of
from backend.outbox.tables import Outgoing
from backend.staff.tables import Staff
from backend.web.words import DeskWords
from backend.writer import Tx
from dialogs.terms import Term

#: How long one that somebody took up stays in sight of the others.
TAKEN_HOURS: Final = 24
MOST: Final = 50
TAKEN: Final = "alert_taken"


class Alarm(msgspec.Struct, frozen=True):
    """One conversation in which somebody may be in danger; no name, nothing of what was said.

    Attributes:
        talk: how colleagues call the conversation among themselves.
        emergency: code of domain 8.2.
        since: when it was heard first.
        times: how often it was heard.
        taken_by: who said that she sees to it, or "".
    """

    id: str
    path: str
    talk: str
    town: str
    emergency: str
    level: str
    since: str
    times: int
    taken_by: str = ""
    taken_at: str = ""


def alarms(tx: Tx, env: Env, words: DeskWords, town: str | None) -> tuple[Alarm, ...]:
    """What no case has been opened for yet, oldest first; a town's, or everybody's when none is given."""
    # The two conditions stand as text because the index that holds only these rows must see them.
    wanted = (
        select(Outgoing)
        .where(literal_column("outgoing.message") == literal_column(f"'{EMERGENCY}'"))
        .where(col(Outgoing.case_id).is_(None), Outgoing.channel == "board")
        .order_by(col(Outgoing.created_at), col(Outgoing.id))
    )
    if town is not None:
        wanted = wanted.where(Outgoing.group_code == town_group(town))
    rows = tx.session.exec(wanted.where(col(Outgoing.created_at) > env.now - dt.timedelta(days=30))).all()
    heard: dict[tuple[str, str], list[Outgoing]] = {}
    for row in rows:
        talk, draft, _, code = (*row.key.split(":"), "", "", "")[:4]
        if talk.startswith("cnv_") and code:
            heard.setdefault((f"{talk}:{draft}", code), []).append(row)
    cases = _with_case(tx, {talk for talk, _ in heard})
    taken = taken_by(tx, SYSTEM, [row.id for row in rows])
    since = env.now - dt.timedelta(hours=TAKEN_HOURS)
    found = []
    for (talk, code), together in heard.items():
        held = next((taken[row.id] for row in reversed(together) if row.id in taken), None)
        if talk in cases or (held is not None and held[1] < since):
            continue
        found.append(_alarm(env, words, talk.partition(":")[0], code, together, held))
    return tuple(found[:MOST])


def _with_case(tx: Tx, talks: set[str]) -> set[str]:
    """Those whose draft was handed in: the case stands in the list itself."""
    ids = {talk.partition(":")[0] for talk in talks}
    if not ids:
        return set()
    rows = tx.session.exec(
        select(Conversation.id, Case.draft)
        .join(Case, col(Case.contact_id) == col(Conversation.contact_id))
        .where(col(Conversation.id).in_(ids))
    ).all()
    return {f"{talk}:{draft}" for talk, draft in rows}


def _alarm(
    env: Env, words: DeskWords, talk: str, code: str, rows: list[Outgoing], held: tuple[str, dt.datetime, str] | None
) -> Alarm:
    last, params = rows[-1], params_of(env, rows[-1])
    level, where = params.get("level"), params.get("where")
    return Alarm(
        id=last.id,
        path=f"/desk/talks/{talk}",
        talk=talk[-6:].upper(),
        town=where.code if isinstance(where, Term) else "",
        emergency=code,
        level=level.code if isinstance(level, Term) else "",
        since=words.moment(rows[0].created_at),
        times=len(rows),
        taken_by=held[0] if held else "",
        taken_at=words.moment(held[1]) if held else "",
    )


def taken_by(tx: Tx, chains: str | set[str], alerts: list[str]) -> dict[str, tuple[str, dt.datetime, str]]:
    """Alert id to who took it up, when, and her id."""
    if not alerts:
        return {}
    chain: Any = col(JournalEntry.chain)
    entries = tx.session.exec(
        select(JournalEntry, Staff)
        .outerjoin(Staff, col(Staff.id) == col(JournalEntry.actor_id))
        .where(chain == chains if isinstance(chains, str) else chain.in_(chains))
        .where(JournalEntry.event == TAKEN, col(JournalEntry.subject).in_(alerts))
        .order_by(col(JournalEntry.seq).desc())
    ).all()
    return {entry.subject or "": (staff.name if staff else "", entry.at, entry.actor_id) for entry, staff in entries}
