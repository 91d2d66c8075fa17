"""Dispatching: the window sends the parts of a case to departments, and calls back what was sent by mistake."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backend.cases.move import case_for, follow, met, open_meeting, parts_of, require
from backend.cases.move import move as move_case
from backend.cases.numbers import transfer_no
from backend.cases.representing import require_mandate
from backend.cases.tables import Case
from backend.checks import SHORTEST_REASON, long_enough
from backend.deadlines import service as deadlines
from backend.deadlines.counting import local_day
from backend.env import BOT, Actor, Env
from backend.errors import RefusedAct
from backend.ids import new_id
from backend.journal.record import record
from backend.messages import called, day, dept_group, group_params
from backend.outbox.post import to_group, to_person
from backend.transfers.move import move, transfer_for
from backend.transfers.move import require as require_on
from backend.transfers.plan import clock_start, kind_of, way_of_case
from backend.transfers.settle import settle
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.terms import Param, Term, Terms


def send(tx: Tx, env: Env, actor: Actor, case_id: str, plan: Sequence[tuple[str, str]]) -> list[Transfer]:
    """Send: one transfer for each (item, department); the departments get a card, she hears who has it now."""
    case = case_for(tx, actor, case_id)
    require(tx, actor, case, "send_transfers")
    if open_meeting(tx, case) is not None:
        raise RefusedAct("meeting_open")
    require_mandate(tx, case)
    wanted = list(dict.fromkeys(plan))
    if not wanted:
        raise RefusedAct("nothing_listed")
    before = parts_of(tx, case)
    for item, dept in wanted:
        _sendable(env, before, item, dept)
    _planned_jointly(tx, env, case, before, wanted)
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
    if found is None or not found.enabled or not found.holds_on(env.today) or item in env.county.disabled_items:
        raise RefusedAct("unknown_item", item=item)
    department = env.catalogue.departments.get(dept)
    if department is None or not department.takes_transfers or env.county.contact(dept) is None:
        raise RefusedAct("unknown_department", dept=dept)
    if any(row.item == item and row.dept == dept and row.status not in ("returned", "cancelled") for row in before):
        raise RefusedAct("already_sent", item=item, dept=dept)


def _planned_jointly(
    tx: Tx, env: Env, case: Case, before: Iterable[Transfer], wanted: Iterable[tuple[str, str]]
) -> None:
    """Where the rule pack wants a joint plan, several departments wait for what the meeting decides (JS 5.4).

    What is urgent goes out at once: help first, papers and plans after (Social Assistance Act art. 50).
    """
    if way_of_case(env, case, before, wanted).mode == "joint_plan" and not met(tx, case):
        raise RefusedAct("joint_plan_first")


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
    settle(tx, env, case, "t_cancel")
    return transfer
