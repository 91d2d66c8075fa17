"""Objecting and complaining (再核实、再反馈、再解答): filed, reviewed by somebody else than who decided, answered."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlmodel import col, select

from backend.cases.move import case_for, get_case, move, roles_on
from backend.cases.tables import Case
from backend.checks import SHORTEST_REASON, long_enough
from backend.deadlines import service as deadlines
from backend.deadlines.counting import due_on
from backend.env import BOT, Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.ids import new_id
from backend.journal.record import record
from backend.journal.tables import JournalEntry
from backend.messages import (
    COUNTY_GROUP,
    SUPERVISION_GROUP,
    called,
    day,
    dept_group,
    group_params,
    town_group,
)
from backend.objections.status import OBJECTION_MOVES, OBJECTION_TYPES, OPEN, OUTCOMES
from backend.objections.tables import Objection
from backend.outbox.post import to_group, to_person, to_staff
from backend.staff.tables import Staff
from backend.transfers import move as transfers
from backend.transfers.deciding import remedy_line, remedy_of
from backend.transfers.settle import settle
from backend.transfers.status import DECIDED
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.terms import Line, Param, Term

SHORTEST: Final = 2
_MAY_FILE: Final = frozenset({"applicant", "proxy", "village_assistant", "window_clerk", "county_center"})


def file_objection(
    tx: Tx,
    env: Env,
    actor: Actor,
    case_id: str,
    *,
    kind: str,
    text: str,
    transfer_id: str = "",
    by_helper: bool = False,
) -> Objection:
    """Write an objection down: a number, a day to answer by, and the people who may review it are told.

    While one on the same thing is open, more words on it join that one.

    Args:
        kind: `objection_type` of domain 3.7.
        transfer_id: the refused transfer, of a `result_objection`.
        by_helper: said by who acts for her (domain 2.2, 代提).

    Raises:
        NotFound: no right to the case, or no such transfer in it.
        RefusedAct: `not_allowed`, `unknown_objection`, `too_short`; `not_possible_now`, nothing was decided there.
    """
    case = case_for(tx, actor, case_id)
    if not roles_on(tx, actor, case) & _MAY_FILE:
        raise RefusedAct("not_allowed", event="objection_filed", status=case.status)
    if kind not in OBJECTION_TYPES or kind == "low_rating":
        raise RefusedAct("unknown_objection", kind=kind)
    words = long_enough("text", text, SHORTEST)
    transfer = _decided_part(tx, case, transfer_id) if transfer_id else None
    if kind == "result_objection" and transfer is None:
        raise RefusedAct("not_possible_now", event="objection_filed", status=case.status)
    return _open(tx, env, actor, case, transfer, kind, words, by_helper=by_helper)


def open_low_rating(tx: Tx, env: Env, actor: Actor, case: Case, score: int) -> Objection:
    """A bad mark opens an order to put right what was bad, with a day to ring her by (好差评差评整改)."""
    return _open(tx, env, actor, case, None, "low_rating", None, score=score)


def add_reason(tx: Tx, env: Env, actor: Actor, case_id: str, text: str) -> bool:
    """Why the mark was bad, in her words; False when no such order is open any more."""
    case = case_for(tx, actor, case_id)
    found = _running(tx, case.id, "clk_low_rating")
    if found is None:
        return False
    _add_words(tx, env, actor, case, found, text)
    return True


def _open(
    tx: Tx,
    env: Env,
    actor: Actor,
    case: Case,
    transfer: Transfer | None,
    kind: str,
    words: str | None,
    *,
    by_helper: bool = False,
    score: int | None = None,
) -> Objection:
    rules = OBJECTION_TYPES[kind]
    subject = transfer.id if transfer is not None else case.id
    running = _running(tx, subject, rules.clock)
    if running is not None:
        if words:
            _add_words(tx, env, actor, case, running, words)
        return running
    due = deadlines.start(tx, env, rules.clock, case, transfer)
    so_far = len(tx.session.exec(select(Objection.id).where(Objection.case_id == case.id)).all())
    made = Objection(
        id=new_id("obj"),
        number=f"YY{case.register_no}-{so_far + 1:02d}",
        case_id=case.id,
        transfer_id=transfer.id if transfer is not None else None,
        subject=subject,
        type=kind,
        clock=rules.clock,
        status="filed",
        by_helper=by_helper,
        score=score,
        filed_at=env.now,
        due_day=due.day,
    )
    made.put(env.sealer, "text", words)
    tx.session.add(made)
    case.objection_open = True
    tx.session.add(case)
    record(
        tx, env, actor, "objection_filed", case=case, subject=made.id, after="filed",
        data={"type": kind, "due": due.day.isoformat(), "by_helper": by_helper},
    )  # fmt: skip
    params: dict[str, Param] = {
        **group_params(env, case),
        "kind": Term("objection", kind),
        "due": day(due.day),
        "path": path_of(made),
    }
    for group in _groups(case, transfer, kind):
        to_group(tx, env, group, "msg.staff_objection", dict(params), key=f"{made.id}:filed:{group}", case_id=case.id)
    return made


def _groups(case: Case, transfer: Transfer | None, kind: str) -> list[str]:
    rules = OBJECTION_TYPES[kind]
    found = [SUPERVISION_GROUP] if "supervisor" in rules.reviewers else [COUNTY_GROUP]
    if rules.in_dept and transfer is not None:
        found.append(dept_group(transfer.dept, case.town))
    if rules.in_town:
        found.append(town_group(case.town))
    return found


def path_of(objection: Objection) -> str:
    """Where staff open it; who opens it must sign in first."""
    return f"/desk/objections/{objection.id}"


def _running(tx: Tx, subject: str, clock: str) -> Objection | None:
    tx.flush()
    return tx.session.exec(
        select(Objection).where(Objection.subject == subject, Objection.clock == clock, col(Objection.status).in_(OPEN))
    ).first()


def _add_words(tx: Tx, env: Env, actor: Actor, case: Case, objection: Objection, words: str) -> None:
    before = objection.get(env.sealer, "text")
    objection.put(env.sealer, "text", f"{before}\n{words}" if before else words)
    tx.session.add(objection)
    record(tx, env, actor, "objection_words", case=case, subject=objection.id)


def _decided_part(tx: Tx, case: Case, transfer_id: str) -> Transfer:
    found = tx.session.exec(select(Transfer).where(Transfer.case_id == case.id, Transfer.id == transfer_id)).first()
    if found is None:
        raise NotFound("transfer")
    if found.status not in DECIDED:
        raise RefusedAct("not_possible_now", event="objection_filed", status=found.status)
    return found


# --- reviewing --------------------------------------------------------------------------------------------------------


def get_objection(tx: Tx, objection_id: str) -> tuple[Case, Transfer | None, Objection]:
    """The objection, by id or number, kept for this act alone; its case first.

    Raises:
        NotFound: there is none.
    """
    by = (col(Objection.id) == objection_id) | (col(Objection.number) == objection_id)
    case_id = tx.session.exec(select(Objection.case_id).where(by)).first()
    if case_id is None:
        raise NotFound("objection")
    case = get_case(tx, case_id)
    found = tx.session.exec(select(Objection).where(by).execution_options(populate_existing=True)).one()
    transfer = tx.session.get(Transfer, found.transfer_id) if found.transfer_id else None
    return case, transfer, found


def sees(actor: Actor, case: Case, transfer: Transfer | None, kind: str) -> bool:
    """Whether the actor's roles let her review objections of this kind here (domain 3.7)."""
    if actor.kind != "staff":
        return False
    rules, held = OBJECTION_TYPES[kind], frozenset(actor.roles)
    if held & rules.reviewers:
        return True
    if actor.town is not None and actor.town == case.town and held & rules.in_town:
        return True
    if transfer is None or not held & rules.in_dept or (actor.town is not None and actor.town != case.town):
        return False
    return actor.dept == transfer.dept or (transfer.kind == "internal" and "township_approver" in held)


