"""Checks the invariants of the service on a whole database and names every row that breaks one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, Final

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, func, select

from backend import tables
from backend.cases.derive import Part, derive
from backend.cases.move import NEXT_ACT, REDISPATCH
from backend.cases.status import CLOSED
from backend.cases.tables import Case, Meeting, RegisterCounter
from backend.conversations.tables import Emergency
from backend.db import Database
from backend.deadlines.service import OBJECTING
from backend.deadlines.tables import Deadline
from backend.env import Env
from backend.errors import KeyMissing, SealBroken
from backend.inbox.tables import Contact, Inbound
from backend.journal.tables import JournalEntry
from backend.journal.verify import Broken, verify_journal
from backend.objections.status import OPEN
from backend.objections.tables import Objection
from backend.outbox.tables import OUTGOING_STATUSES, Outgoing
from backend.privacy.rows import SealedRow
from backend.privacy.tables import ErasureRequest
from backend.staff.tables import Staff
from backend.transfers.status import DECIDED, TERMINAL
from backend.transfers.tables import Transfer
from backend.voice.tables import OPEN as OPEN_VOICE
from backend.voice.tables import Voice

#: Statuses a case's transfers have a say in (domain 3.4).
_DERIVED: Final = frozenset({"dispatched", "in_progress", "decided", "joint_meeting"})
_TELLING: Final = frozenset({"clk_dept_feedback", "clk_refusal_notice"})

#: What must have been put into the outbox together with an event, for someone who can be reached.
_OWED: Final = {
    "accept": ("msg.acceptance_receipt",),
    "decline_accept": ("msg.not_accepted",),
    "request_supplement": ("msg.supplement_notice",),
    "t_receive": ("msg.dept_received",),
    "t_request_materials": ("msg.dept_materials",),
    "t_grant": ("msg.result_granted", "msg.partial_result"),
    "t_refuse": ("msg.result_refused",),
}
_PAGE: Final = 1000


def verify_all(database: Database, env: Env, *, seals: int | None = None) -> list[Broken]:
    """Every broken row, in the order of the checks; empty when all is well.

    Args:
        seals: how many rows of each table to open sealed values of; all when not given.
    """
    checks: tuple[Callable[[Session], Iterator[Broken]], ...] = (
        _messages_once,
        _cases_once,
        _numbers,
        _no_orphans,
        _clocks_of_what_is_over,
        _objections_are_answered,
        _wishes_and_voices_are_watched,
        _transfers_and_cases_agree,
        _outbox,
        _nobody_is_left_alone,
        _owed_messages,
        _statuses_as_written,
    )
    found: list[Broken] = []
    with database.read() as session:
        for check in checks:
            found += check(session)
        found += verify_journal(session, env.sealer)
        found += _seals(session, env, seals)
    return found


def _messages_once(session: Session) -> Iterator[Broken]:
    """I2: one message, one effect."""
    same = session.exec(
        select(Inbound.channel, Inbound.account, Inbound.message_id, func.count())
        .group_by(col(Inbound.channel), col(Inbound.account), col(Inbound.message_id))
        .having(func.count() > 1)
    )
    for channel, _, message_id, count in same:
        yield Broken("I2", message_id, f"the message was kept {count} times on {channel}")


def _cases_once(session: Session) -> Iterator[Broken]:
    """I3: a draft became at most one case."""
    same = session.exec(
        select(Case.contact_id, Case.draft, func.count())
        .where(col(Case.contact_id).is_not(None))
        .group_by(col(Case.contact_id), col(Case.draft))
        .having(func.count() > 1)
    )
    for contact_id, draft, count in same:
        yield Broken("I3", str(contact_id), f"draft {draft} became {count} cases")


def _numbers(session: Session) -> Iterator[Broken]:
    """I3: register numbers run from 1 to the counter, each once."""
    given: dict[str, list[int]] = defaultdict(list)
    for number in session.exec(select(Case.register_no)):
        series, _, last_part = number.rpartition("-")
        given[series].append(int(last_part))
    for series, numbers in given.items():
        for count, times in Counter(numbers).items():
            if times > 1:
                yield Broken("I3", f"{series}-{count:05d}", f"the number was given {times} times")
        for missing in sorted(set(range(1, max(numbers) + 1)) - set(numbers)):
            yield Broken("I3", f"{series}-{missing:05d}", "nobody has this number: the series has a gap")
        counter = session.get(RegisterCounter, series)
        if counter is None or counter.last != max(numbers):
            last = None if counter is None else counter.last
            yield Broken("I3", series, f"the counter says {last}, the last case has {max(numbers)}")


def _no_orphans(session: Session) -> Iterator[Broken]:
    """I4: every open case has an owner, a next act and a running clock."""
    staff = set(session.exec(select(Staff.id)))
    timed = set(session.exec(select(Deadline.case_id).where(col(Deadline.stopped_at).is_(None)).distinct()))
    open_cases = session.exec(
        select(Case.id, Case.owner_id, Case.next_act, Case.status).where(col(Case.status).not_in(CLOSED))
    )
    for case_id, owner_id, next_act, status in open_cases:
        if owner_id not in staff:
            yield Broken("I4", case_id, "nobody owns this open case")
        if next_act not in (NEXT_ACT[status], REDISPATCH):
            yield Broken("I4", case_id, f"the next act of a case that is {status} cannot be {next_act!r}")
        if status != "draft" and case_id not in timed:
            yield Broken("I4", case_id, "no clock runs on this open case")


def _clocks_of_what_is_over(session: Session) -> Iterator[Broken]:
    """I4: nobody is chased for what is over."""
    rows = session.exec(
        select(Deadline.id, Deadline.clock, Case.status, Transfer.status)
        .join(Case, col(Case.id) == col(Deadline.case_id))
        .outerjoin(Transfer, col(Transfer.id) == col(Deadline.transfer_id))
        .where(col(Deadline.stopped_at).is_(None))
    )
    for deadline_id, clock, case_status, status in rows:
        if clock in OBJECTING:
            continue  # it runs until the objection is answered
        if case_status in CLOSED:
            yield Broken("I4", deadline_id, f"{clock} runs on a case that is {case_status}")
        elif status in TERMINAL and not (status in DECIDED and clock in _TELLING):
            yield Broken("I4", deadline_id, f"{clock} runs on a transfer that is {status}")


def _wishes_and_voices_are_watched(session: Session) -> Iterator[Broken]:
    """I4: every open wish to be forgotten has a running clock, and a voice nobody has heard will be rung for."""
    running = set(
        session.exec(
            select(Deadline.case_id).where(col(Deadline.stopped_at).is_(None), Deadline.clock == "clk_erasure")
        )
    )
    for wish in session.exec(select(ErasureRequest).where(col(ErasureRequest.answered_at).is_(None))):
        if wish.case_id not in running:
            yield Broken("I4", wish.id, "no clock runs on this wish to be forgotten")
    for voice in session.exec(select(Voice).where(col(Voice.status).in_(OPEN_VOICE))):
        if voice.next_ring_at is None:
            yield Broken("I4", voice.id, "nobody has heard this voice, and nobody will be rung for it")


def _objections_are_answered(session: Session) -> Iterator[Broken]:
    """I4: every open objection has a running clock, and its case says that it is open."""
    running = set(
        session.exec(
            select(Deadline.subject, Deadline.clock).where(
                col(Deadline.stopped_at).is_(None), col(Deadline.clock).in_(OBJECTING)
            )
        )
    )
    found = session.exec(select(Objection).where(col(Objection.status).in_(OPEN))).all()
    for one in found:
        if (one.subject, one.clock) not in running:
            yield Broken("I4", one.id, "no clock runs on this open objection")
    marked = set(session.exec(select(Case.id).where(col(Case.objection_open).is_(True))))
    for case_id in sorted(marked ^ {one.case_id for one in found}):
        yield Broken("I4", case_id, "the case and its objections do not agree whether one is open")


def _transfers_and_cases_agree(session: Session) -> Iterator[Broken]:
    """I4: a case is where its transfers say it is."""
    meetings = set(session.exec(select(Meeting.case_id).where(col(Meeting.resolved_at).is_(None))))
    rows = session.exec(
        select(Case, Transfer)
        .join(Transfer, col(Transfer.case_id) == col(Case.id))
        .where(col(Case.status).in_(_DERIVED))
        .order_by(col(Case.id))
    )
    for case_id, group in groupby(rows, key=lambda row: row[0].id):
        members = list(group)
        status, marked = members[0][0].status, members[0][0].needs_redispatch
        parts = (Part(transfer.status, transfer.replaced_by is not None) for _, transfer in members)
        derived = derive(parts, meeting_open=case_id in meetings)
        if derived.status is not None and derived.status != status:
            yield Broken("I4", case_id, f"the case is {status}, its transfers say {derived.status}")
        if derived.needs_redispatch != marked:
            yield Broken("I4", case_id, "something came back and is not marked for sending, or the other way round")


def _outbox(session: Session) -> Iterator[Broken]:
    """I5: every message ends as sent, failed with a reason, or cancelled; the rest still waits."""
    rows = session.exec(select(Outgoing).execution_options(yield_per=_PAGE))
    for row in rows:
        if row.status not in OUTGOING_STATUSES:
            yield Broken("I5", row.id, f"{row.status!r} is no state of a message")
        elif row.status in ("sent", "delivered") and row.sent_at is None:
            yield Broken("I5", row.id, f"it is {row.status}, and nobody wrote down when")
        elif row.status == "failed" and not row.error:
            yield Broken("I5", row.id, "it failed, and nobody wrote down why")
        elif row.status == "leased" and row.leased_until is None:
            yield Broken("I5", row.id, "it is on its way without an end, so nobody would take it up again")
        if not (row.contact_id or row.staff_id or row.group_code):
            yield Broken("I5", row.id, "it is for nobody")
        session.expunge(row)


def _nobody_is_left_alone(session: Session) -> Iterator[Broken]:
    """Domain 8.4: an open emergency is rung until somebody takes it, and asked after until help has arrived."""
    for row in session.exec(select(Emergency).where(col(Emergency.closed_at).is_(None))):
        if row.next_ring_at is None:
            yield Broken("I4", row.id, "an emergency is open, and nobody will be rung for it")
        if (row.taken_at is None) != (row.taken_by is None) or (row.taken_at is None) != (row.relief_due_at is None):
            yield Broken("I4", row.id, "an emergency is taken by nobody, or without a day for the relief")


def _owed_messages(session: Session) -> Iterator[Broken]:
    """I5: what happened was also said; not to a helper she has sent away (民法典 第173条), whom nothing is owed."""
    denied = aliased(JournalEntry)
    sent_away = exists().where(col(denied.chain) == col(JournalEntry.chain), col(denied.event) == "mandate_denied")
    said = Counter(
        session.exec(
            select(func.coalesce(Outgoing.transfer_id, Outgoing.case_id), Outgoing.message).where(
                Outgoing.audience == "person"
            )
        )
    )
    events = session.exec(
        select(JournalEntry.event, JournalEntry.subject, func.count())
        .join(Case, col(Case.id) == col(JournalEntry.chain))
        .join(Contact, col(Contact.id) == col(Case.contact_id))
        .where(col(JournalEntry.event).in_(_OWED), col(JournalEntry.after).is_not(None), ~sent_away)
        .group_by(col(JournalEntry.event), col(JournalEntry.subject))
    )
    for event, subject, times in events:
        if event == "t_receive" and str(subject).startswith("cas_"):
            continue  # the case following its transfer
        if sum(said[(str(subject), message)] for message in _OWED[event]) < times:
            yield Broken("I5", str(subject), f"{event} happened {times} times, and was not said as often")


def _statuses_as_written(session: Session) -> Iterator[Broken]:
    """I9: every status is the one its last entry in the journal led to."""
    last: dict[str, str] = {}
    entries = session.exec(
        select(JournalEntry.subject, JournalEntry.after)
        .where(col(JournalEntry.after).is_not(None), col(JournalEntry.subject).is_not(None))
        .order_by(col(JournalEntry.chain), col(JournalEntry.seq))
    )
    for subject, after in entries:
        last[str(subject)] = str(after)
    for table in (Case, Transfer):
        for row_id, status in session.exec(select(table.id, table.status)):
            if last.get(row_id) != status:
                yield Broken("I9", row_id, f"the row says {status}, the journal {last.get(row_id)}")


def _seals(session: Session, env: Env, limit: int | None) -> Iterator[Broken]:
    """Every sealed value opens, at its own place and with a key that is here."""
    for table in _sealed_tables():
        columns = [name for name in table.__table__.columns.keys() if name.endswith("_sealed")]  # noqa: SIM118
        statement: Any = select(table).order_by(table.__table__.c.id.desc()).limit(limit)
        for row in session.exec(statement.execution_options(yield_per=_PAGE)):
            for name in columns:
                value = getattr(row, name)
                if value is None:
                    continue
                try:
                    env.sealer.open(bytes(value), table=str(table.__tablename__), column=name, row_id=row.id)
                except (SealBroken, KeyMissing) as error:
                    yield Broken("I9", row.id, f"{table.__tablename__}.{name}: {error}")
            session.expunge(row)


def _sealed_tables() -> list[Any]:
    found = [getattr(tables, name) for name in tables.__all__]
    return [table for table in found if issubclass(table, SealedRow) and issubclass(table, SQLModel)]


__all__ = ["Broken", "verify_all"]
