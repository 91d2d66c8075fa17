"""Deciding: a department grants or refuses, and each result is known to have reached the applicant."""

from __future__ import annotations

import datetime as dt
from typing import Final

from backend.cases.acts import CONFIRMATIONS, confirm_part
from backend.cases.move import parts_of
from backend.cases.tables import Case
from backend.checks import SHORTEST_REASON, long_enough
from backend.env import Actor, Env
from backend.errors import RefusedAct
from backend.journal.record import record
from backend.messages import called, day
from backend.outbox.post import to_person
from backend.privacy.mask import surname
from backend.transfers.move import move, roles_on_transfer, transfer_for
from backend.transfers.move import require as require_on
from backend.transfers.settle import settle
from backend.transfers.status import DECIDED, HANDLERS, TERMINAL, WINDOW
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.terms import Line, Param, Term, Terms

SHORTEST_BASIS: Final = 4
SHORTEST_BENEFIT: Final = 2


def grant(
    tx: Tx,
    env: Env,
    actor: Actor,
    transfer_id: str,
    *,
    effective_date: dt.date,
    benefit: str,
    amount: str | None = None,
) -> Transfer:
    """Grant: what she gets and from which day."""
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    require_on(tx, env, actor, case, transfer, "t_grant")
    text = long_enough("benefit", benefit, SHORTEST_BENEFIT)
    transfer.effective_date = effective_date
    transfer.put(env.sealer, "benefit", text)
    transfer.amount_text = (amount or "").strip() or None
    transfer.decided_at = env.now
    move(tx, env, actor, case, transfer, "t_grant", data={"effective": effective_date.isoformat()})
    others = _still_open(tx, case, transfer)
    params: dict[str, Param] = {
        "called": called(tx, env, case),
        "dept": Term("dept", transfer.dept),
        "item": Term("item", transfer.item),
        "date": day(effective_date),
        "benefit": text,
        "amount": transfer.amount_text or "",
        "phone": transfer.get(env.sealer, "handler_phone") or "",
    }
    if others:
        params["others"] = Terms("item", others)
    told = to_person(
        tx, env, case.contact_id, "msg.partial_result" if others else "msg.result_granted", params,
        key=f"{transfer.id}:granted:{case.journal_seq}", case_id=case.id, transfer_id=transfer.id,
    )  # fmt: skip
    _decided(tx, env, case, transfer, "t_grant", told)
    return transfer


def refuse(
    tx: Tx,
    env: Env,
    actor: Actor,
    transfer_id: str,
    *,
    refusal_code: str,
    reason: str,
    policy_basis: str,
    remedy_type: str,
    reapply: str,
) -> Transfer:
    """Refuse: why, on what ground, what she can do about it and when she may ask again. Without all of it, no refusal.

    Raises:
        RefusedAct: `too_short` names the field; `wrong_remedy` says which way to object the law gives her here.
    """
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    require_on(tx, env, actor, case, transfer, "t_refuse")
    item = env.catalogue.items[transfer.item]
    code = env.catalogue.refusals.get(refusal_code)
    if (
        code is None
        or not code.holds_on(env.today)
        or (code.items and item.code not in code.items and code.code not in item.refusals)
    ):
        raise RefusedAct("unknown_refusal", refusal_code=refusal_code)
    why = long_enough("reason", reason, max(SHORTEST_REASON, code.shortest_detail))
    basis = long_enough("policy_basis", policy_basis, SHORTEST_BASIS)
    basis = "\n".join(dict.fromkeys((basis, *(one for one in code.grounds_on(env.today) if one not in basis))))
    again = long_enough("reapply", reapply, SHORTEST_BASIS)
    expected = remedy_of(env, transfer)
    if remedy_type != expected:
        raise RefusedAct("wrong_remedy", remedy_type=remedy_type, expected=expected)
    transfer.refusal_code = refusal_code
    transfer.put(env.sealer, "reason", why)
    transfer.policy_basis = basis
    transfer.remedy_type = remedy_type
    transfer.put(env.sealer, "reapply", again)
    transfer.decided_at = env.now
    move(tx, env, actor, case, transfer, "t_refuse", data={"refusal_code": refusal_code})
    others = _still_open(tx, case, transfer)
    told = to_person(
        tx, env, case.contact_id, "msg.result_refused",
        {
            "called": called(tx, env, case),
            "dept": Term("dept", transfer.dept),
            "item": Term("item", transfer.item),
            "reason": why
            if refusal_code == "other"
            else Line("why.refused", {"ground": Term("refusal", refusal_code), "detail": why}),
            "basis": basis,
            "after": Term("after", refusal_code),
            "remedy": remedy_line(env, transfer),
            "reapply": again,
            "handler": surname(transfer.get(env.sealer, "handler") or ""),
            "phone": transfer.get(env.sealer, "handler_phone") or "",
            "others": Terms("item", others),
        },
        key=f"{transfer.id}:refused:{case.journal_seq}", case_id=case.id, transfer_id=transfer.id,
    )  # fmt: skip
    _decided(tx, env, case, transfer, "t_refuse", told)
    return transfer


def remedy_of(env: Env, transfer: Transfer) -> str:
    """Which way to object a refusal of this transfer must name: it goes by who decides (domain 3.7)."""
    item = env.catalogue.items[transfer.item]
    department = env.catalogue.departments[transfer.dept]
    if transfer.dept != item.department:
        return department.remedy_type
    return env.county.remedy(item, department.remedy_type, env.today)


def remedy_line(env: Env, transfer: Transfer) -> Line:
    """The same in words to come: `remedy.<type>` with the offices of this county."""
    remedy_type = transfer.remedy_type or remedy_of(env, transfer)
    remedy = env.catalogue.remedies[remedy_type]
    params: dict[str, Param] = {
        "reconsider_org": env.county.reconsideration_office,
        "court": env.county.court,
        "org": Term("dept", transfer.dept),
        "days": remedy.days,
        "months": remedy.months,
    }
    return Line(f"remedy.{remedy_type}", params)


def confirm_feedback(tx: Tx, env: Env, actor: Actor, transfer_id: str, confirmation: str) -> Transfer:
    """One department's result is known to have reached her: she answered, was called, was visited, or it was shown."""
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    if not roles_on_transfer(tx, env, actor, case, transfer) & (WINDOW | HANDLERS | {"system", "applicant"}):
        raise RefusedAct("not_allowed", event="result_reported", status=transfer.status)
    if transfer.status not in DECIDED:
        raise RefusedAct("not_possible_now", event="result_reported", status=transfer.status)
    if confirmation not in (*CONFIRMATIONS, "delivered"):
        raise RefusedAct("unknown_confirmation", confirmation=confirmation)
    confirm_part(tx, env, transfer, confirmation)
    record(tx, env, actor, "result_reported", case=case, subject=transfer.id, data={"confirmation": confirmation})
    return transfer


def _still_open(tx: Tx, case: Case, transfer: Transfer) -> tuple[str, ...]:
    return tuple(
        row.item
        for row in parts_of(tx, case)
        if row.id != transfer.id
        and (row.status not in TERMINAL or (row.status == "returned" and row.replaced_by is None))
    )


def _decided(tx: Tx, env: Env, case: Case, transfer: Transfer, event: str, told: bool) -> None:
    transfer.feedback_status = "sent" if told else "none"
    tx.session.add(transfer)
    settle(tx, env, case, event)
