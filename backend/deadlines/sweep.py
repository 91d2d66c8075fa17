"""Asks every clock what has come due, and writes the reminders and escalations; run twice, it changes nothing.

Only deadlines whose next moment has come are read, a page at a time, each page in a transaction of its own. A rung that
was reached is a row under a unique key, and only who wrote that row posts for it, so several sweeps at once are one.
A deadline that cannot be handled (a seal that does not open, say) is put off alone, and the county's center is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from traceback import format_exception
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from backend.cases.move import move
from backend.cases.numbers import supervision_order_no
from backend.cases.representing import end_over
from backend.cases.tables import Case
from backend.clock import local_day
from backend.conversations.emergencies import ring_due
from backend.conversations.unfinished import days_of, look_page
from backend.deadlines import clocks, ladder
from backend.deadlines import service as deadlines
from backend.deadlines.service import APOLOGY, END, Look, Rules
from backend.deadlines.tables import Deadline, Escalation
from backend.env import CLOCK, Env
from backend.ids import new_id
from backend.log import get_log
from backend.messages import (
    COUNTY_GROUP,
    MEETING_GROUP,
    SUPERVISION_GROUP,
    called,
    day,
    dept_group,
    group_params,
    town_group,
)
from backend.outbox.post import to_group, to_person, to_staff
from backend.outbox.tables import Outgoing
from backend.staff.tables import Staff
from backend.station.recheck import remind
from backend.station.waiting import forget_old_rows
from backend.transfers.tables import Transfer
from backend.voice import keeping as voices
from backend.writer import Tx, Writer, is_transient
from dialogs.terms import Param, Term, Terms

PAGE: Final = 500
PUT_OFF: Final = dt.timedelta(minutes=5)
PUT_OFF_LONGEST: Final = dt.timedelta(hours=1)
_LEVELS: Final = {one.id: one for one in ladder.LADDER}
_WITH_ORDER: Final = frozenset({"o2", "o3"})
_OVERDUE: Final = frozenset({"o1", "o2", "o3", "o4"})

log = get_log(__name__)


class SweepReport(msgspec.Struct, frozen=True):
    """What a sweep did.

    Attributes:
        looked: deadlines whose moment had come.
        reached: rungs that nobody had reached before.
        posted: messages put into the outbox.
        put_off: deadlines that could not be handled and are tried again later.
    """

    looked: int = 0
    reached: int = 0
    posted: int = 0
    put_off: int = 0

    def __add__(self, other: SweepReport) -> SweepReport:
        return SweepReport(
            self.looked + other.looked,
            self.reached + other.reached,
            self.posted + other.posted,
            self.put_off + other.put_off,
        )


class _Due(NamedTuple):
    deadline: Deadline
    case: Case
    transfer: Transfer | None


class _Address(NamedTuple):
    """A group's code, or a colleague's id."""

    kind: str
    id: str


class _OnlyLooking(Exception):
    """Takes a dry run's page back."""

    def __init__(self, report: SweepReport) -> None:
        self.report = report


def sweep(
    writer: Writer, env: Env, at: dt.datetime | None = None, *, dry_run: bool = False, page: int = PAGE
) -> SweepReport:
    """Everything that is due at `at` (now, when not given).

    Args:
        dry_run: say what would be done and do none of it.
        page: how many deadlines one transaction takes.
    """
    moment = at or env.now
    total = SweepReport()
    if dry_run:
        try:
            writer.run_sync(lambda tx: _look_only(tx, env, moment, page))
        except _OnlyLooking as looked:
            return looked.report
    while True:
        rung = writer.run_sync(lambda tx: _ring_page(tx, env, moment, page))
        total += rung
        if rung.looked < page:
            break
    while True:
        done = writer.run_sync(lambda tx: sweep_page(tx, env, moment, page))
        total += done
        if done.looked < page:
            break
    while True:
        tidied = writer.run_sync(lambda tx: _tidy_page(tx, env, moment, page))
        total += tidied
        if tidied.looked < page:
            break
    while True:
        round_ = writer.run_sync(lambda tx: _station_page(tx, env, moment, page))
        total += round_
        if round_.looked < page:
            return total


def _ring_page(tx: Tx, env: Env, at: dt.datetime, page: int) -> SweepReport:
    """Emergencies first, and voices nobody has heard: their clocks are counted in minutes."""
    looked, posted = ring_due(tx, env, at, page)
    unheard, more = voices.ring_due(tx, env, at, page)
    return SweepReport(max(looked, unheard), looked + unheard, posted + more)


