"""What the window and the departments do with the parts of a case. Each act is one function of one transaction.

After every act the case is where its transfers say it is, and the applicant has been told at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from backend.cases.acts import CONFIRMATIONS, confirm_part, tell_feedback_due
from backend.cases.meetings import meet_about_returns
from backend.cases.move import case_for, follow, open_meeting, parts_of, require
from backend.cases.move import move as move_case
from backend.cases.numbers import transfer_no
from backend.cases.tables import Case
from backend.checks import long_enough
from backend.deadlines import service as deadlines
from backend.deadlines.counting import due_on, local_day
from backend.env import BOT, Actor, Env
from backend.errors import RefusedAct
from backend.ids import new_id
from backend.journal.record import record
from backend.messages import called, day, dept_group, group_params, path_of, short_of
from backend.outbox.post import to_group, to_person, to_staff
from backend.privacy.mask import surname
from backend.transfers.move import move, roles_on_transfer, transfer_for
from backend.transfers.move import require as require_on
from backend.transfers.plan import clock_start, kind_of
from backend.transfers.status import DECIDED, IN_HAND, TERMINAL
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.catalogue.model import Item
from dialogs.terms import Line, Param, Term, Terms

SHORTEST_REASON: Final = 6
SHORTEST_BASIS: Final = 4
SHORTEST_BENEFIT: Final = 2

_HANDLERS: Final = frozenset({"dept_handler", "dept_liaison", "township_approver"})
_WINDOW: Final = frozenset({"window_clerk", "county_center"})


# --- the window -------------------------------------------------------------------------------------------------------


def send(tx: Tx, env: Env, actor: Actor, case_id: str, plan: Sequence[tuple[str, str]]) -> list[Transfer]:
    """Send: one transfer for each (item, department); the departments get a card, she hears who has it now."""
    case = case_for(tx, actor, case_id)
    require(tx, actor, case, "send_transfers")
    if open_meeting(tx, case) is not None:
        raise RefusedAct("meeting_open")
    wanted = list(dict.fromkeys(plan))
    if not wanted:
        raise RefusedAct("nothing_listed")
    before = parts_of(tx, case)
    for item, dept in wanted:
        _sendable(env, before, item, dept)
    sent: list[Transfer] = []
    for item, dept in wanted:
        transfer = _create(tx, env, case, len(before) + len(sent) + 1, item, dept)
        move(tx, env, actor, case, transfer, "t_send")
        _start_legal(tx, env, case, transfer)
        _post_card(tx, env, case, transfer)
        sent.append(transfer)
    rerouted = _replace(tx, before, sent)
    if case.status == "accepted":
        move_case(tx, env, actor, case, "send_transfers", data={"transfers": [row.id for row in sent]})
    else:
        record(tx, env, actor, "send_transfers", case=case, data={"transfers": [row.id for row in sent]})
    follow(tx, env, case, "send_transfers")
    _tell_sent(tx, env, case, sent, rerouted)
    return sent


def _sendable(env: Env, before: Iterable[Transfer], item: str, dept: str) -> None:
    found = env.catalogue.items.get(item)
    if found is None or not found.enabled or item in env.county.disabled_items:
        raise RefusedAct("unknown_item", item=item)
    department = env.catalogue.departments.get(dept)
    if department is None or not department.takes_transfers or env.county.contact(dept) is None:
        raise RefusedAct("unknown_department", dept=dept)
    if any(row.item == item and row.dept == dept and row.status not in ("returned", "cancelled") for row in before):
        raise RefusedAct("already_sent", item=item, dept=dept)


def _create(tx: Tx, env: Env, case: Case, seq: int, item: str, dept: str) -> Transfer:
    transfer = Transfer(
        id=new_id("trf"),
        transfer_no=transfer_no(case.register_no, seq),
        case_id=case.id,
        seq=seq,
        item=item,
        dept=dept,
        kind=kind_of(env, item, dept),
        status="created",
        sent_at=env.now,
    )
    tx.session.add(transfer)
    tx.flush()
    record(
        tx, env, BOT, "t_create", case=case, subject=transfer.id, after="created",
        data={"item": item, "dept": dept, "number": transfer.transfer_no},
    )  # fmt: skip
    return transfer


def _start_legal(tx: Tx, env: Env, case: Case, transfer: Transfer) -> None:
    item = env.catalogue.items[transfer.item]
    since, due = clock_start(env, case, item)
    limit = env.county.limit(item, local_day(since))
    transfer.legal_due_date = due.day
    tx.session.add(transfer)
    deadlines.start(
        tx, env, "clk_legal", case, transfer, due=due, unit=limit.unit, source=limit.source,
        confidence=limit.confidence,
    )  # fmt: skip


def _post_card(tx: Tx, env: Env, case: Case, transfer: Transfer) -> None:
    receive_by = deadlines.running(tx, transfer.id, "clk_dept_receive")
    receipt_by = deadlines.running(tx, transfer.id, "clk_return_receipt")
    assert receive_by is not None and receipt_by is not None and transfer.legal_due_date is not None
    params: dict[str, Param] = {
        **group_params(env, case, transfer),
        "due": day(receive_by.due_day),
        "legal_due": day(transfer.legal_due_date),
        "receipt_due": day(receipt_by.due_day),
    }
    to_group(
        tx, env, dept_group(transfer.dept, case.town), "msg.staff_transfer_card", params,
        key=f"{transfer.id}:card", case_id=case.id, transfer_id=transfer.id, urgent=case.green_channel,
    )  # fmt: skip


def _replace(tx: Tx, before: Iterable[Transfer], sent: Iterable[Transfer]) -> set[str]:
    """Say which of the new transfers took the place of one that came back; ids of those that did."""
    waiting = [row for row in before if row.status == "returned" and row.replaced_by is None]
    rerouted = set()
    for transfer in sent:
        for old in waiting:
            if old.item == transfer.item and old.replaced_by is None:
                old.replaced_by = transfer.id
                tx.session.add(old)
                rerouted.add(transfer.id)
    return rerouted


def _tell_sent(tx: Tx, env: Env, case: Case, sent: Sequence[Transfer], rerouted: set[str]) -> None:
    for transfer in sent:
        if transfer.id in rerouted:
            to_person(
                tx, env, case.contact_id, "msg.rerouted",
                {"item": Term("item", transfer.item), "dept": Term("dept", transfer.dept), "short": case.short_no},
                key=f"{transfer.id}:rerouted", case_id=case.id, transfer_id=transfer.id,
            )  # fmt: skip
    fresh = [transfer for transfer in sent if transfer.id not in rerouted]
    if fresh:
        to_person(
            tx, env, case.contact_id, "msg.dispatched",
            {
                "called": called(tx, env, case),
                "depts": Terms("dept", tuple(dict.fromkeys(row.dept for row in fresh))),
                "items": Terms("item", tuple(dict.fromkeys(row.item for row in fresh))),
                "short": case.short_no,
            },
            key=f"{fresh[0].id}:dispatched", case_id=case.id,
        )  # fmt: skip


def cancel(tx: Tx, env: Env, actor: Actor, transfer_id: str, reason: str) -> Transfer:
    """Cancel: sent by mistake; the reason stays with the transfer, the department is told to stop."""
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    require_on(tx, env, actor, case, transfer, "t_cancel")
    transfer.put(env.sealer, "return_note", long_enough("reason", reason, SHORTEST_REASON))
    move(tx, env, actor, case, transfer, "t_cancel")
    to_group(
        tx, env, dept_group(transfer.dept, case.town), "msg.staff_cancelled",
        group_params(env, case, transfer), key=f"{transfer.id}:cancelled", case_id=case.id,
        transfer_id=transfer.id,
    )  # fmt: skip
    _after(tx, env, case, "t_cancel")
    return transfer


# --- the department ---------------------------------------------------------------------------------------------------


def receive(
    tx: Tx,
    env: Env,
    actor: Actor,
    transfer_id: str,
    *,
    handler_name: str,
    handler_phone: str,
    promised: dt.date,
) -> Transfer:
    """Receive: somebody with a name has it, and she gets a day to count on.

    Raises:
        RefusedAct: `promise_not_possible`, with the latest day that is.
    """
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    require_on(tx, env, actor, case, transfer, "t_receive")
    name = long_enough("handler_name", handler_name, 2)
    phone = long_enough("handler_phone", handler_phone, 5)
    _promise_possible(env, transfer, promised)
    transfer.put(env.sealer, "handler", name)
    transfer.put(env.sealer, "handler_phone", phone)
    transfer.handler_id = actor.id if actor.kind == "staff" else None
    transfer.received_at = env.now
    transfer.receipt_returned_at = env.now
    transfer.promised_date = promised
    move(tx, env, actor, case, transfer, "t_receive", data={"promised": promised.isoformat()})
    _start_promised(tx, env, case, transfer, promised)
    to_person(
        tx, env, case.contact_id, "msg.dept_received",
        {
            "dept": Term("dept", transfer.dept),
            "item": Term("item", transfer.item),
            "handler": surname(name),
            "phone": phone,
            "date": day(promised),
        },
        key=f"{transfer.id}:received", case_id=case.id, transfer_id=transfer.id,
    )  # fmt: skip
    to_group(
        tx, env, dept_group(transfer.dept, case.town), "msg.staff_received",
        {**group_params(env, case, transfer), "date": day(promised)}, key=f"{transfer.id}:received:group",
        case_id=case.id, transfer_id=transfer.id,
    )  # fmt: skip
    _after(tx, env, case, "t_receive")
    return transfer


def latest_promise(env: Env, transfer: Transfer) -> dt.date:
    """The last working day a department may promise: within the law, or tomorrow's work when that is gone."""
    legal = transfer.legal_due_date
    if legal is not None and legal >= env.today:
        last = env.calendar.working_days_before(legal + dt.timedelta(days=1), 1).day
        if last >= env.today:
            return last
    return env.calendar.add_working_days(env.today, 1).day


