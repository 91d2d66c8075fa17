"""Moves a case: the one place where its status changes, its clocks start and stop, and the journal says so."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import or_, update
from sqlmodel import col, select

from backend.cases.derive import Part, derive
from backend.cases.status import CASE_MOVES, CLOSED, Move, case_move
from backend.cases.tables import Case, Meeting, Representation
from backend.deadlines import service as deadlines
from backend.env import BOT, Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.journal.record import record
from backend.prepared import written
from backend.staff.service import revoke_links
from backend.staff.tables import Staff
from backend.transfers.tables import Transfer
from backend.writer import Tx

#: What is to be done next, by whoever it is, in each status (I4).
NEXT_ACT: Final = {
    "draft": "confirm",
    "submitted": "accept",
    "supplement_required": "supply",
    "not_accepted": "none",
    "accepted": "send_transfers",
    "joint_meeting": "resolve_meeting",
    "dispatched": "receive",
    "in_progress": "decide",
    "decided": "deliver_feedback",
    "feedback_delivered": "rate",
    "charity_referred": "charity_reply",
    "rated": "archive",
    "archived": "none",
    "withdrawn": "none",
}
REDISPATCH = "redispatch"

_TOWN_ROLES: Final = frozenset({"window_clerk", "township_lead"})
_COUNTY_ROLES: Final = frozenset({"county_center", "joint_meeting_office"})
_DEPT_ROLES: Final = frozenset({"dept_handler", "dept_liaison"})
_OWN: Final = frozenset({"applicant", "proxy"})


def get_case(tx: Tx, case_id: str) -> Case:
    """The case, by id or register number, kept for this act alone.

    Raises:
        NotFound: there is none.
    """
    case = tx.session.exec(
        select(Case)
        .where(or_(col(Case.id) == case_id, col(Case.register_no) == case_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if case is None:
        raise NotFound("case")
    return case


def case_for(tx: Tx, actor: Actor, case_id: str) -> Case:
    """`get_case` for someone with a right to it; without one it does not exist, so that nothing can be probed."""
    case = get_case(tx, case_id)
    if not roles_on(tx, actor, case):
        raise NotFound("case")
    return case


def roles_on(tx: Tx, actor: Actor, case: Case) -> frozenset[str]:
    """The actor's roles that count on this case (domain 2.2): hers, her village's, her town's, her department's."""
    held = frozenset(actor.roles)
    if actor.kind in ("bot", "clock"):
        return held & {"system"}
    if actor.kind == "person":
        return held & _OWN if _is_hers(tx, actor, case) else frozenset()
    if actor.kind != "staff":
        return frozenset()
    found = held & _COUNTY_ROLES
    if actor.town is not None and actor.town == case.town:
        found |= held & _TOWN_ROLES
        if "village_assistant" in held and _of_her_village(tx, actor, case):
            found |= {"village_assistant"}
    if held & _DEPT_ROLES and actor.dept is not None and _has_part(tx, actor.dept, case):
        found |= held & _DEPT_ROLES
    if "charity_partner" in held and case.status == "charity_referred":
        found |= {"charity_partner"}
    return found


def _is_hers(tx: Tx, actor: Actor, case: Case) -> bool:
    if case.contact_id == actor.id and not case.proxy_filed:
        return True
    return (
        tx.session.exec(
            select(Representation.id).where(
                Representation.case_id == case.id,
                Representation.contact_id == actor.id,
                col(Representation.ended_at).is_(None),
            )
        ).first()
        is not None
    )


def _of_her_village(tx: Tx, actor: Actor, case: Case) -> bool:
    staff = tx.session.get(Staff, actor.id)
    return staff is not None and case.village is not None and case.village in staff.villages


def _has_part(tx: Tx, dept: str, case: Case) -> bool:
    return (
        tx.session.exec(select(Transfer.id).where(Transfer.case_id == case.id, Transfer.dept == dept)).first()
        is not None
    )


def require(tx: Tx, actor: Actor, case: Case, event: str, after: str | None = None) -> Move:
    """The arrow `event` may take from where the case is, for this actor.

    Raises:
        NotFound: she has no right to the case at all.
        RefusedAct: `not_allowed`, her roles do not do this; `not_possible_now`, the case is elsewhere.
    """
    roles = roles_on(tx, actor, case)
    if not roles:
        raise NotFound("case")
    if not any(move.event == event and roles & set(move.actors) for move in CASE_MOVES):
        raise RefusedAct("not_allowed", event=event, status=case.status)
    move = case_move(event, case.status, after)
    if move is None:
        raise RefusedAct("not_possible_now", event=event, status=case.status)
    if not roles & set(move.actors):
        raise RefusedAct("not_allowed", event=event, status=case.status)
    return move


def require_role(tx: Tx, actor: Actor, case: Case, event: str, roles: frozenset[str]) -> None:
    """The same for an act that changes no status."""
    held = roles_on(tx, actor, case)
    if not held:
        raise NotFound("case")
    if not held & roles:
        raise RefusedAct("not_allowed", event=event, status=case.status)


def move(
    tx: Tx,
    env: Env,
    actor: Actor,
    case: Case,
    event: str,
    *,
    after: str | None = None,
    data: dict[str, Any] | None = None,
    owner: str | None = None,
) -> None:
    """Let `event` happen to the case.

    Args:
        after: where to, when the event alone does not say it.
        data: for the journal: codes, ids, dates and numbers only.
        owner: the colleague who is responsible from now on.

    Raises:
        NotFound, RefusedAct: as `require`.
    """
    taken = require(tx, actor, case, event, after)
    case.status = taken.after
    case.next_act = NEXT_ACT[taken.after]
    if owner is not None:
        case.owner_id = owner
    case.closed_at = env.now if taken.after in CLOSED else None
    record(tx, env, actor, event, case=case, subject=case.id, before=taken.before, after=taken.after, data=data)
    tx.session.add(case)
    tx.flush()
    if taken.after in CLOSED:
        deadlines.stop_all(tx, env, case)
        revoke_links(tx, env, case.id)
        _end_mandates(tx, env, case)
        return
    if event != "raise_meeting":  # its clocks began with the meeting, which may be older than this step
        deadlines.fire(tx, env, (event, "all_decided") if taken.after == "decided" else (event,), case)
    if taken.before == "accepted" or (event == "resolve_meeting" and taken.after != "accepted"):
        # What was to be sent was sent, or a meeting left nothing to send.
        deadlines.stop(tx, env, case.id, ("clk_dispatch",))


def _end_mandates(tx: Tx, env: Env, case: Case) -> None:
    """The case is closed: nobody acts for her in it any more."""
    tx.session.execute(
        update(Representation)
        .where(col(Representation.case_id) == case.id, col(Representation.ended_at).is_(None))
        .values(ended_at=env.now)
    )


def open_case(tx: Tx, env: Env, actor: Actor, **values: Any) -> Case:
    """Write a new case where `submit` takes it, with its journal and its first clocks.

    Args:
        values: columns of `Case` but for status and next act, as `backend.prepared.insert` takes them.

    Raises:
        RefusedAct: `not_allowed`, the actor does not hand in cases.
    """
    taken = case_move("submit", "draft")
    assert taken is not None
    if not set(actor.roles) & set(taken.actors):
        raise RefusedAct("not_allowed", event="submit", status="draft")
    case = written(tx, env, Case, status=taken.after, next_act=NEXT_ACT[taken.after], **values)
    record(tx, env, actor, "submit", case=case, subject=case.id, before=taken.before, after=taken.after)
    deadlines.fire(tx, env, ("submit",), case)
    return case


def parts_of(tx: Tx, case: Case) -> list[Transfer]:
    """The transfers of a case in order."""
    tx.flush()
    return list(tx.session.exec(select(Transfer).where(Transfer.case_id == case.id).order_by(col(Transfer.seq))).all())


def open_meeting(tx: Tx, case: Case) -> Meeting | None:
    """The meeting that has not come to a result yet."""
    tx.flush()
    return tx.session.exec(
        select(Meeting).where(Meeting.case_id == case.id, col(Meeting.resolved_at).is_(None))
    ).first()


def met(tx: Tx, case: Case) -> bool:
    """Whether a joint meeting decided that the case may be sent."""
    return (
        tx.session.exec(select(Meeting.id).where(Meeting.case_id == case.id, Meeting.outcome == "accepted")).first()
        is not None
    )


def as_parts(transfers: list[Transfer]) -> list[Part]:
    """Transfers as `derive` takes them."""
    return [Part(row.status, row.replaced_by is not None) for row in transfers]


_DERIVED_BY: Final = {
    ("dispatched", "in_progress"): "t_receive",
    ("in_progress", "decided"): "all_decided",
    ("dispatched", "decided"): "all_decided",
    ("accepted", "joint_meeting"): "raise_meeting",
    ("dispatched", "joint_meeting"): "raise_meeting",
    ("in_progress", "joint_meeting"): "raise_meeting",
}


def follow(tx: Tx, env: Env, case: Case, cause: str) -> bool:
    """Bring the case to where its transfers say it is (domain 3.4), after every act on one of them.

    Args:
        cause: the event that happened to the transfer.

    Returns:
        Whether the case moved.
    """
    derived = derive(as_parts(parts_of(tx, case)), meeting_open=open_meeting(tx, case) is not None)
    moved = False
    if derived.status is not None and derived.status != case.status:
        event = _DERIVED_BY.get((case.status, derived.status), cause)
        move(tx, env, BOT, case, event, after=derived.status, data={"cause": cause})
        moved = True
    _watch_redispatch(tx, env, case, derived.needs_redispatch)
    return moved


def _watch_redispatch(tx: Tx, env: Env, case: Case, needed: bool) -> None:
    case.needs_redispatch = needed and case.status in ("dispatched", "in_progress", "joint_meeting")
    waiting = case.needs_redispatch and case.status != "joint_meeting" and open_meeting(tx, case) is None
    running = deadlines.running(tx, case.id, "clk_redispatch")
    if waiting and running is None:
        deadlines.start(tx, env, "clk_redispatch", case)
    elif not waiting and running is not None:
        deadlines.stop(tx, env, case.id, ("clk_redispatch",))
    case.next_act = REDISPATCH if waiting else NEXT_ACT[case.status]
    tx.session.add(case)