def _look_only(tx: Tx, env: Env, at: dt.datetime, page: int) -> None:
    total = _ring_page(tx, env, at, page)
    while True:
        done = sweep_page(tx, env, at, page)
        total += done
        if done.looked < page:
            break
    while True:
        tidied = _tidy_page(tx, env, at, page)
        total += tidied
        if tidied.looked < page:
            break
    while True:
        round_ = _station_page(tx, env, at, page)
        total += round_
        if round_.looked < page:
            raise _OnlyLooking(total)


def _tidy_page(tx: Tx, env: Env, at: dt.datetime, page: int) -> SweepReport:
    """Forms that were begun and left: reminded of, put aside, deleted."""
    done = look_page(tx, env, at, page)
    return SweepReport(done.looked, done.closed + done.cleared, done.reminded, done.put_off)


def _station_page(tx: Tx, env: Env, at: dt.datetime, page: int) -> SweepReport:
    """Benefits whose year is nearly over, mandates that have ended, and tables that waited too long."""
    end_over(tx, env, at)
    forget_old_rows(tx, env, at - dt.timedelta(days=days_of(env).clear))
    looked, posted = remind(tx, env, at, page)
    return SweepReport(looked, posted=posted)


def sweep_page(tx: Tx, env: Env, at: dt.datetime, page: int = PAGE) -> SweepReport:
    """The first deadlines that are due and that no other sweep has in hand.

    All at once, because that is cheap; when one of them fails, each alone, so that the others are not held up.
    """
    ids = _due(tx, at, page)
    if not ids:
        return SweepReport()
    people = _People(tx)
    report = _attempt(tx, env, people, ids, at)
    if report is not None:
        return report
    report = SweepReport()
    for deadline_id in ids:
        report += _attempt(tx, env, people, [deadline_id], at) or _put_off(tx, env, deadline_id, at)
    return report


def _attempt(tx: Tx, env: Env, people: _People, ids: Sequence[str], at: dt.datetime) -> SweepReport | None:
    """Handle these together in a savepoint; None when that failed and nothing of it is left."""
    try:
        with tx.savepoint():
            return _handle(tx, env, people, ids, at)
    except Exception as error:
        if is_transient(error):
            raise  # the writer runs the whole act again
        if len(ids) == 1:
            trace = "".join(format_exception(error))
            log.error("A deadline is put off", action="sweep.unreadable", deadline=ids[0], exception=trace)
        return None


def _handle(tx: Tx, env: Env, people: _People, ids: Sequence[str], at: dt.datetime) -> SweepReport:
    found = _read(tx, ids)
    rules = deadlines.rules_of(env)
    reached = {one.deadline.id: _reached(rules, env, one.deadline, at) for one in found}
    fresh = _write(tx, env, found, reached)
    _move_on(tx, env, rules, found, at)
    posted = 0
    for one in found:
        new = [look for look in reached[one.deadline.id] if (one.deadline.id, look.level) in fresh]
        posted += sum(_act(tx, env, people, one, look, at) for look in _worth_saying(new))
    return SweepReport(len(found), len(fresh), posted)


def _put_off(tx: Tx, env: Env, deadline_id: str, at: dt.datetime) -> SweepReport:
    """Leave it due, a little later each time (up to an hour), and tell the county's center once for its case."""
    case = tx.connection.execute(
        select(Case.id, Case.short_no, Case.town, Case.village)
        .join(Deadline, col(Deadline.case_id) == col(Case.id))
        .where(Deadline.id == deadline_id)
    ).one()
    key = f"{case.id}:unreadable"
    where = Term("village", case.village) if case.village else Term("town", case.town)
    params: dict[str, Param] = {"short": case.short_no, "place": where, "path": f"/desk/cases/{case.id}"}
    posted = to_group(tx, env, COUNTY_GROUP, "msg.staff_unreadable", params, key=key, case_id=case.id)
    first_told = tx.connection.execute(select(Outgoing.created_at).where(Outgoing.key == key)).scalar_one()
    wait = min(max(env.now - first_told, PUT_OFF), PUT_OFF_LONGEST)
    tx.connection.execute(update(Deadline).where(col(Deadline.id) == deadline_id).values(next_rung_at=at + wait))
    return SweepReport(looked=1, posted=int(posted), put_off=1)


def _due(tx: Tx, at: dt.datetime, page: int) -> list[str]:
    """Cases in somebody's hands this moment are left for the next sweep, so that nobody waits for anybody."""
    rows = tx.connection.execute(
        select(Deadline.id)
        .join(Case, col(Case.id) == col(Deadline.case_id))
        .where(col(Deadline.stopped_at).is_(None), col(Deadline.next_rung_at) <= at)
        .order_by(col(Deadline.next_rung_at), col(Deadline.id))
        .limit(page)
        .with_for_update(skip_locked=True, of=(Deadline, Case))
    )
    return [row[0] for row in rows]


