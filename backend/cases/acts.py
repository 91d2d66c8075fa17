"""What the window and the applicant do with a case. Each act is one function of one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from backend.cases import second_ask
from backend.cases.meetings import close_meeting
from backend.cases.move import case_for, move, parts_of, require, require_role
from backend.cases.representing import may_rate
from backend.cases.tables import Case
from backend.checks import SHORTEST_REASON, long_enough
from backend.conversations.asked import ask_in_conversation
from backend.deadlines import service as deadlines
from backend.env import BOT, Actor, Env
from backend.errors import RefusedAct
from backend.journal.record import record
from backend.messages import (
    called,
    day,
    dept_group,
    group_params,
    path_of,
    place,
    short_of,
    town_group,
)
from backend.outbox.post import to_group, to_person, to_staff
from backend.staff.tables import Staff
from backend.transfers import move as transfers
from backend.transfers.plan import suggest
from backend.transfers.status import DECIDED, TERMINAL
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.catalogue.grounds import declined_ground
from dialogs.effects import Say
from dialogs.terms import Param, Term, Terms

CONFIRMATIONS: Final = ("said", "phone", "visit", "undeliverable")
SUPPLEMENT_ROUNDS: Final = 1  # a second list needs the township's leader (domain 3.5)

_WINDOW: Final = frozenset({"window_clerk", "county_center"})


def accept(tx: Tx, env: Env, actor: Actor, case_id: str, *, items: Sequence[str] | None = None) -> Case:
    """Take in: the clock starts, and she gets a receipt saying by when she is answered.

    Args:
        items: what is asked for; what the catalogue suggests when not given.
    """
    case = case_for(tx, actor, case_id)
    require(tx, actor, case, "accept")
    wanted = tuple(dict.fromkeys(items)) if items is not None else tuple(p.item for p in suggest(tx, env, case))
    for item in wanted:
        if item not in env.catalogue.items:
            raise RefusedAct("unknown_item", item=item)
    reply = deadlines.case_reply(env, [env.catalogue.items[item] for item in wanted], env.now)
    case.accepted_at = env.now
    case.reply_by = reply.day
    case.reply_days = env.calendar.working_days_between(env.today, reply.day)
    move(tx, env, actor, case, "accept", data={"items": list(wanted), "reply_by": reply.day.isoformat()})
    deadlines.start(tx, env, "clk_case_reply", case, due=reply)
    if "temp_relief_emergency" in wanted:
        deadlines.start(tx, env, "clk_fast_small_relief", case)
    clerk = owner_of(tx, case)
    to_person(
        tx, env, case.contact_id, "msg.acceptance_receipt",
        {
            "short": case.short_no,
            "items": Terms("item", wanted),
            "date": day(env.today),
            "reply_days": case.reply_days,
            "due_date": day(reply.day),
            "clerk": clerk.name if clerk else "",
            "phone": clerk.phone or "" if clerk else "",
        },
        key=f"{case.id}:accepted", case_id=case.id,
    )  # fmt: skip
    return case


def decline_accept(
    tx: Tx,
    env: Env,
    actor: Actor,
    case_id: str,
    *,
    reason_code: str,
    reason: str,
    where: str,
    phone: str = "",
) -> Case:
    """Not taken in: with the reason in plain words and who to go to instead."""
    case = case_for(tx, actor, case_id)
    require(tx, actor, case, "decline_accept")
    if reason_code not in env.catalogue.reasons:
        raise RefusedAct("unknown_reason", reason_code=reason_code)
    long_enough("reason", reason, SHORTEST_REASON)
    long_enough("where", where, 2)
    case.reason_code = reason_code
    case.put(env.sealer, "reason", reason)
    case.put(env.sealer, "where", where)
    move(tx, env, actor, case, "decline_accept", data={"reason_code": reason_code})
    to_person(
        tx, env, case.contact_id, "msg.not_accepted",
        {
            "called": called(tx, env, case),
            "opening": Term("opening", reason_code),
            "reason": reason,
            "basis": declined_ground(env.catalogue.reasons[reason_code], env.county, env.today).text,
            "where": where,
            "phone": phone,
        },
        key=f"{case.id}:not_accepted", case_id=case.id,
    )  # fmt: skip
    return case


def request_supplement(
    tx: Tx, env: Env, actor: Actor, case_id: str, materials: Sequence[str], *, note: str = "", reason_code: str = ""
) -> Case:
    """Ask for everything that is missing, once.

    Args:
        reason_code: why something is asked for that the one-time notice does not list; needed only then.

    Raises:
        RefusedAct: `second_ask`, for such a thing without a reason.
    """
    case = case_for(tx, actor, case_id)
    require(tx, actor, case, "request_supplement")
    wanted = list(dict.fromkeys(materials))
    if not wanted and not note.strip():
        raise RefusedAct("nothing_listed")
    for material in wanted:
        if material not in env.catalogue.materials:
            raise RefusedAct("unknown_material", material=material)
    if case.supplement_rounds >= SUPPLEMENT_ROUNDS and "township_lead" not in actor.roles:
        raise RefusedAct("second_supplement")
    asked = second_ask.ask(tx, env, actor, case, wanted, note, dept=second_ask.WINDOW, reason_code=reason_code)
    case.supplement = wanted
    case.put(env.sealer, "supplement_note", note.strip() or None)
    case.supplement_rounds += 1
    move(tx, env, actor, case, "request_supplement", data={"materials": wanted, **asked.data})
    running = deadlines.running(tx, case.id, "clk_supplement")
    assert running is not None
    to_person(
        tx, env, case.contact_id, "msg.supplement_notice",
        {
            "called": called(tx, env, case),
            "list": Terms("material", tuple(wanted)),
            "note": note.strip(),
            "date": day(running.due_day),
            "why": asked.why,
        },
        key=f"{case.id}:supplement:{case.supplement_rounds}", case_id=case.id,
    )  # fmt: skip
    return case


def supply(tx: Tx, env: Env, actor: Actor, case_id: str) -> Case:
    """She sent what was missing, or says that she does not have it: the window looks again."""
    case = case_for(tx, actor, case_id)
    move(tx, env, actor, case, "supply")
    running = deadlines.running(tx, case.id, "clk_acceptance_review")
    assert running is not None
    to_person(
        tx, env, case.contact_id, "msg.supplement_received", {"called": called(tx, env, case)},
        key=f"{case.id}:supplied:{case.supplement_rounds}", case_id=case.id,
    )  # fmt: skip
    to_group(
        tx, env, town_group(case.town), "msg.staff_supplied",
        {**group_params(env, case), "due": day(running.due_day)},
        key=f"{case.id}:supplied:{case.supplement_rounds}:town", case_id=case.id,
    )  # fmt: skip
    return case


def withdraw(tx: Tx, env: Env, actor: Actor, case_id: str, *, proof: str = "", answer: list[Say] | None = None) -> Case:
    """Withdraw: open transfers are called off; what was decided already is still told (domain 3.5).

    Args:
        proof: how her own yes was shown, where a helper says it for her; no mandate covers withdrawing without it.
        answer: takes what she hears where she is answered at once, so that it is not said twice; else it is posted.
    """
    case = case_for(tx, actor, case_id)
    if actor.kind == "person" and case.proxy_filed and not proof:
        raise RefusedAct("not_in_mandate")  # the one it is about says so herself
    parts = parts_of(tx, case)
    decided = any(part.status in DECIDED for part in parts)
    after = "decided" if decided else "withdrawn"
    require(tx, actor, case, "withdraw", after)
    dropped = [part for part in parts if part.status not in TERMINAL]
    for part in dropped:
        transfers.move(tx, env, BOT, case, part, "t_cancel", data={"cause": "withdraw", "by": actor.id})
        to_group(
            tx, env, dept_group(part.dept, case.town), "msg.staff_cancelled", group_params(env, case, part),
            key=f"{part.id}:cancelled", case_id=case.id, transfer_id=part.id,
        )  # fmt: skip
    for part in parts:
        if part.status == "returned" and part.replaced_by is None:
            part.replaced_by = "withdrawn"
            tx.session.add(part)
    close_meeting(tx, env, case, "withdrawn")
    case.needs_redispatch = False
    deadlines.stop(tx, env, case.id, ("clk_redispatch", "clk_meeting_submit", "clk_meeting_hold"))
    move(tx, env, actor, case, "withdraw", after=after)
    message = "msg.withdrawn_rest" if decided else "msg.withdrawn"
    params: dict[str, Param] = {"called": called(tx, env, case), "short": case.short_no}
    if decided:
        params["items"] = Terms("item", tuple(part.item for part in dropped))
    if answer is not None:
        answer.append(Say(message, params))
    else:
        key = f"{case.id}:withdrawn:{case.journal_seq}"
        to_person(tx, env, case.contact_id, message, params, key=key, case_id=case.id)
    if decided:
        tell_feedback_due(tx, env, case)
    return case


def deliver_feedback(tx: Tx, env: Env, actor: Actor, case_id: str, confirmation: str) -> Case:
    """Feedback: every result has reached her, and how that is known.

    Args:
        confirmation: `said` (she answered), `phone`, `visit`, or `undeliverable` after every way was tried.
    """
    case = case_for(tx, actor, case_id)
    require(tx, actor, case, "deliver_feedback")
    if confirmation not in CONFIRMATIONS:
        raise RefusedAct("unknown_confirmation", confirmation=confirmation)
    for part in parts_of(tx, case):
        if part.status in DECIDED:
            confirm_part(tx, env, part, confirmation)
    move(tx, env, actor, case, "deliver_feedback", data={"confirmation": confirmation})
    if confirmation != "undeliverable" and may_rate(tx, case):
        to_person(
            tx, env, case.contact_id, "msg.ask_rating", {"called": called(tx, env, case)},
            key=f"{case.id}:ask_rating:{case.journal_seq}", case_id=case.id,
        )  # fmt: skip
        ask_in_conversation(tx, env, case)
    return case


def archive(tx: Tx, env: Env, actor: Actor, case_id: str) -> Case:
    """Archive: nothing more is owed, no objection is open (domain 3.5), and every clock stops."""
    case = case_for(tx, actor, case_id)
    if case.objection_open:
        raise RefusedAct("objection_open")
    move(tx, env, actor, case, "archive")
    return case


def confirm_part(tx: Tx, env: Env, part: Transfer, confirmation: str) -> None:
    """One result is known to have reached her: its two clocks of telling stop."""
    if part.feedback_status in ("confirmed", "undeliverable"):
        return
    part.feedback_status = {"undeliverable": "undeliverable", "delivered": "sent"}.get(confirmation, "confirmed")
    tx.session.add(part)
    deadlines.stop(tx, env, part.id, ("clk_dept_feedback", "clk_refusal_notice"))


def take_ownership(tx: Tx, env: Env, actor: Actor, case_id: str) -> Case:
    """First contact: this colleague answers for the case from now on; the one before is told."""
    case = case_for(tx, actor, case_id)
    require_role(tx, actor, case, "take_ownership", _WINDOW)
    if actor.kind != "staff":
        raise RefusedAct("not_allowed", event="take_ownership", status=case.status)
    before = case.owner_id
    if before == actor.id:
        return case
    case.owner_id = actor.id
    entry = record(tx, env, actor, "take_ownership", case=case, data={"from": before, "to": actor.id})
    tx.session.add(case)
    if before is not None:
        to_staff(
            tx, env, before, "msg.staff_handover", group_params(env, case), key=f"{entry.id}:handover",
            case_id=case.id,
        )  # fmt: skip
    clerk = owner_of(tx, case)
    if clerk is not None:
        to_person(
            tx, env, case.contact_id, "msg.owner_changed",
            {"called": called(tx, env, case), "clerk": clerk.name, "phone": clerk.phone or ""},
            key=f"{entry.id}:owner", case_id=case.id,
        )  # fmt: skip
    return case


def tell_feedback_due(tx: Tx, env: Env, case: Case) -> None:
    """All results are in: the owner must see that they have reached her."""
    running = deadlines.running(tx, case.id, "clk_window_feedback")
    if case.owner_id is None or running is None:
        return
    to_staff(
        tx, env, case.owner_id, "msg.staff_feedback_due",
        {"short": short_of(case), "place": place(case), "due": day(running.due_day), "path": path_of(case)},
        key=f"{case.id}:feedback_due:{running.id}", case_id=case.id,
    )  # fmt: skip


def owner_of(tx: Tx, case: Case) -> Staff | None:
    """The colleague who answers for the case."""
    return None if case.owner_id is None else tx.session.get(Staff, case.owner_id)
