"""The cases that were handed in from one account, as far as a conversation about them needs to know."""

from __future__ import annotations

from typing import Final

import msgspec
from sqlmodel import col, select

from backend.cases.changes import changes_of
from backend.cases.representing import not_denied
from backend.cases.status import CLOSED
from backend.cases.tables import Case, Household, Person, Representation
from backend.env import Env
from backend.objections.status import OPEN
from backend.objections.tables import Objection
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.anew import SLOTS
from dialogs.context import Earlier, OwnCase
from dialogs.state import Answer

MOST: Final = 8  # as many as can be chosen from
#: A case that is over for her: closed, or its result told.
_OVER: Final = CLOSED | {"feedback_delivered", "rated"}


class _Answered(msgspec.Struct):
    value: object = None


_answers = msgspec.json.Decoder(dict[str, _Answered]).decode


def own_cases(tx: Tx, env: Env, contact_id: str) -> tuple[OwnCase, ...]:
    """Her cases, the newest first."""
    tx.flush()
    rows = tx.session.exec(
        select(Case, Person)
        .where(Case.contact_id == contact_id, Case.applicant_id == Person.id, not_denied())
        .order_by(col(Case.submitted_at).desc())
        .limit(MOST)
    ).all()
    ids = [case.id for case, _ in rows]
    refused = tx.session.exec(
        select(Transfer.case_id, Transfer.id, Transfer.item)
        .where(col(Transfer.case_id).in_(ids), Transfer.status == "refused")
        .order_by(col(Transfer.seq))
    ).all()
    objections = tx.session.exec(
        select(Objection.case_id, Objection.number).where(
            col(Objection.case_id).in_(ids), col(Objection.status).in_(OPEN), Objection.type != "low_rating"
        )
    ).all()
    unshown = tx.session.exec(
        select(Representation.case_id).where(
            col(Representation.case_id).in_(ids), Representation.contact_id == contact_id,
            col(Representation.confirmed_at).is_(None), col(Representation.ended_at).is_(None),
        )
    ).all()  # fmt: skip
    return tuple(
        OwnCase(
            number=case.register_no,
            short=case.short_no,
            status=case.status,
            called=person.get(env.sealer, "called") or person.get(env.sealer, "name") or "",
            helper=helper_of(env, case),
            refused=tuple((part, item) for case_id, part, item in refused if case_id == case.id),
            objection=next((number for case_id, number in objections if case_id == case.id), ""),
            proofs=_proofs(env, person),
            unshown=case.id in unshown,
        )
        for case, person in rows
    )


_whole = msgspec.json.Decoder(dict[str, Answer]).decode


def earlier_of(tx: Tx, env: Env, contact_id: str) -> Earlier | None:
    """What her last case knows of her where it is closed; None while one is under way, or when it knows nothing.

    What she changed after handing in stands in the rows; of a household that was changed, nothing is offered.
    """
    tx.flush()
    found = tx.session.exec(
        select(Case, Person, Household)
        .where(
            Case.contact_id == contact_id,
            Case.applicant_id == Person.id,
            Case.household_id == Household.id,
            col(Case.proxy_filed).is_(False),
        )
        .order_by(col(Case.submitted_at).desc())
        .limit(1)
    ).first()
    kept = found[0].get(env.sealer, "answers") if found is not None and found[0].status in _OVER else None
    if found is None or not kept:
        return None
    case, person, home = found
    changed = {field for row in changes_of(tx, case.id) for field in row.fields}
    people = not any(field.startswith("members.") or field == "household_size" for field in changed)
    told = {
        slot: answer
        for slot, answer in _whole(kept).items()
        if slot in SLOTS or (people and slot.startswith("members."))
    }
    if not people:
        told.pop("members", None)
    for field in changed & {"name", "phone", "id_number"}:
        told[field] = Answer(person.get(env.sealer, field), how="told")
    if "address" in changed:
        told.pop("address", None)
    if changed & {"income", "income_text"}:
        told.pop("income", None)
    return Earlier(told, home.size)


def helper_of(env: Env, case: Case) -> str:
    """What whoever filed it is to the applicant; "" when she filed it herself."""
    kept = case.get(env.sealer, "answers")
    answer = _answers(kept).get("helper") if kept else None
    if answer is not None and isinstance(answer.value, str):
        return answer.value
    return "other" if case.proxy_filed or answer is not None else ""


def _proofs(env: Env, person: Person) -> tuple[str, ...]:
    phone, number = person.get(env.sealer, "phone") or "", person.get(env.sealer, "id_number") or ""
    found = (phone[-4:], number[6:10] if len(number) == 18 else "")
    return tuple(one for one in found if len(one) == 4)
