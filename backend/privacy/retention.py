"""Recordings and pictures whose term is over (domain 12.6): found by reading, deleted a few at a time, journalled.

Terms are lengths of the clock table, so that a county sets its own and each has its clause. What is deleted is the file
and its row; what came of it stays: the words of a voice are a message, the conclusion of a case is its file.
An emergency or an objection that is open holds everything of its conversation or case.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, delete, exists, or_
from sqlmodel import Session, col, select

from backend.cases.facts import age_from
from backend.cases.status import CLOSED
from backend.cases.tables import Case, HouseholdMember, Person
from backend.clock import ZONE, local_day
from backend.conversations.tables import Attachment, Emergency
from backend.db import Database
from backend.deadlines import service as deadlines
from backend.env import CLOCK, Env
from backend.inbox.tables import Inbound
from backend.journal.record import record
from backend.voice.tables import Voice
from backend.writer import Tx, Writer

VOICE, CHILD, SHORTER = "clk_voice_original", "clk_child_pictures", "clk_shorter_files"
VIOLENCE: Final = "em_domestic_violence"
ADULT: Final = 18  # years
CASE_FILE_YEARS: Final = 10  # after the end; then the archive's own rules
ABOUT_CHILDREN: Final = frozenset({"em_child_abuse", "em_guardian_lost", "em_abandoned_infant"})
BATCH: Final = 200  # files of one transaction


class Over(msgspec.Struct, frozen=True):
    """One file whose term is over, by which clock, and the case it lies with."""

    attachment_id: str
    clock: str
    case_id: str | None


def cutoff(env: Env, clock: str, variant: str = "") -> dt.datetime:
    """What began its term before this moment has come to its end: midnight in China, so never a day too early."""
    amount, unit = deadlines.amount_of(env, clock, variant)
    today = env.today
    if unit == "nd":
        day = today - dt.timedelta(days=amount)
    elif unit == "mo":
        year, month = divmod(today.year * 12 + today.month - 1 - amount, 12)
        day = dt.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    else:
        raise ValueError(f"{clock} counts in {unit}; a term of keeping counts in nd or mo")
    return dt.datetime.combine(day, dt.time(), ZONE).astimezone(dt.UTC)


def find(database: Database, env: Env) -> list[Over]:
    """Everything whose term is over, each file once."""
    with database.read() as db:
        found = {one.attachment_id: one for one in (*_shorter(db, env), *_children(db, env), *_voices(db, env))}
    return list(found.values())


def forget(writer: Writer, env: Env, over: list[Over]) -> int:
    """Delete these files' rows and write down how many of which case; how many. The disk is swept afterwards."""
    return sum(
        writer.run_sync(lambda tx, some=over[start : start + BATCH]: _forget(tx, env, some))  # type: ignore[misc]
        for start in range(0, len(over), BATCH)
    )


def _forget(tx: Tx, env: Env, over: list[Over]) -> int:
    by_case: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    for one in over:
        by_case[one.case_id, one.clock].append(one.attachment_id)
    gone = 0
    for (case_id, clock), ids in sorted(by_case.items(), key=lambda pair: (pair[0][0] or "", pair[0][1])):
        count = tx.connection.execute(delete(Attachment).where(col(Attachment.id).in_(ids))).rowcount
        if count:
            case = tx.session.get(Case, case_id, with_for_update=True) if case_id else None
            record(tx, env, CLOCK, "files_over", case=case, data={"clock": clock, "files": count})
        gone += count
    return gone


def confirmed() -> ColumnElement[bool]:
    """A voice was heard, and its words were taken for right: a colleague wrote them, or she went on after them."""
    went_on = exists().where(
        col(Inbound.contact_id) == col(Voice.contact_id), col(Inbound.received_at) > col(Voice.heard_at)
    )
    return and_(col(Voice.status).in_(("heard", "silent")), or_(col(Voice.heard_by).is_not(None), went_on))


def free() -> ColumnElement[bool]:
    """No emergency of hers is open."""
    return ~exists().where(col(Emergency.contact_id) == col(Attachment.contact_id), col(Emergency.closed_at).is_(None))


def _voices(db: Session, env: Env) -> Iterator[Over]:
    """A recording that serves as a paper (her yes) has no term of its own: it is one of the case's papers."""
    rows = db.exec(
        select(Attachment.id, Attachment.case_id)
        .join(Voice, col(Voice.attachment_id) == col(Attachment.id))
        .where(col(Voice.heard_at) < cutoff(env, VOICE), confirmed(), free(), col(Attachment.material).is_(None))
        .order_by(col(Attachment.id))
    )
    return (Over(file_id, VOICE, case_id) for file_id, case_id in rows.all())


def _closed(before: dt.datetime) -> ColumnElement[bool]:
    return and_(col(Case.status).in_(CLOSED), col(Case.closed_at) < before, col(Case.objection_open).is_(False))


def _shorter(db: Session, env: Env) -> Iterator[Over]:
    """Every file of a case that was withdrawn; of one of violence at home, after a term of its own."""
    withdrawn = and_(_closed(cutoff(env, SHORTER)), col(Case.status) == "withdrawn")
    violence = and_(_closed(cutoff(env, SHORTER, VIOLENCE)), col(Case.emergency_code) == VIOLENCE)
    rows = db.exec(
        select(Attachment.id, Attachment.case_id)
        .join(Case, col(Case.id) == col(Attachment.case_id))
        .where(or_(withdrawn, violence), free())
        .order_by(col(Attachment.id))
    )
    return (Over(file_id, SHORTER, case_id) for file_id, case_id in rows.all())


def _children(db: Session, env: Env) -> Iterator[Over]:
    """Every picture of a case with a child in the household: which of them shows the child nobody can tell."""
    rows = db.exec(
        select(Attachment.id, Case)
        .join(Case, col(Case.id) == col(Attachment.case_id))
        .where(_closed(cutoff(env, CHILD)), col(Attachment.media_type).startswith("image/"), free())
        .order_by(col(Case.id), col(Attachment.id))
    )
    known: dict[str, bool] = {}
    for file_id, case in rows.all():
        if case.id not in known:
            known[case.id] = case.emergency_code in ABOUT_CHILDREN or _has_a_child(db, env, case)
        if known[case.id]:
            yield Over(file_id, CHILD, case.id)


def _has_a_child(db: Session, env: Env, case: Case) -> bool:
    """Whether somebody of the household was not of age when the case was filed."""
    people = db.exec(
        select(Person)
        .join(HouseholdMember, col(HouseholdMember.person_id) == col(Person.id))
        .where(HouseholdMember.household_id == case.household_id)
    )
    filed = local_day(case.submitted_at)
    ages = (age_from(one.get(env.sealer, "id_number"), one.get(env.sealer, "age"), filed) for one in people)
    return any(age is not None and age < ADULT for age in ages)
