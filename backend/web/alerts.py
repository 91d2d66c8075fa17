"""The staff group board: alerts as they are posted, group by group, and who took them up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col, select

from backend.cases.tables import Case
from backend.conversations.emergencies import CALLS, take_in
from backend.env import Actor, Env
from backend.errors import NotFound
from backend.journal.record import SYSTEM, record
from backend.journal.tables import JournalEntry
from backend.messages import COUNTY_GROUP, MEETING_GROUP, SUPERVISION_GROUP
from backend.outbox.post import params_of
from backend.outbox.tables import Outgoing
from backend.staff.tables import Staff
from backend.transfers.tables import Transfer
from backend.web.access import admit, allowed
from backend.web.words import DeskWords
from backend.writer import Tx
from dialogs.terms import Param

TAKEN: Final = "alert_taken"
SHOWN: Final = 25  # of each group
LATEST: Final = 400  # looked through
DAYS: Final = 30
_RED: Final = frozenset(
    {"msg.alert_emergency", "msg.reminder_overdue", "msg.escalation_level2", "msg.escalation_level3",
     "msg.escalation_meeting"}
)  # fmt: skip


class Alert(msgspec.Struct, frozen=True):
    """One alert.

    Attributes:
        kind: its message without the prefix: staff_new_case, reminder_overdue, …
        path: where it leads for this reader, or "".
        red: somebody may be in danger, or something is late.
        taken: who took it up and when, or "".
        posted: whether the board has taken it from the outbox.
    """

    id: str
    kind: str
    text: str
    at: str
    red: bool
    urgent: bool
    path: str
    taken_by: str
    taken_at: str
    mine: bool
    posted: bool


class Group(msgspec.Struct, frozen=True):
    """A staff group, or the reader's own messages ("me").

    Attributes:
        kind: town, dept, county, supervision, meeting, me.
    """

    code: str
    kind: str
    name: str
    alerts: tuple[Alert, ...]
    open: int


def groups(tx: Tx, env: Env, words: DeskWords, actor: Actor) -> list[Group]:
    """The groups this reader is in, each newest first."""
    rows = tx.session.exec(
        select(Outgoing)
        .where(Outgoing.channel == "board", visible(actor))
        .where(col(Outgoing.created_at) > env.now - dt.timedelta(days=DAYS))
        .order_by(col(Outgoing.created_at).desc(), col(Outgoing.id).desc())
        .limit(LATEST)
    ).all()
    taken = _taken(tx, rows)
    opens = _Opens(tx, env, actor)
    found: dict[str, list[Alert]] = {}
    for row in rows:
        own = found.setdefault(row.group_code or "me", [])
        if len(own) < SHOWN:
            own.append(_alert(env, words, row, taken.get(row.id), opens, actor))
    return [_group(code, found[code]) for code in sorted(found, key=_order)]


_FIRST: Final = ("me", "town", COUNTY_GROUP, SUPERVISION_GROUP, MEETING_GROUP, "dept")


def _order(code: str) -> tuple[int, str]:
    kind = code.partition(":")[0]
    return (_FIRST.index(kind) if kind in _FIRST else len(_FIRST), code)


def _group(code: str, alerts: list[Alert]) -> Group:
    kind, _, name = code.partition(":")
    return Group(code, kind, name, tuple(alerts), sum(1 for alert in alerts if alert.red and not alert.taken_by))


def visible(actor: Actor) -> ColumnElement[bool]:
    """The rows of the board this reader may read: her groups' and her own."""
    roles = frozenset(actor.roles)
    group = col(Outgoing.group_code)
    mine = col(Outgoing.staff_id) == actor.id
    if actor.kind != "staff":
        return false()
    if "county_center" in roles:
        return or_(mine, col(Outgoing.audience) == "group")
    reach: list[ColumnElement[bool]] = [mine]
    if actor.town and roles & {"window_clerk", "township_lead", "township_approver", "station_head"}:
        reach.append(group == f"town:{actor.town}")
    if actor.dept and roles & {"dept_liaison", "dept_handler"}:
        reach.append(group == (f"town:{actor.town}" if actor.dept == "township" else f"dept:{actor.dept}"))
    if "supervisor" in roles:
        reach.append(group == SUPERVISION_GROUP)
    if "joint_meeting_office" in roles:
        reach.append(group == MEETING_GROUP)
    return and_(or_(*reach))


