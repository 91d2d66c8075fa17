"""Handling: a department signs for a transfer, promises a day, asks for papers, and extends its promise once.

The applicant hears every day she may count on, and every change of it, at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from backend.cases import second_ask
from backend.cases.tables import Case
from backend.checks import SHORTEST_REASON, long_enough
from backend.deadlines import service as deadlines
from backend.deadlines.counting import due_on, local_day
from backend.env import Actor, Env
from backend.errors import RefusedAct
from backend.journal.record import record
from backend.messages import called, day, dept_group, group_params
from backend.outbox.post import to_group, to_person
from backend.privacy.mask import surname
from backend.transfers.move import move, roles_on_transfer, transfer_for
from backend.transfers.move import require as require_on
from backend.transfers.settle import settle
from backend.transfers.status import HANDLERS, IN_HAND
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.catalogue.model import Item
from dialogs.terms import Line, Param, Term, Terms


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
    settle(tx, env, case, "t_receive")
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
    settle(tx, env, case, "t_start")
    return transfer


def request_materials(
    tx: Tx, env: Env, actor: Actor, transfer_id: str, materials: Sequence[str], *, note: str = "", reason_code: str = ""
) -> Transfer:
    """The department wants to see something, all of it at once; the promise stands still meanwhile.

    Args:
        reason_code: why something is asked for that the one-time notice does not list; needed only then.

    Raises:
        RefusedAct: `material_held`, for what offices can look up themselves (Social Assistance Act art. 62);
            `second_ask`, for what the notice does not list, without a reason.
    """
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    require_on(tx, env, actor, case, transfer, "t_request_materials")
    wanted = list(dict.fromkeys(materials))
    if not wanted and not note.strip():
        raise RefusedAct("nothing_listed")
    for material in wanted:
        _may_ask_for(env, env.catalogue.items[transfer.item], material)
    asked = second_ask.ask(
        tx, env, actor, case, wanted, note, dept=transfer.dept, transfer_id=transfer.id, reason_code=reason_code
    )
    transfer.materials = wanted
    transfer.put(env.sealer, "materials_note", note.strip() or None)
    move(tx, env, actor, case, transfer, "t_request_materials", data={"materials": wanted, **asked.data})
    deadlines.pause(tx, env, transfer.id, "clk_promised")
    to_person(
        tx, env, case.contact_id, "msg.dept_materials",
        {
            "dept": Term("dept", transfer.dept),
            "item": Term("item", transfer.item),
            "list": Terms("material", tuple(wanted)),
            "note": note.strip(),
            "why": asked.why,
        },
        key=f"{transfer.id}:materials:{case.journal_seq}", case_id=case.id, transfer_id=transfer.id,
    )  # fmt: skip
    settle(tx, env, case, "t_request_materials")
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
    settle(tx, env, case, "t_materials_ok")
    return transfer


def extend(tx: Tx, env: Env, actor: Actor, transfer_id: str, *, new_date: dt.date, reason: str) -> Transfer:
    """Extend: once, with a reason, within the law; past the law's ordinary limit only the county, up to its longest.

    Raises:
        RefusedAct: `extended_already`, or `promise_not_possible` with the latest day that is.
    """
    case, transfer = transfer_for(tx, env, actor, transfer_id)
    roles = roles_on_transfer(tx, env, actor, case, transfer)
    if not roles & (HANDLERS | {"county_center"}):
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