def barred(tx: Tx, actor: Actor, case: Case, transfer: Transfer | None, kind: str) -> bool:
    """Whether she did what is objected to herself, and so does not review it (换人复核)."""
    rules = OBJECTION_TYPES[kind]
    done = (
        select(JournalEntry.id)
        .where(JournalEntry.chain == case.id, JournalEntry.actor_id == actor.id)
        .where(col(JournalEntry.event).in_(rules.bars))
    )
    if transfer is not None:
        done = done.where(JournalEntry.subject == transfer.id)
    if kind in ("service_complaint", "low_rating") and case.owner_id == actor.id:
        return True
    return tx.session.exec(done.limit(1)).first() is not None


def take(tx: Tx, env: Env, actor: Actor, objection_id: str) -> Objection:
    """Review: somebody with a name looks into it again.

    Raises:
        NotFound: no right to it.
        RefusedAct: `reviewer_decided`, she did what is objected to; `not_possible_now`.
    """
    case, _, objection = _for_review(tx, actor, objection_id)
    objection.reviewer_id = actor.id
    objection.taken_at = env.now
    _move(tx, env, actor, case, objection, "objection_taken")
    return objection


def _for_review(tx: Tx, actor: Actor, objection_id: str) -> tuple[Case, Transfer | None, Objection]:
    case, transfer, objection = get_objection(tx, objection_id)
    if not sees(actor, case, transfer, objection.type):
        raise NotFound("objection")
    if barred(tx, actor, case, transfer, objection.type):
        raise RefusedAct("reviewer_decided")
    return case, transfer, objection


