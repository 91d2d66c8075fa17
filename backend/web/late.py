"""Everything that is late, with who holds it and since when."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, false, join, or_
from sqlmodel import col, select

from backend.cases.tables import Case
from backend.deadlines.tables import Deadline, Escalation
from backend.env import Actor, Env
from backend.staff.tables import Staff
from backend.transfers.tables import Transfer
from backend.web.access import WINDOW, allowed
from backend.web.place import Place
from backend.web.queues import MANY, counted, late_page, late_where
from backend.web.words import DeskWords, Due
from backend.writer import Tx

PAGE: Final = 100
_LADDER: Final = ("o1", "o2", "o3", "o4")


class Late(msgspec.Struct, frozen=True):
    """One late thing.

    Attributes:
        who: the colleague who holds it, by name, or "".
        since: the day it came to them.
        level: the highest rung reached, or "".
        order: number of the supervision order, or "".
    """

    path: str
    short: str
    place_kind: str
    place: str
    item: str
    clock: str
    source: str
    due: Due
    dept: str
    who: str
    since: str
    level: str
    order: str
    urgent: bool


class LatePage(msgspec.Struct, frozen=True):
    """A page of late things; the other attributes as in `Queue`."""

    rows: tuple[Late, ...]
    count: int
    first: bool
    after: str

    @property
    def many(self) -> bool:
        return self.count >= MANY


def late_things(tx: Tx, env: Env, words: DeskWords, actor: Actor, at: Place | None = None) -> LatePage:
    """What is late within the reader's reach, longest first, from `at` on."""
    where = and_(late_where(env, None), _reach(actor))
    base = select(Deadline, Case, Transfer).join(Case, col(Case.id) == col(Deadline.case_id))
    base = base.outerjoin(Transfer, col(Transfer.id) == col(Deadline.transfer_id)).where(where)
    source = join(Deadline, Case, col(Case.id) == col(Deadline.case_id))
    source = source.outerjoin(Transfer, col(Transfer.id) == col(Deadline.transfer_id))
    count = counted(tx, col(Deadline.id), source, where)
    found, after = late_page(tx, base, PAGE, at)
    rungs: dict[str, Escalation] = {}
    if found:
        for rung in tx.session.exec(
            select(Escalation)
            .where(col(Escalation.deadline_id).in_([row.id for row, _, _ in found]))
            .where(col(Escalation.level).in_(_LADDER))
            .order_by(col(Escalation.level))
        ).all():
            rungs[rung.deadline_id] = rung
    people = {staff.id: staff for staff in tx.session.exec(select(Staff)).all()}
    rows = tuple(
        _late(tx, env, words, actor, people, rungs.get(row.id), row, case, transfer) for row, case, transfer in found
    )
    return LatePage(rows, count, at is None, after)


def _reach(actor: Actor) -> ColumnElement[bool]:
    roles = frozenset(actor.roles)
    if roles & {"county_center", "supervisor", "joint_meeting_office"}:
        return col(Case.id).is_not(None)
    reach: list[ColumnElement[bool]] = []
    if actor.town and roles & {"window_clerk", "township_lead"}:
        reach.append(col(Case.town) == actor.town)
    if actor.town and "township_approver" in roles:
        reach.append(and_(col(Case.town) == actor.town, col(Transfer.kind) == "internal"))
    if actor.dept and roles & {"dept_liaison", "dept_handler"}:
        own: ColumnElement[bool] = col(Transfer.dept) == actor.dept
        reach.append(and_(own, col(Case.town) == actor.town) if actor.dept == "township" else own)
    return or_(*reach) if reach else false()


def _late(
    tx: Tx,
    env: Env,
    words: DeskWords,
    actor: Actor,
    people: dict[str, Staff],
    rung: Escalation | None,
    row: Deadline,
    case: Case,
    transfer: Transfer | None,
) -> Late:
    path = ""
    if transfer is not None and allowed(tx, env, actor, "transfer.see", case=case, transfer=transfer):
        path = f"/desk/transfers/{transfer.id}"
    if allowed(tx, env, actor, "case.see", case=case) and (not path or frozenset(actor.roles) & WINDOW):
        path = f"/desk/cases/{case.id}"
    hidden = case.sensitive_case or (transfer is not None and env.catalogue.items[transfer.item].sensitive)
    return Late(
        path=path,
        short=case.short_no if transfer is None else f"{case.short_no}-{transfer.seq:02d}",
        place_kind="village" if case.village else "town",
        place=case.village or case.town,
        item="" if transfer is None else "special" if hidden and not path else transfer.item,
        clock=row.clock,
        source=words.ground(row.source_clause),
        due=words.due(row),
        dept=transfer.dept if transfer is not None else "",
        who=_holder(env, people, row, case, transfer),
        since=words.day_of(_since(row, transfer)),
        level=rung.level if rung else "",
        order=(rung.order_no or "") if rung else "",
        urgent=case.green_channel or case.emergency_level != "none",
    )


def _since(row: Deadline, transfer: Transfer | None) -> dt.datetime:
    if transfer is None:
        return row.started_at
    return transfer.received_at or transfer.sent_at or row.started_at


def _holder(env: Env, people: dict[str, Staff], row: Deadline, case: Case, transfer: Transfer | None) -> str:
    if transfer is None:
        owner = people.get(case.owner_id or "")
        return owner.name if owner else ""
    handler = transfer.get(env.sealer, "handler")
    if handler:
        return handler
    contact = env.county.contact(transfer.dept)
    liaison = next((one for one in people.values() if contact and one.login == contact.liaison), None)
    return liaison.name if liaison else ""
