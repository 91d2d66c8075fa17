"""The lists on a colleague's desk: what waits for whom, most pressing first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, and_, false, func, join, literal, or_, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from backend.cases.additions import unseen
from backend.cases.numbers import default_town
from backend.cases.tables import Case, Person
from backend.conversations.tables import Conversation
from backend.db import Instant
from backend.deadlines import clocks
from backend.deadlines.tables import Deadline
from backend.env import Actor, Env
from backend.inbox.tables import Contact
from backend.privacy.mask import mask_name
from backend.transfers.tables import Transfer
from backend.web.access import WINDOW
from backend.web.alarms import Alarm, alarms
from backend.web.place import NO_CLOCK, Place
from backend.web.words import DeskWords, Due
from backend.writer import Tx

SHOWN: Final = 12  # rows of a list on the first page
PAGE: Final = 50
MANY: Final = 100  # further than this nothing is counted: a page costs what it shows
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
        news: she added or changed something that nobody has looked at yet.
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
    news: bool = False
    dept: str = ""


class Queue(msgspec.Struct, frozen=True):
    """One list, or the part of it that a page shows.

    Attributes:
        count: how many there are, counted up to `MANY`.
        first: whether the rows are its first ones.
        after: where the next page begins, or "" when there is none.
        alarms: emergencies heard in a conversation; of the list of emergencies only.
    """

    code: str
    count: int
    rows: tuple[Row, ...]
    first: bool = True
    after: str = ""
    alarms: tuple[Alarm, ...] = ()

    @property
    def many(self) -> bool:
        """Whether there are more than were counted."""
        return self.count >= MANY


class _List(NamedTuple):
    """A list of cases or transfers.

    Attributes:
        clocks: the one that runs out first decides the place in the list.
        by_clock: found by its clocks; otherwise by the rows themselves, where those are few.
    """

    code: str
    where: ColumnElement[bool]
    clocks: tuple[str, ...]
    by_clock: bool = True


def queues(tx: Tx, env: Env, words: DeskWords, actor: Actor, only: str = "", after: str = "") -> list[Queue]:
    """The actor's lists, or one of them a page at a time: `after` is what the page before ended with."""
    roles = frozenset(actor.roles)
    found: list[Queue] = []
    at = Place.read(after) if only else None
    size = PAGE if only else SHOWN

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
                found.append(_people(tx, env, words, town, size, at))
            elif code == "late":
                found.append(_late(tx, env, words, town, size, at))
            else:
                shown = _cases(tx, env, words, lists[code], size, at)
                if code == "urgent":
                    heard = alarms(tx, words, town) if at is None else ()
                    shown = msgspec.structs.replace(shown, alarms=heard, count=shown.count + len(heard))
                found.append(shown)
    if roles & _DEPT or "township_approver" in roles:
        mine = _mine(actor, roles)
        for one in _transfer_lists(env, mine):
            if wanted(one.code):
                found.append(_transfers(tx, env, words, one, size, at))
    return found