def _read(tx: Tx, ids: Sequence[str]) -> list[_Due]:
    rows = tx.session.exec(
        select(Deadline, Case, Transfer)
        .join(Case, col(Case.id) == col(Deadline.case_id))
        .outerjoin(Transfer, col(Transfer.id) == col(Deadline.transfer_id))
        .where(col(Deadline.id).in_(ids))
        .order_by(col(Deadline.next_rung_at), col(Deadline.id))
    ).all()
    return [_Due(*row) for row in rows]


def _reached(rules: Rules, env: Env, deadline: Deadline, at: dt.datetime) -> list[Look]:
    return [look for look in deadlines.looks(rules, env, deadline) if look.at <= at]


def _write(tx: Tx, env: Env, found: Sequence[_Due], reached: dict[str, list[Look]]) -> set[tuple[str, str]]:
    """Write the rungs; those that were not there before."""
    rows = [
        {
            "id": new_id("esc"),
            "deadline_id": one.deadline.id,
            "case_id": one.case.id,
            "level": look.level,
            "at": env.now,
        }
        for one in found
        for look in reached[one.deadline.id]
    ]
    if not rows:
        return set()
    table = Escalation.__table__  # type: ignore[attr-defined]
    build = sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
    result = tx.connection.execute(
        build(table).values(rows).on_conflict_do_nothing().returning(table.c.deadline_id, table.c.level)
    )
    return {(row[0], row[1]) for row in result}


def _move_on(tx: Tx, env: Env, rules: Rules, found: Iterable[_Due], at: dt.datetime) -> None:
    table: Any = Deadline.__table__  # type: ignore[attr-defined]
    tx.connection.execute(
        update(table).where(table.c.id == bindparam("row")).values(next_rung_at=bindparam("next")),
        [{"row": one.deadline.id, "next": deadlines.next_look(rules, env, one.deadline, at)} for one in found],
    )


def _worth_saying(new: Sequence[Look]) -> list[Look]:
    """After a standstill several rungs are reached at once: of the ladder only the highest is said."""
    ladder_ = [look for look in new if look.level in _LEVELS]
    between = [look for look in new if look.level.startswith("m")]
    others = [look for look in new if look.level in (APOLOGY, END)]
    if any(look.level == END for look in others):
        between = []
    return [*ladder_[-1:], *between[-1:], *others]


def _act(tx: Tx, env: Env, people: _People, one: _Due, look: Look, at: dt.datetime) -> int:
    if look.level in _LEVELS:
        if one.transfer and one.deadline.clock == "clk_legal" and one.transfer.promised_date == one.deadline.due_day:
            return 0  # the promise for the same day says it
        return _climb(tx, env, people, one, look, at)
    if look.level == APOLOGY:
        return _apologise(tx, env, one, at)
    if look.level == END:
        return _end(tx, env, people, one)
    return _remind_her(tx, env, one, look)


# --- the ladder -------------------------------------------------------------------------------------------------------


def _climb(tx: Tx, env: Env, people: _People, one: _Due, look: Look, at: dt.datetime) -> int:
    level = _LEVELS[look.level]  # type: ignore[index]
    row = clocks.clock(one.deadline.clock)
    params = _staff_params(env, one)
    if look.level != "r2":
        params["days"] = abs(env.calendar.working_days_between(one.deadline.due_day, local_day(at)))
    if look.level in _WITH_ORDER:
        params["order"] = _order(tx, env, one.deadline, look.level)
    posted = 0
    for address in _addresses(env, people, one, look.level, row.reminds):
        key = f"{one.deadline.id}:{look.level}:{address.id}"
        send = to_staff if address.kind == "staff" else to_group
        posted += send(
            tx, env, address.id, level.message, params, key=key, case_id=one.case.id,
            transfer_id=one.transfer.id if one.transfer else None,
        )  # fmt: skip
    return posted


def _staff_params(env: Env, one: _Due) -> dict[str, Param]:
    params = group_params(env, one.case, one.transfer)
    clock = Term("clock", one.deadline.clock)
    params.setdefault("item", Term("item", "case"))  # a clock of the case as a whole
    return {**params, "clock": clock, "due": day(one.deadline.due_day)}


def _order(tx: Tx, env: Env, deadline: Deadline, level: str) -> str:
    """A supervision order: numbered when it is made, kept with the rung."""
    number = supervision_order_no(tx, env.today.year)
    tx.session.execute(
        update(Escalation)
        .where(col(Escalation.deadline_id) == deadline.id, col(Escalation.level) == level)
        .values(order_no=number)
    )
    return number


