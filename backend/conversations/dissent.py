"""She withdraws, or does not agree: the acts behind the words, and what she is answered."""

from __future__ import annotations

from backend.cases import acts
from backend.cases.move import get_case
from backend.cases.representing import widen
from backend.cases.tables import Case
from backend.conversations.own import helper_of
from backend.conversations.window import window_of
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.messages import day, group_params, town_group
from backend.objections.acts import file_objection, withdraw_objection
from backend.outbox.post import to_group
from backend.writer import Tx
from dialogs.effects import FileObjection, Say


def _her(contact_id: str) -> Actor:
    return Actor("person", contact_id, ("applicant", "proxy"))


def withdraw(
    tx: Tx, env: Env, contact_id: str, register_no: str, proof: str, files: tuple[str, ...] = ()
) -> tuple[Say, ...]:
    """Withdraw for her; who helps has shown that she wants it (domain 2.2, 3.5).

    Args:
        proof: voice, signature or witness; "" by herself.
        files: the recording or the photo; without one her yes was only stated.
    """
    answer: list[Say] = []
    try:
        case = acts.withdraw(tx, env, _her(contact_id), register_no, proof=proof, answer=answer)
    except NotFound:
        return (Say("tell.no_case"),)
    except RefusedAct:
        return (Say("tell.after.too_late_to_withdraw", {"phone": window_of(env).phone}),)
    if proof:
        widen(tx, env, contact_id, case, "withdraw", proof, files)
    to_group(
        tx, env, town_group(case.town), "msg.staff_withdrawn", group_params(env, case),
        key=f"{case.id}:withdrawn:{case.journal_seq}:town", case_id=case.id,
    )  # fmt: skip
    return tuple(answer)


def object_(tx: Tx, env: Env, contact_id: str, said: FileObjection) -> tuple[Say, ...]:
    """Write her objection down; she hears its number and by when she is answered in writing."""
    try:
        case = get_case(tx, said.case_no)
        known = file_objection(
            tx, env, _her(contact_id), case.id,
            kind=said.kind or _kind(case, said.part), text=said.text, transfer_id=said.part,
            by_helper=bool(helper_of(env, case)),
        )  # fmt: skip
    except (NotFound, RefusedAct):
        return (Say("tell.no_case"),)
    return (Say("tell.after.objection", {"number": known.number, "date": day(known.due_day)}),)


def _kind(case: Case, part: str) -> str:
    """What an objection in no particular words is about, by where the case stands (domain 3.7)."""
    if part:
        return "result_objection"
    if case.status in ("submitted", "supplement_required", "not_accepted"):
        return "accept_objection"
    return "service_complaint"


def take_back(tx: Tx, env: Env, contact_id: str, register_no: str) -> tuple[Say, ...]:
    """She takes back what is open of her objections."""
    try:
        count = withdraw_objection(tx, env, _her(contact_id), register_no)
    except NotFound:
        count = 0
    return (Say("tell.after.objection_taken_back" if count else "tell.no_case"),)