def _promise_possible(env: Env, transfer: Transfer, promised: dt.date) -> None:
    latest = latest_promise(env, transfer)
    if promised < env.today or promised > latest or not env.calendar.is_working_day(promised):
        raise RefusedAct("promise_not_possible", promised=promised.isoformat(), latest=latest.isoformat())


def _start_promised(tx: Tx, env: Env, case: Case, transfer: Transfer, promised: dt.date) -> None:
    close = deadlines.rules_of(env).office_close
    provisional = bool(env.calendar.missing_years(env.today, promised))
    deadlines.start(tx, env, "clk_promised", case, transfer, due=due_on(promised, env.now, provisional, close))


def start(tx: Tx, env: Env, actor: Actor, transfer_id: str) -> Transfer:
    """Begin: somebody has begun."""
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    move(tx, env, actor, case, transfer, "t_start")
    _after(tx, env, case, "t_start")
    return transfer


def request_materials(
    tx: Tx, env: Env, actor: Actor, transfer_id: str, materials: Sequence[str], *, note: str = ""
) -> Transfer:
    """The department wants to see something, all of it at once; the promise stands still meanwhile.

    Raises:
        RefusedAct: `material_held`, for what offices can look up themselves (Social Assistance Act art. 62).
    """
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    require_on(tx, env, actor, case, transfer, "t_request_materials")
    wanted = list(dict.fromkeys(materials))
    if not wanted and not note.strip():
        raise RefusedAct("nothing_listed")
    for material in wanted:
        _may_ask_for(env, env.catalogue.items[transfer.item], material)
    transfer.materials = wanted
    transfer.put(env.sealer, "materials_note", note.strip() or None)
    move(tx, env, actor, case, transfer, "t_request_materials", data={"materials": wanted})
    deadlines.pause(tx, env, transfer.id, "clk_promised")
    to_person(
        tx, env, case.contact_id, "msg.dept_materials",
        {
            "dept": Term("dept", transfer.dept),
            "item": Term("item", transfer.item),
            "list": Terms("material", tuple(wanted)),
            "note": note.strip(),
        },
        key=f"{transfer.id}:materials:{case.journal_seq}", case_id=case.id, transfer_id=transfer.id,
    )  # fmt: skip
    _after(tx, env, case, "t_request_materials")
    return transfer


