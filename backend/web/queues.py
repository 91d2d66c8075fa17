"""The lists on a colleague's desk: what waits for whom, most pressing first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import col, select

from backend.cases.numbers import default_town
from backend.cases.tables import Case, Person
from backend.conversations.tables import Conversation
from backend.deadlines import clocks
from backend.deadlines.tables import Deadline
from backend.env import Actor, Env
from backend.inbox.tables import Contact
from backend.privacy.mask import mask_name
from backend.transfers.tables import Transfer
from backend.web.access import WINDOW
from backend.web.words import DeskWords, Due
from backend.writer import Tx

SHOWN: Final = 12  # rows of a list on the first page
PAGE: Final = 50
DONE_DAYS: Final = 30
_DEPT: Final = frozenset({"dept_liaison", "dept_handler"})
_OVER: Final = ("not_accepted", "feedback_delivered", "rated", "archived", "withdrawn", "draft")
_AT_DEPARTMENTS: Final = ("dispatched", "in_progress")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list.

    Attributes:
        what: codes of `what_kind`.
        clock: which clock `due` is of.
        ages: the day it came or was sent, in words.
    """

    path: str
    short: str
    place_kind: str
    place: str
    name: str
    what: tuple[str, ...]
    what_kind: str
    status: str
    status_kind: str
    since: str
    due: Due | None = None
    clock: str = ""
    urgent: bool = False
    level: str = "none"
    again: bool = False
    dept: str = ""


class Queue(msgspec.Struct, frozen=True):
    """One list: its code, how many there are, the rows shown, whether the page goes on."""

    code: str
    count: int
    rows: tuple[Row, ...]
    page: int = 1
    more: bool = False


class _List(NamedTuple):
    code: str
    where: ColumnElement[bool]
    clocks: tuple[str, ...]


def queues(tx: Tx, env: Env, words: DeskWords, actor: Actor, only: str = "", page: int = 1) -> list[Queue]:
    """The actor's lists, or one of them, a page at a time."""
    roles = frozenset(actor.roles)
    found: list[Queue] = []

    def wanted(code: str) -> bool:
        return not only or only == code

    if roles & WINDOW:
        town = None if "county_center" in roles else (actor.town or "-")
        lists = {one.code: one for one in _case_lists(town)}
        order = ("urgent", "people", "late", "new", "send", "results", "departments", "supplement", "meeting")
        for code in order:
            if not wanted(code):
                continue
            if code == "people":
                found.append(_people(tx, env, words, town, only != "", page))
            elif code == "late":
                found.append(_late(tx, env, words, town, only != "", page))
            else:
                found.append(_cases(tx, env, words, lists[code], only != "", page))
    if roles & _DEPT or "township_approver" in roles:
        mine = _mine(actor, roles)
        for one in _transfer_lists(env, mine):
            if wanted(one.code):
                found.append(_transfers(tx, env, words, one, only != "", page))
    return found


def _case_lists(town: str | None) -> tuple[_List, ...]:
    here: ColumnElement[bool] = col(Case.id).is_not(None) if town is None else col(Case.town) == town
    status = col(Case.status)
    again = col(Case.needs_redispatch).is_(True)
    return (
        _List(
            "urgent",
            and_(here, or_(col(Case.emergency_level) != "none", col(Case.green_channel)), status.not_in(_OVER)),
            ("clk_emergency_ack", "clk_emergency_relief", "clk_acceptance_review", "clk_dispatch"),
        ),
        _List("new", and_(here, status == "submitted"), ("clk_acceptance_review",)),
        _List("send", and_(here, or_(status == "accepted", again)), ("clk_dispatch", "clk_redispatch")),
        _List("results", and_(here, _untold()), ("clk_window_feedback", "clk_dept_feedback", "clk_refusal_notice")),
        _List(
            "departments",
            and_(here, status.in_(_AT_DEPARTMENTS), ~again),
            ("clk_dept_receive", "clk_promised", "clk_legal"),
        ),
        _List("supplement", and_(here, status == "supplement_required"), ("clk_supplement",)),
        _List("meeting", and_(here, status == "joint_meeting"), ("clk_meeting_submit", "clk_meeting_hold")),
    )