def decide(
    tx: Tx,
    env: Env,
    actor: Actor,
    objection_id: str,
    outcome: str,
    reason: str,
    *,
    promised: dt.date | None = None,
) -> Objection:
    """Answer: upheld as it was, or overturned; she hears it with the reason and what else she can do.

    Args:
        promised: the new day of a result that is overturned; the part goes back to its department for it.

    Raises:
        NotFound, RefusedAct: as `take`; `too_short`; `missing` or `promise_not_possible` for the new day.
    """
    case, transfer, objection = _for_review(tx, actor, objection_id)
    if outcome not in OUTCOMES:
        raise RefusedAct("unknown_outcome", outcome=outcome)
    why = long_enough("reason", reason, SHORTEST_REASON)
    if objection.status == "filed":
        take(tx, env, actor, objection.id)
    elif objection.reviewer_id != actor.id:
        raise RefusedAct("not_possible_now", event="objection_decided", status=objection.status)
    objection.put(env.sealer, "result", why)
    objection.answered_at = env.now
    remedy, objection.remedy_type = _remedy(env, case, transfer, objection.type)
    _move(tx, env, actor, case, objection, f"objection_{outcome}")
    _ended(tx, env, case, objection)
    to_person(
        tx, env, case.contact_id, "msg.objection_result",
        {
            "called": called(tx, env, case),
            "number": objection.number,
            "result": Term("objection_result", f"{_answers_what(objection.type)}_{outcome}"),
            "reason": why,
            "remedy": remedy,
        },
        key=f"{objection.id}:answered", case_id=case.id, transfer_id=objection.transfer_id,
    )  # fmt: skip
    if outcome == "overturned":
        _put_right(tx, env, case, transfer, objection, promised)
    return objection


def _answers_what(kind: str) -> str:
    return kind if kind in ("service_complaint", "low_rating") else "decision"


def _remedy(env: Env, case: Case, transfer: Transfer | None, kind: str) -> tuple[Line, str | None]:
    """What she can still do, by whose decision it was (domain 3.7)."""
    if kind in ("service_complaint", "low_rating"):
        return Line("remedy.service"), None
    if transfer is not None:
        return remedy_line(env, transfer), transfer.remedy_type or remedy_of(env, transfer)
    kind_of = env.catalogue.departments["township"].remedy_type
    remedy = env.catalogue.remedies[kind_of]
    params: dict[str, Param] = {
        "reconsider_org": env.county.reconsideration_office,
        "court": env.county.court,
        "org": Term("dept", "township"),
        "days": remedy.days,
        "months": remedy.months,
    }
    return Line(f"remedy.{kind_of}", params), kind_of


