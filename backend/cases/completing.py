"""A form that goes on after a danger completes the case the danger opened: one matter, one case (domain 8.1)."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlmodel import col, select

from backend.cases.changes import change
from backend.cases.notices import issue_notice
from backend.cases.representing import represent, tell_principal
from backend.cases.status import CLOSED
from backend.cases.submit import CONSENT_TEXT, Filed, claims, give_consents, keep_files, who_is_told
from backend.cases.tables import Case
from backend.conversations.window import window_of
from backend.env import Env
from backend.writer import Tx
from dialogs.drafts import about, phone_of_helper
from dialogs.effects import Say
from dialogs.state import Answer, State
from dialogs.terms import Param

_OWN = ("name", "phone", "id_number", "age", "address", "income")


def complete(tx: Tx, env: Env, contact_id: str, state: State) -> Filed | None:
    """Put what a form tells into the case of the danger it goes on from.

    Returns:
        None when the form goes on from no danger, or when that case is closed and the form is a case of its own.
    """
    if state.matter is None:
        return None
    found = select(Case).where(col(Case.contact_id) == contact_id, col(Case.draft) == state.matter.draft)
    case = tx.session.exec(found).first()
    if case is None or case.status in CLOSED:
        return None
    answers = state.answers
    kept = msgspec.json.decode(case.get(env.sealer, "answers") or "{}", type=dict[str, Answer])
    case.put(env.sealer, "answers", msgspec.json.encode({**kept, **answers}).decode())
    case.needs = _joined(case.needs, _codes(answers.get("needs")), "need_unknown")
    claimed = _joined([one["code"] for one in case.hardships], _codes(answers.get("hardships")), "other")
    known = {one["code"]: one for one in (*claims(answers), *case.hardships)}
    case.hardships = [known[code] for code in claimed]
    if state.dialog == "for_another" and not case.proxy_filed:
        case.proxy_filed = True
        represent(tx, env, case, contact_id, answers, CONSENT_TEXT, phone_of_helper(state))
        tell_principal(tx, env, case)
    elif state.dialog != "for_another":
        give_consents(tx, env, case, contact_id, answers)
    keep_files(tx, case, contact_id, state)
    tx.session.add(case)
    tx.flush()
    values = {slot: answers[slot].value for slot in _OWN if slot in answers and answers[slot].value is not None}
    words = str(answers["difficulty"].value or "") if "difficulty" in answers else ""
    change(tx, env, contact_id, case.register_no, words, values, _people(answers))
    return Filed(case.id, case.register_no, _receipt(tx, env, case, state))


def _receipt(tx: Tx, env: Env, case: Case, state: State) -> tuple[Say, ...]:
    """What she was not told in the danger: number, code, and the whole list of what to bring."""
    code = env.sealer.query_code()
    case.query_code_hash = env.sealer.lookup("query_code", f"{case.id}:{code}")
    tx.session.add(case)
    window = window_of(env, case.town)
    number: dict[str, Param] = {
        "number": case.short_no,
        "code": code,
        "called": who_is_told(state),
        "clerk": window.clerk,
        "phone": window.phone,
    }
    notice = issue_notice(tx, env, case)
    whom = about(state)
    says = (Say("msg.submitted", number, kind="receipt"), *(notice.says if notice is not None else ()))
    return tuple(msgspec.structs.replace(say, about=whom) for say in says)


def _codes(answer: Answer | None) -> list[str]:
    return list(answer.value) if answer is not None and isinstance(answer.value, list) else []


def _joined(known: list[str], told: list[str], vague: str) -> list[str]:
    codes = list(dict.fromkeys([*known, *told]))
    return [code for code in codes if code != vague] or codes


def _people(answers: dict[str, Answer]) -> list[dict[str, Any]]:
    people: dict[int, dict[str, Any]] = {}
    for slot, answer in answers.items():
        if slot.startswith("members.") and answer.value is not None:
            _, number, inner = slot.split(".")
            people.setdefault(int(number), {})[inner] = answer.value
    return [{"relation": "other", **one} for _, one in sorted(people.items())]