def _may_ask_for(env: Env, item: Item, code: str) -> None:
    material = env.catalogue.materials.get(code)
    if material is None:
        raise RefusedAct("unknown_material", material=code)
    listed = next((entry for entry in item.materials if entry.code == code), None)
    held = material.mode in ("share", "system") if listed is None else listed.exempt
    if held:
        raise RefusedAct("material_held", material=code)


def materials_ok(tx: Tx, env: Env, actor: Actor, transfer_id: str) -> Transfer:
    """What was wanted is there: the promise goes on, and she hears the new day when it moved."""
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    move(tx, env, actor, case, transfer, "t_materials_ok")
    old = transfer.promised_date
    running = deadlines.resume(tx, env, transfer.id, "clk_promised", latest=transfer.legal_due_date)
    to_person(
        tx, env, case.contact_id, "msg.supplement_received", {"called": called(tx, env, case)},
        key=f"{transfer.id}:materials_in:{case.journal_seq}", case_id=case.id, transfer_id=transfer.id,
    )  # fmt: skip
    to_group(
        tx, env, dept_group(transfer.dept, case.town), "msg.staff_materials_in",
        group_params(env, case, transfer), key=f"{transfer.id}:materials_in:{case.journal_seq}:group",
        case_id=case.id, transfer_id=transfer.id,
    )  # fmt: skip
    if running is not None and old is not None and running.due_day != old:
        transfer.promised_date = running.due_day
        tx.session.add(transfer)
        _tell_promise_changed(tx, env, case, transfer, old, Line("reason.waited_for_materials"))
    _after(tx, env, case, "t_materials_ok")
    return transfer


