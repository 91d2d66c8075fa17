"""Moves a transfer: the one place where its status changes, its clocks start and stop, and the journal says so."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import or_
from sqlmodel import col, select

from backend.cases.move import follow, get_case, roles_on
from backend.cases.tables import Case
from backend.deadlines import service as deadlines
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.journal.record import record
from backend.staff.service import revoke_links
from backend.staff.tables import OneTimeLink
from backend.transfers.status import TERMINAL, TRANSFER_MOVES, Move, transfer_move
from backend.transfers.tables import Transfer
from backend.writer import Tx

_DEPT_ROLES: Final = frozenset({"dept_liaison", "dept_handler"})
#: What the window does for its own house only (domain 2.2, T(internal)).
_INTERNAL_ONLY: Final = {"window_clerk": frozenset({"t_receive"})}
_ALSO: Final = {"t_receive": ("receipt_returned",)}  # taking it on is the receipt of annex 7


def get_transfer(tx: Tx, transfer_id: str) -> tuple[Case, Transfer]:
    """The transfer and its case, by id or number, kept for this act alone; the case first, so that nobody deadlocks.

    Raises:
        NotFound: there is none.
    """
    case_id = tx.session.exec(
        select(Transfer.case_id).where(or_(col(Transfer.id) == transfer_id, col(Transfer.transfer_no) == transfer_id))
    ).first()
    if case_id is None:
        raise NotFound("transfer")
    case = get_case(tx, case_id)
    transfer = tx.session.exec(
        select(Transfer)
        .where(
            Transfer.case_id == case_id,
            or_(col(Transfer.id) == transfer_id, col(Transfer.transfer_no) == transfer_id),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return case, transfer


def transfer_for(tx: Tx, env: Env, actor: Actor, transfer_id: str) -> tuple[Case, Transfer]:
    """`get_transfer` for someone with a right to it; without one it does not exist, so that nothing can be probed."""
    case, transfer = get_transfer(tx, transfer_id)
    if not roles_on_transfer(tx, env, actor, case, transfer):
        raise NotFound("transfer")
    return case, transfer


def roles_on_transfer(tx: Tx, env: Env, actor: Actor, case: Case, transfer: Transfer) -> frozenset[str]:
    """The actor's roles that count on this transfer (domain 2.2)."""
    held = frozenset(actor.roles)
    if actor.kind == "link":
        return held & _DEPT_ROLES if _is_its_link(tx, env, actor, transfer) else frozenset()
    found = roles_on(tx, actor, case) - _DEPT_ROLES
    if actor.kind != "staff":
        return found
    if actor.dept == transfer.dept and (transfer.dept != "township" or actor.town == case.town):
        found |= held & _DEPT_ROLES
    if transfer.kind == "internal" and actor.town is not None and actor.town == case.town:
        found |= held & {"township_approver"}
    return found


def _is_its_link(tx: Tx, env: Env, actor: Actor, transfer: Transfer) -> bool:
    link = tx.session.get(OneTimeLink, actor.id)
    return (
        link is not None
        and link.purpose == "transfer"
        and link.subject == transfer.id
        and link.revoked_at is None
        and link.expires_at > env.now
    )


def require(tx: Tx, env: Env, actor: Actor, case: Case, transfer: Transfer, event: str) -> Move:
    """The arrow `event` may take from where the transfer is, for this actor.

    Raises:
        NotFound: she has no right to the transfer at all.
        RefusedAct: `not_allowed`, her roles do not do this; `not_possible_now`, the transfer is elsewhere.
    """
    roles = roles_on_transfer(tx, env, actor, case, transfer)
    if not roles:
        raise NotFound("transfer")
    if transfer.kind != "internal":
        roles = frozenset(role for role in roles if event not in _INTERNAL_ONLY.get(role, frozenset()))
    if not any(move.event == event and roles & set(move.actors) for move in TRANSFER_MOVES):
        raise RefusedAct("not_allowed", event=event, status=transfer.status)
    move = transfer_move(event, transfer.status)
    if move is None:
        raise RefusedAct("not_possible_now", event=event, status=transfer.status)
    if not roles & set(move.actors):
        raise RefusedAct("not_allowed", event=event, status=transfer.status)
    return move


def move(
    tx: Tx,
    env: Env,
    actor: Actor,
    case: Case,
    transfer: Transfer,
    event: str,
    *,
    data: dict[str, Any] | None = None,
) -> None:
    """Let `event` happen to the transfer. What it needs (a promise, a reason) is on the row already.

    The case is brought to where its transfers then are by `follow`, which the act calls when it is done.

    Raises:
        NotFound, RefusedAct: as `require`.
    """
    taken = require(tx, env, actor, case, transfer, event)
    transfer.status = taken.after
    record(
        tx,
        env,
        actor,
        event,
        case=case,
        subject=transfer.id,
        before=taken.before,
        after=taken.after,
        data={"item": transfer.item, "dept": transfer.dept, **(data or {})},
    )
    tx.session.add(transfer)
    tx.flush()
    if taken.after in TERMINAL:
        deadlines.stop(tx, env, transfer.id)
        revoke_links(tx, env, transfer.id)  # reopened later, it is sent with a new one
    deadlines.fire(tx, env, (event, *_ALSO.get(event, ())), case, transfer)


__all__ = ["follow", "get_transfer", "move", "require", "roles_on_transfer", "transfer_for"]