def _untold() -> ColumnElement[bool]:
    """Decided as a whole, or a part of it is and she is not known to have heard."""
    part = select(Transfer.id).where(
        Transfer.case_id == Case.id,
        col(Transfer.status).in_(("granted", "refused")),
        col(Transfer.feedback_status).not_in(("confirmed", "undeliverable")),
    )
    return or_(col(Case.status) == "decided", and_(col(Case.status).in_(_AT_DEPARTMENTS), part.exists()))


def _cases(tx: Tx, env: Env, words: DeskWords, one: _List, whole: bool, page: int) -> Queue:
    count = tx.session.exec(select(func.count()).select_from(Case).where(one.where)).one()
    size = PAGE if whole else SHOWN
    due = (
        select(func.min(Deadline.due_at))
        .where(
            Deadline.case_id == Case.id,
            col(Deadline.stopped_at).is_(None),
            col(Deadline.paused_at).is_(None),
            col(Deadline.clock).in_(one.clocks),
        )
        .scalar_subquery()
    )
    found = tx.session.exec(
        select(Case, Person)
        .join(Person, col(Person.id) == col(Case.applicant_id))
        .where(one.where)
        .order_by(due.is_(None), due, col(Case.submitted_at), col(Case.id))
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    cases = [case for case, _ in found]
    running = running_on(tx, [case.id for case in cases])
    parts = _items_of(tx, [case.id for case in cases])
    rows = []
    for case, person in found:
        clock = nearest(running.get(case.id, ()), one.clocks)
        rows.append(
            case_row(
                env, words, case, person,
                items=parts.get(case.id, ()),
                due=words.due(clock) if clock else None,
                clock=clock.clock if clock else "",
            )
        )  # fmt: skip
    return Queue(one.code, count, tuple(rows), page, count > page * size)


def case_row(
    env: Env,
    words: DeskWords,
    case: Case,
    person: Person,
    *,
    items: Sequence[str] = (),
    due: Due | None = None,
    clock: str = "",
    dept: str = "",
) -> Row:
    """A case as one line: the name masked, what it is about, since when."""
    since = case.accepted_at if case.status != "submitted" and case.accepted_at else case.submitted_at
    return Row(
        path=f"/desk/cases/{case.id}",
        short=case.short_no,
        place_kind="village" if case.village else "town",
        place=case.village or case.town,
        name=masked_name(env, person),
        what=tuple(items) or tuple(case.needs),
        what_kind="item" if items else "need",
        status=case.status,
        status_kind="status",
        since=words.day_of(since),
        due=due,
        clock=clock,
        urgent=case.green_channel or case.emergency_level != "none",
        level=case.emergency_level,
        again=case.needs_redispatch,
        dept=dept,
    )


def masked_name(env: Env, person: Person) -> str:
    """Her name as lists may show it; how she is called when no name is known."""
    return mask_name(person.get(env.sealer, "name") or "") or (person.get(env.sealer, "called") or "")


def _items_of(tx: Tx, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    if not ids:
        return {}
    for case_id, item in tx.session.exec(
        select(Transfer.case_id, Transfer.item)
        .where(col(Transfer.case_id).in_(ids), Transfer.status != "cancelled")
        .order_by(col(Transfer.seq))
    ).all():
        if item not in found.setdefault(case_id, []):
            found[case_id].append(item)
    return {case_id: tuple(items) for case_id, items in found.items()}


def running_on(tx: Tx, ids: Collection[str]) -> dict[str, list[Deadline]]:
    """The running clocks of cases, each case's with those of its transfers."""
    found: dict[str, list[Deadline]] = {}
    if ids:
        for row in tx.session.exec(
            select(Deadline).where(col(Deadline.case_id).in_(ids), col(Deadline.stopped_at).is_(None))
        ).all():
            found.setdefault(row.case_id, []).append(row)
    return found


def nearest(running: Iterable[Deadline], wanted: Collection[str]) -> Deadline | None:
    """The running clock among those wanted that runs out first; one that stands still only when there is no other."""
    fitting = [row for row in running if row.clock in wanted]
    return min(fitting, key=lambda row: (row.paused_at is not None, row.due_at), default=None)


# --- departments


def _mine(actor: Actor, roles: frozenset[str]) -> ColumnElement[bool]:
    reach: list[ColumnElement[bool]] = []
    if roles & _DEPT and actor.dept:
        own: ColumnElement[bool] = col(Transfer.dept) == actor.dept
        reach.append(and_(own, col(Case.town) == actor.town) if actor.dept == "township" else own)
    if "township_approver" in roles and actor.town:
        reach.append(and_(col(Transfer.kind) == "internal", col(Case.town) == actor.town))
    return or_(*reach) if reach else false()


def _transfer_lists(env: Env, mine: ColumnElement[bool]) -> tuple[_List, ...]:
    status = col(Transfer.status)
    recent = env.now - dt.timedelta(days=DONE_DAYS)
    late = (
        select(Deadline.id)
        .where(
            Deadline.transfer_id == Transfer.id,
            col(Deadline.stopped_at).is_(None),
            col(Deadline.paused_at).is_(None),
            col(Deadline.due_at) < env.now,
            col(Deadline.clock).in_(OFFICE_CLOCKS),
        )
        .exists()
    )
    return (
        _List("d_late", and_(mine, late), OFFICE_CLOCKS),
        _List("d_sign", and_(mine, status == "sent"), ("clk_dept_receive",)),
        _List("d_hand", and_(mine, status.in_(("received", "processing"))), ("clk_promised", "clk_legal")),
        _List("d_wait", and_(mine, status == "materials_requested"), ("clk_promised", "clk_legal")),
        _List("d_done", and_(mine, status.in_(("granted", "refused")), col(Transfer.decided_at) > recent), ()),
    )


def _transfers(tx: Tx, env: Env, words: DeskWords, one: _List, whole: bool, page: int) -> Queue:
    joined = select(func.count()).select_from(Transfer).join(Case, col(Case.id) == col(Transfer.case_id))
    count = tx.session.exec(joined.where(one.where)).one()
    size = PAGE if whole else SHOWN
    due = (
        select(func.min(Deadline.due_at))
        .where(
            Deadline.transfer_id == Transfer.id,
            col(Deadline.stopped_at).is_(None),
            col(Deadline.clock).in_(one.clocks),
        )
        .scalar_subquery()
    )
    order: tuple[Any, ...] = (due.is_(None), due, col(Transfer.sent_at))
    if one.code == "d_done":
        order = (col(Transfer.decided_at).desc(),)
    found = tx.session.exec(
        select(Transfer, Case, Person)
        .join(Case, col(Case.id) == col(Transfer.case_id))
        .join(Person, col(Person.id) == col(Case.applicant_id))
        .where(one.where)
        .order_by(*order, col(Transfer.id))
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    running = running_on(tx, [case.id for _, case, _ in found])
    rows = []
    for transfer, case, person in found:
        own = [row for row in running.get(case.id, ()) if row.transfer_id == transfer.id]
        rows.append(transfer_row(env, words, transfer, case, person, nearest(own, one.clocks)))
    return Queue(one.code, count, tuple(rows), page, count > page * size)


def transfer_row(
    env: Env, words: DeskWords, transfer: Transfer, case: Case, person: Person, clock: Deadline | None
) -> Row:
    """One part of a case as a department's line."""
    since = transfer.decided_at or transfer.received_at or transfer.sent_at or case.submitted_at
    return Row(
        path=f"/desk/transfers/{transfer.id}",
        short=f"{case.short_no}-{transfer.seq:02d}",
        place_kind="village" if case.village else "town",
        place=case.village or case.town,
        name=masked_name(env, person),
        what=(transfer.item,),
        what_kind="item",
        status=transfer.status,
        status_kind="transfer_status",
        since=words.day_of(since),
        due=words.due(clock) if clock else None,
        clock=clock.clock if clock else "",
        urgent=case.green_channel or case.emergency_level != "none",
        level=case.emergency_level,
        dept=transfer.dept,
    )


# --- late things and people


#: Clocks somebody in an office answers for; what the applicant has time for is never "late".
OFFICE_CLOCKS: Final = tuple(
    row.id for row in clocks.clocks().values() if row.reminds != "applicant" and row.ladder != "none"
)


def late_where(env: Env, town: str | None) -> ColumnElement[bool]:
    """Running clocks that have run out."""
    conditions = [
        col(Deadline.stopped_at).is_(None),
        col(Deadline.paused_at).is_(None),
        col(Deadline.due_at) < env.now,
        col(Deadline.clock).in_(OFFICE_CLOCKS),
    ]
    if town is not None:
        conditions.append(col(Case.town) == town)
    return and_(*conditions)


def _late(tx: Tx, env: Env, words: DeskWords, town: str | None, whole: bool, page: int) -> Queue:
    where = late_where(env, town)
    joined = select(func.count()).select_from(Deadline).join(Case, col(Case.id) == col(Deadline.case_id))
    count = tx.session.exec(joined.where(where)).one()
    size = PAGE if whole else SHOWN
    found = tx.session.exec(
        select(Deadline, Case, Person, Transfer)
        .join(Case, col(Case.id) == col(Deadline.case_id))
        .join(Person, col(Person.id) == col(Case.applicant_id))
        .outerjoin(Transfer, col(Transfer.id) == col(Deadline.transfer_id))
        .where(where)
        .order_by(col(Deadline.due_at), col(Deadline.id))
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    rows = tuple(
        case_row(
            env, words, case, person,
            items=(transfer.item,) if transfer is not None else (),
            due=words.due(deadline), clock=deadline.clock, dept=transfer.dept if transfer is not None else "",
        )
        for deadline, case, person, transfer in found
    )  # fmt: skip
    return Queue("late", count, rows, page, count > page * size)


def _people(tx: Tx, env: Env, words: DeskWords, town: str | None, whole: bool, page: int) -> Queue:
    where = and_(col(Conversation.wants_human), talks_of(env, town))
    joined = select(func.count()).select_from(Conversation).where(where)
    count = tx.session.exec(joined).one()
    size = PAGE if whole else SHOWN
    found = tx.session.exec(
        select(Conversation, Contact)
        .join(Contact, col(Contact.id) == col(Conversation.contact_id))
        .where(where)
        .order_by(col(Conversation.updated_at), col(Conversation.id))
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    rows = []
    for conversation, contact in found:
        case = latest_case(tx, contact.id)
        person = tx.session.get(Person, case.applicant_id) if case is not None else None
        rows.append(
            Row(
                path=f"/desk/talks/{conversation.id}",
                short=case.short_no if case is not None else "",
                place_kind="village" if case is not None and case.village else "town",
                place=(case.village or case.town) if case is not None else default_town(env).no,
                name=masked_name(env, person) if person is not None else "",
                what=(contact.channel,),
                what_kind="channel",
                status="",
                status_kind="",
                since=words.moment(conversation.updated_at),
            )
        )
    return Queue("people", count, tuple(rows), page, count > page * size)


def talks_of(env: Env, town: str | None) -> ColumnElement[bool]:
    """Conversations a town answers for: its cases', and at the first window also those without any case."""
    if town is None:
        return col(Conversation.id).is_not(None)
    here = select(Case.id).where(Case.contact_id == Conversation.contact_id, Case.town == town).exists()
    if town != default_town(env).no:
        return here
    return or_(here, ~select(Case.id).where(Case.contact_id == Conversation.contact_id).exists())


def latest_case(tx: Tx, contact_id: str) -> Case | None:
    """The newest case of a contact."""
    return tx.session.exec(
        select(Case).where(Case.contact_id == contact_id).order_by(col(Case.submitted_at).desc()).limit(1)
    ).first()