def _case_lists(town: str | None) -> tuple[_List, ...]:
    here: ColumnElement[bool] = col(Case.id).is_not(None) if town is None else col(Case.town) == town
    status = col(Case.status)
    again = col(Case.needs_redispatch)
    return (
        _List(
            "urgent",
            and_(here, col(Case.green_channel), status.not_in(_OVER)),
            ("clk_emergency_ack", "clk_emergency_relief", "clk_acceptance_review", "clk_dispatch"),
            by_clock=False,
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


def counted(tx: Tx, of: Any, source: Any, where: ColumnElement[bool]) -> int:
    """How many rows there are, up to `MANY`; the rest of the table is not looked at."""
    some = select(of).select_from(source).where(where).limit(MANY).subquery()
    return tx.session.exec(select(func.count()).select_from(some)).one()


def _cases(tx: Tx, env: Env, words: DeskWords, one: _List, size: int, at: Place | None) -> Queue:
    count = counted(tx, col(Case.id), Case, one.where)
    places = _places(tx, one, size + 1, at)
    more, places = len(places) > size, places[:size]
    ids = [place.id for place in places]
    pairs = {
        case.id: (case, person)
        for case, person in tx.session.exec(
            select(Case, Person).join(Person, col(Person.id) == col(Case.applicant_id)).where(col(Case.id).in_(ids))
        ).all()
    }
    running = running_on(tx, ids)
    parts, news = _items_of(tx, ids), unseen(tx, ids)
    rows = []
    for case_id in ids:
        case, person = pairs[case_id]
        clock = nearest(running.get(case.id, ()), one.clocks)
        rows.append(
            case_row(
                env, words, case, person,
                items=parts.get(case.id, ()),
                due=words.due(clock) if clock else None,
                clock=clock.clock if clock else "",
                news=case.id in news,
            )
        )  # fmt: skip
    return Queue(one.code, count, tuple(rows), at is None, str(places[-1]) if more else "")


def _places(tx: Tx, one: _List, most: int, at: Place | None) -> list[Place]:
    """The first cases of a list from `at` on, with where each stands in it."""
    if not one.by_clock:
        due = _first_due(one.clocks, Deadline.case_id == Case.id)
        return _by_row(tx, select(Case.id, due).where(one.where), due, col(Case.id), most, at)
    found: list[Place] = []
    if at is None or at.due < NO_CLOCK:
        for clock in one.clocks:
            found += _by_clock(tx, one, clock, most, at)
        found = sorted(found)[:most]
    if len(found) < most:
        found += _without_clock(tx, one, most - len(found), at)
    return found


def _running(clocks_: Collection[str], of: Any = Deadline) -> ColumnElement[bool]:
    return and_(of.stopped_at.is_(None), of.paused_at.is_(None), of.clock.in_(clocks_))


def _by_clock(tx: Tx, one: _List, clock: str, most: int, at: Place | None) -> list[Place]:
    """Cases that one clock puts in their place: read in the order of the clocks, and no further than the page goes."""
    earlier = aliased(Deadline)
    sooner = (
        select(earlier.id)
        .where(earlier.case_id == Deadline.case_id, _running(one.clocks, earlier))
        .where(tuple_(earlier.due_at, earlier.id) < tuple_(col(Deadline.due_at), col(Deadline.id)))
    )
    found = (
        select(Deadline.due_at, Deadline.case_id)
        .join(Case, col(Case.id) == col(Deadline.case_id))
        .where(Deadline.clock == clock, col(Deadline.stopped_at).is_(None), col(Deadline.paused_at).is_(None))
        .where(one.where, ~sooner.exists())
        .order_by(col(Deadline.due_at), col(Deadline.case_id))
        .limit(most)
    )
    if at is not None:
        found = found.where(tuple_(col(Deadline.due_at), col(Deadline.case_id)) > _literal(at))
    return [Place(due, case_id) for due, case_id in tx.session.exec(found).all()]


def _without_clock(tx: Tx, one: _List, most: int, at: Place | None) -> list[Place]:
    """Cases of the list that none of its clocks runs on: last, oldest first (an id tells when it was made)."""
    clock = select(Deadline.id).where(Deadline.case_id == Case.id, _running(one.clocks))
    found = select(Case.id).where(one.where, ~clock.exists()).order_by(col(Case.id)).limit(most)
    if at is not None and at.due == NO_CLOCK:
        found = found.where(col(Case.id) > at.id)
    return [Place(NO_CLOCK, case_id) for case_id in tx.session.exec(found).all()]


def _first_due(clocks_: Collection[str], owner: Any) -> Any:
    first = select(func.min(Deadline.due_at)).where(owner, _running(clocks_)).scalar_subquery()
    return func.coalesce(first, NO_CLOCK, type_=Instant())


def _by_row(tx: Tx, found: Any, due: Any, row_id: Any, most: int, at: Place | None) -> list[Place]:
    """The same where the rows are few: each is asked for its clock."""
    if at is not None:
        found = found.where(tuple_(due, row_id) > _literal(at))
    return [Place(day, one) for one, day in tx.session.exec(found.order_by(due, row_id).limit(most)).all()]


def _literal(at: Place) -> Any:
    return tuple_(literal(at.due, Instant()), literal(at.id))


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
    news: bool = False,
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
        news=news,
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
    late = select(Deadline.transfer_id).where(
        col(Deadline.transfer_id).is_not(None), _running(OFFICE_CLOCKS), col(Deadline.due_at) < env.now
    )
    return (
        _List("d_late", and_(mine, col(Transfer.id).in_(late)), OFFICE_CLOCKS),
        _List("d_sign", and_(mine, status == "sent"), ("clk_dept_receive",)),
        _List("d_hand", and_(mine, status.in_(("received", "processing"))), ("clk_promised", "clk_legal")),
        _List("d_wait", and_(mine, status == "materials_requested"), ("clk_promised", "clk_legal")),
        _List("d_done", and_(mine, status.in_(("granted", "refused")), col(Transfer.decided_at) > recent), ()),
    )


def _transfers(tx: Tx, env: Env, words: DeskWords, one: _List, size: int, at: Place | None) -> Queue:
    source = join(Transfer, Case, col(Case.id) == col(Transfer.case_id))
    count = counted(tx, col(Transfer.id), source, one.where)
    if one.code == "d_done":
        places = _decided(tx, source, one, size + 1, at)
    else:
        due = _first_due(one.clocks, Deadline.transfer_id == Transfer.id)
        found = select(Transfer.id, due).select_from(source).where(one.where)
        places = _by_row(tx, found, due, col(Transfer.id), size + 1, at)
    more, places = len(places) > size, places[:size]
    triples = {
        transfer.id: (transfer, case, person)
        for transfer, case, person in tx.session.exec(
            select(Transfer, Case, Person)
            .join(Case, col(Case.id) == col(Transfer.case_id))
            .join(Person, col(Person.id) == col(Case.applicant_id))
            .where(col(Transfer.id).in_([place.id for place in places]))
        ).all()
    }
    running = running_on(tx, {case.id for _, case, _ in triples.values()})
    rows = []
    for place in places:
        transfer, case, person = triples[place.id]
        own = [row for row in running.get(case.id, ()) if row.transfer_id == transfer.id]
        rows.append(transfer_row(env, words, transfer, case, person, nearest(own, one.clocks)))
    return Queue(one.code, count, tuple(rows), at is None, str(places[-1]) if more else "")


def _decided(tx: Tx, source: Any, one: _List, most: int, at: Place | None) -> list[Place]:
    """What was decided lately, the newest first."""
    decided, row_id = col(Transfer.decided_at), col(Transfer.id)
    found: Any = select(Transfer.id, Transfer.decided_at).select_from(source).where(one.where)
    if at is not None:
        found = found.where(tuple_(decided, row_id) < _literal(at))
    found = found.order_by(decided.desc(), row_id.desc()).limit(most)
    return [Place(day, one_id) for one_id, day in tx.session.exec(found).all()]


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


def _late(tx: Tx, env: Env, words: DeskWords, town: str | None, size: int, at: Place | None) -> Queue:
    where = late_where(env, town)
    count = counted(tx, col(Deadline.id), join(Deadline, Case, col(Case.id) == col(Deadline.case_id)), where)
    found = (
        select(Deadline, Case, Person, Transfer)
        .join(Case, col(Case.id) == col(Deadline.case_id))
        .join(Person, col(Person.id) == col(Case.applicant_id))
        .outerjoin(Transfer, col(Transfer.id) == col(Deadline.transfer_id))
        .where(where)
    )
    shown, after = late_page(tx, found, size, at)
    rows = tuple(
        case_row(
            env, words, case, person,
            items=(transfer.item,) if transfer is not None else (),
            due=words.due(deadline), clock=deadline.clock, dept=transfer.dept if transfer is not None else "",
        )
        for deadline, case, person, transfer in shown
    )  # fmt: skip
    return Queue("late", count, rows, at is None, after)


def late_page(tx: Tx, found: Any, size: int, at: Place | None) -> tuple[list[Any], str]:
    """A page of rows that begin with a clock, longest late first, and where the next page begins."""
    if at is not None:
        found = found.where(tuple_(col(Deadline.due_at), col(Deadline.id)) > _literal(at))
    rows = tx.session.exec(found.order_by(col(Deadline.due_at), col(Deadline.id)).limit(size + 1)).all()
    more, rows = len(rows) > size, rows[:size]
    return list(rows), str(Place(rows[-1][0].due_at, rows[-1][0].id)) if more else ""


def _people(tx: Tx, env: Env, words: DeskWords, town: str | None, size: int, at: Place | None) -> Queue:
    where = and_(col(Conversation.wants_human), talks_of(env, town))
    count = counted(tx, col(Conversation.id), Conversation, where)
    order = (col(Conversation.updated_at), col(Conversation.id))
    wanted = select(Conversation, Contact).join(Contact, col(Contact.id) == col(Conversation.contact_id)).where(where)
    if at is not None:
        wanted = wanted.where(tuple_(*order) > _literal(at))
    found = tx.session.exec(wanted.order_by(*order).limit(size + 1)).all()
    more, found = len(found) > size, found[:size]
    rows = []
    for conversation, contact in found:
        case = latest_case(tx, contact.id)
        person = tx.session.get(Person, case.applicant_id) if case is not None else None
        rows.append(
            Row(
                path=f"/desk/talks/{conversation.id}",
                short=case.short_no if case is not None else "",
                place_kind="village" if case is not None and case.village else "town",
                place=(case.village or case.town) if case is not None else conversation.town or default_town(env).no,
                name=masked_name(env, person) if person is not None else "",
                what=(contact.channel,),
                what_kind="channel",
                status="",
                status_kind="",
                since=words.moment(conversation.updated_at),
            )
        )
    after = str(Place(found[-1][0].updated_at, found[-1][0].id)) if more else ""
    return Queue("people", count, tuple(rows), at is None, after)


def talks_of(env: Env, town: str | None) -> ColumnElement[bool]:
    """Conversations a town answers for: its cases', and where there is no case those of people who live there.

    Whose town is not known yet is the first window's.
    """
    if town is None:
        return col(Conversation.id).is_not(None)
    here = select(Case.id).where(Case.contact_id == Conversation.contact_id, Case.town == town).exists()
    lives: ColumnElement[bool] = col(Conversation.town) == town
    if town == default_town(env).no:
        lives = or_(lives, col(Conversation.town).is_(None))
    return or_(here, and_(lives, ~select(Case.id).where(Case.contact_id == Conversation.contact_id).exists()))


def latest_case(tx: Tx, contact_id: str) -> Case | None:
    """The newest case of a contact."""
    return tx.session.exec(
        select(Case).where(Case.contact_id == contact_id).order_by(col(Case.submitted_at).desc()).limit(1)
    ).first()