def _put_right(
    tx: Tx, env: Env, case: Case, transfer: Transfer | None, objection: Objection, promised: dt.date | None
) -> None:
    """What was wrong is done again: the part by its department, the acceptance by the window."""
    if objection.type == "result_objection" and transfer is not None:
        _reopen(tx, env, case, transfer, promised)
    elif objection.type == "accept_objection" and case.status == "not_accepted":
        move(tx, env, BOT, case, "reopen_acceptance", data={"objection": objection.id})
    owner = tx.session.get(Staff, case.owner_id) if case.owner_id else None
    if owner is not None:
        to_staff(
            tx, env, owner.id, "msg.staff_objection_right",
            {**group_params(env, case), "kind": Term("objection", objection.type), "path": path_of(objection)},
            key=f"{objection.id}:right", case_id=case.id,
        )  # fmt: skip


def _reopen(tx: Tx, env: Env, case: Case, transfer: Transfer, promised: dt.date | None) -> None:
    """The department has it in hand again, with a new day (domain 3.6, t_reopen)."""
    if promised is None:
        raise RefusedAct("missing", field="promised")
    latest = deadlines.due_of(env, "clk_objection", env.now).day
    if not env.today <= promised <= latest or not env.calendar.is_working_day(promised):
        raise RefusedAct("promise_not_possible", field="promised", latest=latest.isoformat())
    deadlines.stop(tx, env, case.id, ("clk_archive", "clk_satisfaction", "clk_window_feedback"))
    transfer.promised_date = promised
    transfer.decided_at = None
    transfer.feedback_status = "none"
    transfers.move(tx, env, BOT, case, transfer, "t_reopen", data={"promised": promised.isoformat()})
    due = due_on(promised, env.now, False, deadlines.rules_of(env).office_close)
    deadlines.start(tx, env, "clk_promised", case, transfer, due=due)
    to_person(
        tx, env, case.contact_id, "msg.reopened",
        {"called": called(tx, env, case), "item": Term("item", transfer.item), "date": day(promised)},
        key=f"{transfer.id}:reopened:{case.journal_seq}", case_id=case.id, transfer_id=transfer.id,
    )  # fmt: skip
    to_group(
        tx, env, dept_group(transfer.dept, case.town), "msg.staff_reopened",
        {**group_params(env, case, transfer), "date": day(promised)},
        key=f"{transfer.id}:reopened:{case.journal_seq}:group", case_id=case.id, transfer_id=transfer.id,
    )  # fmt: skip
    settle(tx, env, case, "t_reopen")


def withdraw_objection(tx: Tx, env: Env, actor: Actor, case_id: str) -> int:
    """She takes back what is open of her objections; how many. An order after a bad mark stays."""
    case = case_for(tx, actor, case_id)
    found = tx.session.exec(
        select(Objection).where(
            Objection.case_id == case.id, col(Objection.status).in_(OPEN), Objection.type != "low_rating"
        )
    ).all()
    for objection in found:
        _move(tx, env, actor, case, objection, "objection_withdrawn")
        _ended(tx, env, case, objection)
    return len(found)


def _move(tx: Tx, env: Env, actor: Actor, case: Case, objection: Objection, event: str) -> None:
    taken = next((one for one in OBJECTION_MOVES if one.event == event and one.before == objection.status), None)
    if taken is None:
        raise RefusedAct("not_possible_now", event=event, status=objection.status)
    objection.status = taken.after
    tx.session.add(objection)
    record(
        tx, env, actor, event, case=case, subject=objection.id, before=taken.before, after=taken.after,
        data={"type": objection.type},
    )  # fmt: skip
    tx.flush()


def _ended(tx: Tx, env: Env, case: Case, objection: Objection) -> None:
    deadlines.stop(tx, env, objection.subject, (objection.clock,))
    left = tx.session.exec(
        select(Objection.id).where(Objection.case_id == case.id, col(Objection.status).in_(OPEN)).limit(1)
    ).first()
    case.objection_open = left is not None
    tx.session.add(case)
    if case.status == "rated" and not case.objection_open:
        deadlines.start(tx, env, "clk_archive", case)  # it waited for the answer
