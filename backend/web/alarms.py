"""Emergencies on the desk: from the moment they are heard until somebody has written that help arrived."""

from __future__ import annotations

import msgspec
from sqlmodel import col, select

from backend.conversations.tables import Emergency
from backend.staff.tables import Staff
from backend.web.words import DeskWords
from backend.writer import Tx


class Alarm(msgspec.Struct, frozen=True):
    """One conversation in which somebody may be in danger; no name, nothing of what was said.

    Attributes:
        talk: how colleagues call the conversation among themselves.
        emergency: code of domain 8.2.
        since: when it was heard first.
        rings: how many rungs of the duty chain were rung.
        taken_by: who said that she sees to it, or "".
    """

    id: str
    path: str
    talk: str
    town: str
    emergency: str
    level: str
    since: str
    rings: int
    taken_by: str = ""
    taken_at: str = ""


def alarms(tx: Tx, words: DeskWords, town: str | None) -> tuple[Alarm, ...]:
    """What is open, what nobody took first, then oldest first; a town's, or everybody's when none is given."""
    wanted = (
        select(Emergency, Staff)
        .outerjoin(Staff, col(Staff.id) == col(Emergency.taken_by))
        .where(col(Emergency.closed_at).is_(None))
        .order_by(col(Emergency.taken_at).is_not(None), col(Emergency.raised_at), col(Emergency.id))
    )
    if town is not None:
        wanted = wanted.where(Emergency.town == town)
    return tuple(_alarm(words, found, staff) for found, staff in tx.session.exec(wanted).all())


def _alarm(words: DeskWords, found: Emergency, staff: Staff | None) -> Alarm:
    return Alarm(
        id=found.id,
        path=f"/desk/talks/{found.conversation_id}",
        talk=found.conversation_id[-6:].upper(),
        town=found.town,
        emergency=found.code,
        level=found.level,
        since=words.moment(found.raised_at),
        rings=found.rings,
        taken_by=staff.name if staff is not None else "",
        taken_at=words.moment(found.taken_at) if found.taken_at is not None else "",
    )
