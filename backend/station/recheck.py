"""What runs on is looked at again a year after it began: the list of it, and a reminder before the day.

Source clause: 社会救助暂行办法 第13条 (regular review); how long before is ours (domain 9.5, periodic_review).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, false, or_
from sqlmodel import col, select

from backend.cases.tables import Case, Person
from backend.clock import local_day
from backend.env import Env
from backend.inbox.tables import Contact
from backend.messages import day, group_params
from backend.outbox.post import Cause, to_person, to_staff
from backend.outbox.quiet import after_quiet
from backend.outbox.tables import Outgoing
from backend.staff.tables import Staff
from backend.transfers.tables import Transfer
from backend.writer import Tx

#: Benefits that run on until somebody looks again; what is given once is never looked at again.
RUNNING: Final = frozenset({
    "dibao", "dibao_marginal", "tekun", "rigid_expense", "elderly_subsidy", "disability_living_subsidy",
    "disability_care_subsidy", "orphan_support", "unattended_child", "public_rental",
})  # fmt: skip
AHEAD: Final = dt.timedelta(days=31)  # listed and reminded of so long before the day
AFTER: Final = dt.timedelta(days=31)  # and listed so long after it
YEARS: Final = range(1, 11)
MESSAGE: Final = "msg.staff_recheck"


class Due(NamedTuple):
    """A benefit that is to be looked at again, and on which day at the latest."""

    transfer: Transfer
    case: Case
    person: Person
    day: dt.date


def due(tx: Tx, today: dt.date, *, villages: Iterable[str] | None = None, most: int, unsaid: bool = False) -> list[Due]:
    """What is to be looked at again around `today`, the earliest day first.

    Args:
        villages: only these; every one when not given.
        unsaid: only what nobody has been reminded of this year.
    """
    statement = (
        select(Transfer, Case, Person)
        .join(Case, col(Case.id) == col(Transfer.case_id))
        .join(Person, col(Person.id) == col(Case.applicant_id))
        .where(Transfer.status == "granted", col(Transfer.item).in_(RUNNING), _began(today))
        .order_by(col(Transfer.effective_date), col(Transfer.id))
        .limit(most)
    )
    if villages is not None:
        statement = statement.where(col(Case.village).in_(list(villages)))
    if unsaid:
        since = dt.datetime.combine(today - AHEAD - AFTER, dt.time(), dt.UTC)
        statement = statement.where(
            ~exists().where(
                col(Outgoing.transfer_id) == col(Transfer.id),
                col(Outgoing.message) == MESSAGE,
                col(Outgoing.created_at) > since,
            )
        )
    found = [
        Due(transfer, case, person, _anniversary(transfer.effective_date, today))
        for transfer, case, person in tx.session.exec(statement).all()
        if transfer.effective_date is not None
    ]
    return sorted(found, key=lambda one: one.day)


def _began(today: dt.date) -> ColumnElement[bool]:
    """The days on which something began whose year is over around `today`."""
    started = col(Transfer.effective_date)
    return or_(
        false(), *(and_(started >= _before(today - AFTER, n), started <= _before(today + AHEAD, n)) for n in YEARS)
    )


def _before(day: dt.date, years: int) -> dt.date:
    return _moved(day, -years)


def _anniversary(began: dt.date, today: dt.date) -> dt.date:
    return min((_moved(began, n) for n in YEARS), key=lambda one: abs(one - today))


def _moved(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def remind(tx: Tx, env: Env, at: dt.datetime, page: int) -> tuple[int, int]:
    """Tell the assistants of a village what comes up; where it has none, whoever owns the case.

    On the desk each benefit is a line of its own; in the chat there is one message a day, however many they are.

    Returns:
        How many were looked at, and how many messages were posted.
    """
    today = local_day(at)
    tx.flush()
    found = due(tx, today, most=page, unsaid=True)
    if not found:
        return 0, 0
    staff = tx.session.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(Staff.login)).all()
    hers: Counter[str] = Counter()
    posted = 0
    for one in found:
        assistants = [s.id for s in staff if "village_assistant" in s.roles and one.case.village in s.villages]
        for staff_id in assistants or ([one.case.owner_id] if one.case.owner_id else []):
            params = {**group_params(env, one.case, one.transfer), "due": day(one.day)}
            key = f"{one.transfer.id}:recheck:{one.day.isoformat()}:{staff_id}"
            about: Cause = {"case_id": one.case.id, "transfer_id": one.transfer.id}
            if to_staff(tx, env, staff_id, MESSAGE, params, key=key, **about):
                posted += 1
                hers[staff_id] += 1
    contacts = tx.session.exec(select(Contact.id, Contact.staff_id).where(col(Contact.staff_id).in_(list(hers)))).all()
    for contact_id, owner in contacts:
        assert owner is not None
        posted += to_person(
            tx, env, contact_id, "msg.recheck_for_you", {"count": hers[owner]},
            key=f"recheck:{contact_id}:{today.isoformat()}", due_at=after_quiet(env, env.now),
        )  # fmt: skip
    return len(found), posted