def extend(tx: Tx, env: Env, actor: Actor, transfer_id: str, *, new_date: dt.date, reason: str) -> Transfer:
    """Extend: once, with a reason, within the law; past the law's ordinary limit only the county, up to its longest.

    Raises:
        RefusedAct: `extended_already`, or `promise_not_possible` with the latest day that is.
    """
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    roles = roles_on_transfer(tx, env, actor, case, transfer)
    if not roles & (_HANDLERS | {"county_center"}):
        raise RefusedAct("not_allowed", event="t_extend", status=transfer.status)
    if transfer.status not in IN_HAND or transfer.promised_date is None:
        raise RefusedAct("not_possible_now", event="t_extend", status=transfer.status)
    if transfer.extended_count >= 1:
        raise RefusedAct("extended_already")
    latest = _longest(env, case, transfer) if "county_center" in roles else latest_promise(env, transfer)
    old = transfer.promised_date
    if not old < new_date <= latest or not env.calendar.is_working_day(new_date):
        raise RefusedAct("promise_not_possible", promised=new_date.isoformat(), latest=latest.isoformat())
    text = long_enough("reason", reason, SHORTEST_REASON)
    transfer.put(env.sealer, "extension_reason", text)
    transfer.extended_count += 1
    transfer.promised_date = new_date
    if transfer.legal_due_date is not None and new_date > transfer.legal_due_date:
        _extend_legal(tx, env, case, transfer, new_date)
    tx.session.add(transfer)
    record(
        tx, env, actor, "t_extend", case=case, subject=transfer.id,
        data={"from": old.isoformat(), "to": new_date.isoformat()},
    )  # fmt: skip
    paused = deadlines.running(tx, transfer.id, "clk_promised")
    was_paused = paused is not None and paused.paused_at is not None
    _start_promised(tx, env, case, transfer, new_date)
    if was_paused:
        deadlines.pause(tx, env, transfer.id, "clk_promised")
    _tell_promise_changed(tx, env, case, transfer, old, text)
    return transfer


def _longest(env: Env, case: Case, transfer: Transfer) -> dt.date:
    """The day to which the law itself lets this item be extended."""
    item = env.catalogue.items[transfer.item]
    since = case.accepted_at if item.clock_start == "accept" else transfer.sent_at
    ordinary = latest_promise(env, transfer)
    if since is None:
        return ordinary
    limit = env.county.limit(item, local_day(since))
    if limit.longest is None or limit.unit != "wd":
        return ordinary
    return max(ordinary, env.calendar.add_working_days(local_day(since), limit.longest).day)


def _extend_legal(tx: Tx, env: Env, case: Case, transfer: Transfer, until: dt.date) -> None:
    transfer.legal_due_date = until
    close = deadlines.rules_of(env).office_close
    deadlines.start(tx, env, "clk_legal", case, transfer, due=due_on(until, env.now, False, close))


def _tell_promise_changed(tx: Tx, env: Env, case: Case, transfer: Transfer, old: dt.date, reason: Param) -> None:
    assert transfer.promised_date is not None
    to_person(
        tx, env, case.contact_id, "msg.promise_changed",
        {
            "called": called(tx, env, case),
            "dept": Term("dept", transfer.dept),
            "item": Term("item", transfer.item),
            "old_date": day(old),
            "date": day(transfer.promised_date),
            "reason": reason,
        },
        key=f"{transfer.id}:promise:{case.journal_seq}", case_id=case.id, transfer_id=transfer.id,
    )  # fmt: skip


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
    _after(tx, env, case, "t_return")
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
    if code is None or (code.items and item.code not in code.items and code.code not in item.refusals):
        raise RefusedAct("unknown_refusal", refusal_code=refusal_code)
    why = long_enough("reason", reason, max(SHORTEST_REASON, code.shortest_detail))
    basis = long_enough("policy_basis", policy_basis, SHORTEST_BASIS)
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
            "reason": why,
            "basis": basis,
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
    if not roles_on_transfer(tx, env, actor, case, transfer) & (_WINDOW | _HANDLERS | {"system", "applicant"}):
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
    _after(tx, env, case, event)
    if case.status == "decided":
        tell_feedback_due(tx, env, case)


def _after(tx: Tx, env: Env, case: Case, event: str) -> None:
    tx.flush()
    if follow(tx, env, case, event) and case.status == "decided" and event == "t_cancel":
        tell_feedback_due(tx, env, case)
