"""The cases that were handed in from one account, as far as a conversation about them needs to know."""

from __future__ import annotations

from typing import Final

import msgspec
from sqlmodel import col, select

from backend.cases.representing import not_denied
from backend.cases.tables import Case, Person, Representation
from backend.env import Env
from backend.objections.status import OPEN
from backend.objections.tables import Objection
from backend.transfers.tables import Transfer
from backend.writer import Tx
from dialogs.context import OwnCase

MOST: Final = 8  # as many as can be chosen from


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
