"""Her mark for how a case was handled (好差评), and what a bad one leads to."""

from __future__ import annotations

from typing import Final

from sqlmodel import col, select

from backend.cases.move import case_for, move, require
from backend.cases.representing import may_rate
from backend.cases.tables import Case
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.messages import called, day, group_params
from backend.objections.acts import add_reason, open_low_rating, path_of
from backend.outbox.post import to_person, to_staff
from backend.staff.tables import Staff
from backend.writer import Tx
from dialogs.effects import Say

LOW_SCORE: Final = 2


def rate(tx: Tx, env: Env, actor: Actor, case_id: str, score: int) -> Case:
    """How content she is, 1 to 5. Only she says it; at 1 or 2 an order to put it right is opened, with a day to call.

    Raises:
        NotFound, RefusedAct: as `move`; `unknown_score`; `not_in_mandate`, an assistant's mark for whom she serves.
    """
    case = case_for(tx, actor, case_id)
    require(tx, actor, case, "rate")
    if actor.kind == "person" and not may_rate(tx, case):
        raise RefusedAct("not_in_mandate")
    if score not in range(1, 6):
        raise RefusedAct("unknown_score", score=score)
    case.rating = score
    move(tx, env, actor, case, "rate", data={"score": score})
    if score > LOW_SCORE:
        to_person(
            tx, env, case.contact_id, "msg.rating_thanks", {"called": called(tx, env, case)},
            key=f"{case.id}:rated:{case.journal_seq}", case_id=case.id,
        )  # fmt: skip
        return case
    order = open_low_rating(tx, env, actor, case, score)
    owner = tx.session.get(Staff, case.owner_id) if case.owner_id else None
    to_person(
        tx, env, case.contact_id, "msg.low_rating_followup",
        {"called": called(tx, env, case), "clerk": owner.name if owner else "", "date": day(order.due_day)},
        key=f"{case.id}:rated:{case.journal_seq}", case_id=case.id,
    )  # fmt: skip
    for staff_id in dict.fromkeys((case.owner_id, *_town_leads(tx, case))):
        if staff_id is not None:
            to_staff(
                tx, env, staff_id, "msg.staff_low_rating",
                {**group_params(env, case), "score": score, "due": day(order.due_day), "path": path_of(order)},
                key=f"{case.id}:low_rating:{case.journal_seq}:{staff_id}", case_id=case.id,
            )  # fmt: skip
    return case


def _town_leads(tx: Tx, case: Case) -> list[str]:
    staff = tx.session.exec(select(Staff).where(Staff.town == case.town, col(Staff.active).is_(True))).all()
    return [one.id for one in staff if "township_lead" in one.roles]


def rated_in_chat(tx: Tx, env: Env, contact_id: str, register_no: str, score: int) -> tuple[Say, ...]:
    """Take a mark given in the chat; before the results were told, or a second time, it is kindly not taken."""
    actor = Actor("person", contact_id, ("applicant",))
    try:
        case = rate(tx, env, actor, register_no, score)
    except (NotFound, RefusedAct):
        return (Say("tell.not_rated_now", {"number": register_no}),)
    return (Say("ask.after.rate_why", {"called": called(tx, env, case)}, kind="ask"),) if score <= LOW_SCORE else ()


def say_why(tx: Tx, env: Env, contact_id: str, register_no: str, text: str) -> tuple[Say, ...]:
    """Why the mark was bad, in her own words."""
    actor = Actor("person", contact_id, ("applicant",))
    try:
        kept = add_reason(tx, env, actor, register_no, text)
    except NotFound:
        kept = False
    return (Say("tell.after.why_kept" if kept else "tell.no_case"),)