def _taken(tx: Tx, rows: Any) -> dict[str, tuple[str, dt.datetime, str]]:
    """Alert id to who took it, when, and her id."""
    if not rows:
        return {}
    chains = {row.case_id or SYSTEM for row in rows}
    entries = tx.session.exec(
        select(JournalEntry, Staff)
        .outerjoin(Staff, col(Staff.id) == col(JournalEntry.actor_id))
        .where(
            col(JournalEntry.chain).in_(chains),
            JournalEntry.event == TAKEN,
            col(JournalEntry.subject).in_([row.id for row in rows]),
        )
        .order_by(col(JournalEntry.seq).desc())
    ).all()
    return {entry.subject or "": (staff.name if staff else "", entry.at, entry.actor_id) for entry, staff in entries}


def _alert(
    env: Env,
    words: DeskWords,
    row: Outgoing,
    taken: tuple[str, dt.datetime, str] | None,
    opens: _Opens,
    actor: Actor,
) -> Alert:
    params = params_of(env, row)
    return Alert(
        id=row.id,
        kind=row.message.removeprefix("msg."),
        text=_without_path(words.say(row.message, params), params),
        at=words.moment(row.created_at),
        red=row.message in _RED or row.urgent,
        urgent=row.urgent,
        path=opens.path(row),
        taken_by=taken[0] if taken else "",
        taken_at=words.moment(taken[1]) if taken else "",
        mine=taken is not None and taken[2] == actor.id,
        posted=row.status in ("sent", "delivered"),
    )


def _without_path(text: str, params: Mapping[str, Param]) -> str:
    """The text as posted; the address in it is a link of its own here."""
    path = params.get("path")
    if not isinstance(path, str) or not path:
        return text
    return text.replace(f"[{path}]", "").replace(path, "").rstrip()


class _Opens:
    """Where an alert leads for one reader; asked once for each case and transfer."""

    def __init__(self, tx: Tx, env: Env, actor: Actor) -> None:
        self._tx, self._env, self._actor = tx, env, actor
        self._known: dict[tuple[str | None, str | None], str] = {}

    def path(self, row: Outgoing) -> str:
        head = row.key.partition(":")[0]
        if row.case_id is None:
            talks = allowed(self._tx, self._env, self._actor, "talk")
            return f"/desk/talks/{head}" if head.startswith("cnv_") and talks else ""
        known = (row.case_id, row.transfer_id)
        if known not in self._known:
            self._known[known] = self._find(*known)
        return self._known[known]

    def _find(self, case_id: str | None, transfer_id: str | None) -> str:
        case = self._tx.session.get(Case, case_id)
        transfer = self._tx.session.get(Transfer, transfer_id) if transfer_id else None
        if case is None:
            return ""
        if transfer is not None and allowed(
            self._tx, self._env, self._actor, "transfer.see", case=case, transfer=transfer
        ):
            return f"/desk/transfers/{transfer.id}"
        return f"/desk/cases/{case.id}" if allowed(self._tx, self._env, self._actor, "case.see", case=case) else ""


def take(tx: Tx, env: Env, actor: Actor, alert_id: str) -> str:
    """This colleague has it: the first who says so is who the group sees. Where she goes on from here.

    Raises:
        NotFound: there is no such alert in a group of hers.
        RefusedAct: a colleague has taken this emergency already.
    """
    admit(tx, env, actor, "alerts")
    row = tx.session.exec(
        select(Outgoing).where(Outgoing.id == alert_id, Outgoing.channel == "board", visible(actor)).with_for_update()
    ).first()
    if row is None:
        raise NotFound("alert")
    if row.message in CALLS:
        take_in(tx, env, actor, row.key.partition(":")[0])
    case = None
    if row.case_id is not None:
        case = tx.session.exec(
            select(Case).where(Case.id == row.case_id).with_for_update().execution_options(populate_existing=True)
        ).one()
    chain = case.id if case is not None else SYSTEM
    if tx.session.exec(
        select(JournalEntry.id).where(
            JournalEntry.chain == chain, JournalEntry.event == TAKEN, JournalEntry.subject == row.id
        )
    ).first():
        return _goes_on(row)
    record(tx, env, actor, TAKEN, case=case, subject=row.id, data={"message": row.message})
    return _goes_on(row)


def _goes_on(row: Outgoing) -> str:
    """An emergency is gone on with in its conversation."""
    talk = row.key.partition(":")[0]
    return f"/desk/talks/{talk}" if row.message in CALLS and talk.startswith("cnv_") else "/desk/alerts"
