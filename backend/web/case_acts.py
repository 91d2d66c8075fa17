"""The window's acts as forms: each reads its fields, and does one act of the backend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from backend.cases import acts, meetings, representing
from backend.cases.move import get_case
from backend.checks import SHORTEST_REASON
from backend.conversations import query_lock
from backend.env import Actor, Env
from backend.journal.record import record
from backend.transfers.dispatching import send
from backend.web.forms import Form
from backend.writer import Tx

Fields = dict[str, Any]
EXTRA_ROWS: Final = 2  # rows of the plan that are not suggested


class CaseAct(NamedTuple):
    """One form of the case's page.

    Attributes:
        event: what the journal then says; a second press finds it there.
        read: the fields, or problems in the form.
        do: the act.
        fields: refusal code to the field it belongs to.
    """

    event: str
    read: Callable[[Form, Env], Fields]
    do: Callable[[Tx, Env, Actor, str, Fields], object]
    fields: Mapping[str, str] = MappingProxyType({})


def _nothing(form: Form, env: Env) -> Fields:
    return {}


def _accept(form: Form, env: Env) -> Fields:
    return {"items": form.codes("items", env.catalogue.items) or None}


def _decline(form: Form, env: Env) -> Fields:
    return {
        "reason_code": form.code("reason_code", env.catalogue.reasons),
        "reason": form.text("reason", shortest=SHORTEST_REASON),
        "where": form.text("where", shortest=2, longest=120, lines=False),
        "phone": form.text("phone", shortest=0, longest=24, lines=False),
    }


def _supplement(form: Form, env: Env) -> Fields:
    materials = form.codes("materials", env.catalogue.materials)
    note = form.text("note", shortest=0, longest=300)
    if not materials and not note:
        form.problem("materials", "choose")
    reason_code = form.code("second_reason", env.catalogue.second_ask_reasons, optional=True)
    return {"materials": materials, "note": note, "reason_code": reason_code}


def _send(form: Form, env: Env) -> Fields:
    depts = {code for code, found in env.catalogue.departments.items() if found.takes_transfers}
    plan: list[tuple[str, str]] = []
    for item in form.codes("send", env.catalogue.items):
        dept = form.code(f"dept.{item}", depts)
        plan.append((item, dept))
    for row in range(EXTRA_ROWS):
        item = form.code(f"more.{row}", env.catalogue.items, optional=True)
        if item:
            plan.append((item, form.code(f"more_dept.{row}", depts, optional=True) or _own_dept(env, item)))
    if not plan:
        form.problem("send", "choose")
    return {"plan": plan}


def _own_dept(env: Env, item: str) -> str:
    found = env.catalogue.items.get(item)
    return found.department if found else ""


def _feedback(form: Form, env: Env) -> Fields:
    return {"confirmation": form.code("confirmation", acts.CONFIRMATIONS)}


def _withdraw(form: Form, env: Env) -> Fields:
    form.ticked("sure")
    return {}


def _meeting(form: Form, env: Env) -> Fields:
    return {
        "reason": form.code("reason", env.catalogue.meeting_reasons),
        "proposal": form.text("proposal", shortest=meetings.SHORTEST),
    }


def _proposal(form: Form, env: Env) -> Fields:
    return {"proposal": form.text("proposal", shortest=meetings.SHORTEST)}


def _resolve(form: Form, env: Env) -> Fields:
    return {
        "outcome": form.code("outcome", meetings.OUTCOMES),
        "minutes_no": form.text("minutes_no", shortest=2, longest=40, lines=False),
        "result": form.text("result", shortest=meetings.SHORTEST),
    }


def _unlock(tx: Tx, env: Env, actor: Actor, case_id: str) -> None:
    """Somebody got the query code wrong too often, and is the applicant after all."""
    case = get_case(tx, case_id)
    query_lock.open_for_all(tx, env, case.register_no)
    record(tx, env, actor, "query_unlocked", case=case)


CASE_ACTS: Final[dict[str, CaseAct]] = {
    "accept": CaseAct(
        "accept", _accept, lambda tx, env, actor, case, got: acts.accept(tx, env, actor, case, **got), {"*": "items"}
    ),
    "decline": CaseAct(
        "decline_accept",
        _decline,
        lambda tx, env, actor, case, got: acts.decline_accept(tx, env, actor, case, **got),
        {"unknown_reason": "reason_code"},
    ),
    "supplement": CaseAct(
        "request_supplement",
        _supplement,
        lambda tx, env, actor, case, got: acts.request_supplement(
            tx, env, actor, case, got["materials"], note=got["note"], reason_code=got["reason_code"]
        ),
        {"second_ask": "second_reason", "*": "materials"},
    ),
    "supply": CaseAct("supply", _nothing, lambda tx, env, actor, case, got: acts.supply(tx, env, actor, case)),
    "send": CaseAct(
        "send_transfers",
        _send,
        lambda tx, env, actor, case, got: send(tx, env, actor, case, got["plan"]),
        {"*": "send"},
    ),
    "feedback": CaseAct(
        "deliver_feedback",
        _feedback,
        lambda tx, env, actor, case, got: acts.deliver_feedback(tx, env, actor, case, got["confirmation"]),
        {"*": "confirmation"},
    ),
    "withdraw": CaseAct("withdraw", _withdraw, lambda tx, env, actor, case, got: acts.withdraw(tx, env, actor, case)),
    "unlock": CaseAct("query_unlocked", _nothing, lambda tx, env, actor, case, got: _unlock(tx, env, actor, case)),
    "mandate": CaseAct(
        "mandate_confirmed", _nothing, lambda tx, env, actor, case, got: representing.confirm(tx, env, actor, case)
    ),
    "own": CaseAct(
        "take_ownership", _nothing, lambda tx, env, actor, case, got: acts.take_ownership(tx, env, actor, case)
    ),
    "meeting": CaseAct(
        "meeting_opened",
        _meeting,
        lambda tx, env, actor, case, got: meetings.raise_meeting(tx, env, actor, case, **got),
        {"*": "reason"},
    ),
    "proposal": CaseAct(
        "meeting_submitted",
        _proposal,
        lambda tx, env, actor, case, got: meetings.submit_proposal(tx, env, actor, case, got["proposal"]),
    ),
    "resolve": CaseAct(
        "resolve_meeting",
        _resolve,
        lambda tx, env, actor, case, got: meetings.resolve_meeting(tx, env, actor, case, **got),
        {"*": "outcome"},
    ),
}
