"""Returning: a department says that a transfer is not its duty, and whose it is instead."""

from __future__ import annotations

from backend.cases.meetings import meet_about_returns
from backend.cases.move import parts_of
from backend.cases.tables import Case
from backend.deadlines import service as deadlines
from backend.env import Actor, Env
from backend.errors import RefusedAct
from backend.messages import day, path_of, short_of
from backend.outbox.post import to_person, to_staff
from backend.transfers.move import move, transfer_for
from backend.transfers.move import require as require_on
from backend.transfers.settle import settle
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.terms import Param, Term


def return_(
    tx: Tx,
    env: Env,
    actor: Actor,
    transfer_id: str,
    *,
    reason: str,
    suggested_dept: str | None = None,
    note: str = "",
) -> Transfer:
    """Return: not theirs, and whose it is instead. The second one on a case calls the joint meeting by itself.

    She hears only that another door is better, never who sent it back.
    """
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    require_on(tx, env, actor, case, transfer, "t_return")
    if reason not in env.catalogue.return_reasons:
        raise RefusedAct("unknown_reason", reason=reason)
    if reason == "not_our_duty" and suggested_dept is None:
        raise RefusedAct("missing", field="suggested_dept")
    if suggested_dept is not None and (
        suggested_dept not in env.catalogue.departments or suggested_dept == transfer.dept
    ):
        raise RefusedAct("unknown_department", dept=suggested_dept)
    transfer.return_reason = reason
    transfer.suggested_dept = suggested_dept
    transfer.put(env.sealer, "return_note", note.strip() or None)
    if reason == "duplicate":
        transfer.replaced_by = _same_item(tx, case, transfer)
    case.return_count += 1
    move(tx, env, actor, case, transfer, "t_return", data={"reason": reason, "suggested": suggested_dept})
    meeting = meet_about_returns(tx, env, case)
    settle(tx, env, case, "t_return")
    _tell_returned(tx, env, case, transfer)
    if meeting is None and transfer.replaced_by is None:
        to_person(
            tx, env, case.contact_id, "msg.rerouting",
            {"item": Term("item", transfer.item), "short": case.short_no},
            key=f"{transfer.id}:rerouting", case_id=case.id, transfer_id=transfer.id,
        )  # fmt: skip
    return transfer


def _same_item(tx: Tx, case: Case, transfer: Transfer) -> str | None:
    """The other transfer of the same item that makes this one superfluous."""
    return next(
        (
            row.id
            for row in parts_of(tx, case)
            if row.id != transfer.id and row.item == transfer.item and row.status not in ("returned", "cancelled")
        ),
        None,
    )


def _tell_returned(tx: Tx, env: Env, case: Case, transfer: Transfer) -> None:
    if case.owner_id is None:
        return
    redispatch = deadlines.running(tx, case.id, "clk_redispatch")
    params: dict[str, Param] = {
        "short": short_of(case, transfer),
        "dept": Term("dept", transfer.dept),
        "reason_code": Term("return_reason", transfer.return_reason or ""),
        "suggested": Term("dept", transfer.suggested_dept or ""),
        "due": day(redispatch.due_day) if redispatch is not None else day(env.today),
        "path": path_of(case, transfer),
    }
    to_staff(
        tx, env, case.owner_id, "msg.staff_returned", params, key=f"{transfer.id}:returned", case_id=case.id,
        transfer_id=transfer.id,
    )  # fmt: skip