def _addresses(env: Env, people: _People, one: _Due, level: str, owner: str) -> list[_Address]:
    """Who is told at a level. Somebody always is: where a role has nobody, the group hears it."""
    found: list[_Address] = []
    for role in ladder.told(level, owner):
        found += people.of(role, one.case, one.transfer)
    if level in _OVERDUE:
        found.append(_Address("group", town_group(one.case.town)))
        if level != "o1":
            found.append(_Address("group", SUPERVISION_GROUP))
    if not found:
        transfer = one.transfer
        group = dept_group(transfer.dept, one.case.town) if transfer else town_group(one.case.town)
        found.append(_Address("group", group))
    return list(dict.fromkeys(found))


class _People:
    """Who holds which role; read once a page."""

    def __init__(self, tx: Tx) -> None:
        self._staff = tx.session.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(Staff.login)).all()
        self._ids = {staff.id for staff in self._staff}

    def of(self, role: str, case: Case, transfer: Transfer | None) -> list[_Address]:
        """The addresses behind a role of the ladder, on this case."""
        match role:
            case "county_center":
                return [_Address("group", COUNTY_GROUP)]
            case "joint_meeting_office":
                return [_Address("group", MEETING_GROUP)]
            case "leading_group":
                return [_Address("group", town_group(case.town))]
            case "dept_group" if transfer is not None:
                return [_Address("group", dept_group(transfer.dept, case.town))]
            case "window_clerk":
                return [_Address("staff", case.owner_id)] if case.owner_id in self._ids and case.owner_id else []
            case "dept_handler" if transfer is not None and transfer.handler_id in self._ids:
                return [_Address("staff", str(transfer.handler_id))]
            case "dept_handler" | "dept_liaison":
                return self._in_department("dept_liaison", case, transfer)
            case "dept_deputy_head" | "dept_head":
                return self._in_department(role, case, transfer)
            case "village_assistant":
                return self._where(role, lambda staff: case.village in staff.villages)
            case "township_lead":
                return self._where(role, lambda staff: staff.town == case.town)
        return self._where(role, lambda staff: True)

    def _in_department(self, role: str, case: Case, transfer: Transfer | None) -> list[_Address]:
        if transfer is None:
            return []
        return self._where(role, lambda staff: staff.dept == transfer.dept and staff.town in (None, case.town))

    def _where(self, role: str, fits: Any) -> list[_Address]:
        return [_Address("staff", staff.id) for staff in self._staff if role in staff.roles and fits(staff)]


# --- the applicant ----------------------------------------------------------------------------------------------------


def _apologise(tx: Tx, env: Env, one: _Due, at: dt.datetime) -> int:
    """The morning after a day she was told: that it was missed, and what is known of a new one."""
    deadline, case, transfer = one
    params: dict[str, Param] = {"called": called(tx, env, case), "old_date": day(deadline.due_day)}
    if transfer is None:
        message = "msg.delay_apology_case"
        params["short"] = case.short_no
    else:
        params |= {"dept": Term("dept", transfer.dept), "item": Term("item", transfer.item)}
        legal = transfer.legal_due_date
        if legal is not None and legal > deadline.due_day and legal >= local_day(at):
            message = "msg.delay_apology"
            params["date"] = day(legal)
        else:
            message = "msg.delay_apology_open"
    return to_person(
        tx, env, case.contact_id, message, params, key=f"{deadline.id}:{APOLOGY}", case_id=case.id,
        transfer_id=transfer.id if transfer else None,
    )  # fmt: skip


def _remind_her(tx: Tx, env: Env, one: _Due, look: Look) -> int:
    case = one.case
    params: dict[str, Param] = {"called": called(tx, env, case)}
    if one.deadline.clock == "clk_supplement":
        message = "msg.supplement_reminder"
        params |= {"list": Terms("material", tuple(case.supplement)), "date": day(one.deadline.due_day)}
    elif one.deadline.clock == "clk_satisfaction":
        message = "msg.rating_reminder"
    else:
        return 0
    return to_person(tx, env, case.contact_id, message, params, key=f"{one.deadline.id}:{look.level}", case_id=case.id)


def _end(tx: Tx, env: Env, people: _People, one: _Due) -> int:
    """What follows by itself when a clock that nobody is chased for has run out."""
    case = one.case
    match clocks.clock(one.deadline.clock).then:
        case "village_assistant_visit":
            posted = 0
            addresses = people.of("village_assistant", case, None) + people.of("window_clerk", case, None)
            for address in addresses:
                posted += to_staff(
                    tx, env, address.id, "msg.staff_visit_wanted", group_params(env, case),
                    key=f"{one.deadline.id}:{END}:{address.id}", case_id=case.id,
                )  # fmt: skip
            return posted
        case "rate_timeout" if case.status == "feedback_delivered":
            move(tx, env, CLOCK, case, "rate_timeout")
            deadlines.stop(tx, env, case.id, ("clk_satisfaction",))
        case "archive" if case.status == "rated" and not case.objection_open:
            move(tx, env, CLOCK, case, "archive")
    return 0
