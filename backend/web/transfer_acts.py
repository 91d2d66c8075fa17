"""The departments' acts as forms, the same on the desk and behind a link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from backend.cases.acts import CONFIRMATIONS
from backend.checks import SHORTEST_REASON
from backend.env import Actor, Env
from backend.transfers import deciding, dispatching, handling, returning
from backend.transfers.tables import Transfer
from backend.web.forms import LINE, Form
from backend.web.transfer_view import askable, refusals_of
from backend.writer import Tx

Fields = dict[str, Any]


class TransferAct(NamedTuple):
    """One form of a transfer's page.

    Attributes:
        event: what the journal then says; a second press finds it there.
        by_link: whether a department may do it without an account.
        decides: whether the transfer is over then, and its link with it.
    """

    event: str
    read: Callable[[Form, Env, Transfer], Fields]
    do: Callable[[Tx, Env, Actor, str, Fields], object]
    fields: Mapping[str, str] = MappingProxyType({})
    by_link: bool = True
    decides: bool = False


def _nothing(form: Form, env: Env, transfer: Transfer) -> Fields:
    return {}


def _receive(form: Form, env: Env, transfer: Transfer) -> Fields:
    return {
        "handler_name": form.text("handler_name", shortest=2, longest=LINE, lines=False),
        "handler_phone": form.text("handler_phone", shortest=5, longest=24, lines=False),
        "promised": form.date("promised"),
    }


def _materials(form: Form, env: Env, transfer: Transfer) -> Fields:
    materials = form.codes("materials", askable(env, transfer))
    note = form.text("note", shortest=0, longest=300)
    if not materials and not note:
        form.problem("materials", "choose")
    reason_code = form.code("second_reason", env.catalogue.second_ask_reasons, optional=True)
    return {"materials": materials, "note": note, "reason_code": reason_code}


def _extend(form: Form, env: Env, transfer: Transfer) -> Fields:
    return {"new_date": form.date("new_date"), "reason": form.text("reason", shortest=SHORTEST_REASON)}


def _return(form: Form, env: Env, transfer: Transfer) -> Fields:
    reason = form.code("return_reason", env.catalogue.return_reasons)
    suggested = form.code("suggested", env.catalogue.departments, optional=True)
    if reason == "not_our_duty" and not suggested:
        form.problem("suggested", "choose")
    note = form.text("note", shortest=0, longest=300)
    return {"reason": reason, "suggested_dept": suggested or None, "note": note}


def _grant(form: Form, env: Env, transfer: Transfer) -> Fields:
    return {
        "effective_date": form.date("effective_date"),
        "benefit": form.text("benefit", shortest=deciding.SHORTEST_BENEFIT, longest=200),
        "amount": form.text("amount", shortest=0, longest=LINE, lines=False) or None,
    }


def _refuse(form: Form, env: Env, transfer: Transfer) -> Fields:
    code = form.code("refusal_code", refusals_of(env, transfer))
    found = env.catalogue.refusals.get(code)
    shortest = max(SHORTEST_REASON, found.shortest_detail if found else 0)
    return {
        "refusal_code": code,
        "reason": form.text("reason", shortest=shortest),
        "policy_basis": form.text("policy_basis", shortest=deciding.SHORTEST_BASIS, longest=400),
        "remedy_type": form.code("remedy_type", env.catalogue.remedies),
        "reapply": form.text("reapply", shortest=deciding.SHORTEST_BASIS, longest=300),
    }


def _cancel(form: Form, env: Env, transfer: Transfer) -> Fields:
    return {"reason": form.text("reason", shortest=SHORTEST_REASON, longest=300)}


def _told(form: Form, env: Env, transfer: Transfer) -> Fields:
    return {"confirmation": form.code("confirmation", CONFIRMATIONS)}


TRANSFER_ACTS: Final[dict[str, TransferAct]] = {
    "receive": TransferAct(
        "t_receive",
        _receive,
        lambda tx, env, actor, row, got: handling.receive(tx, env, actor, row, **got),
        {"promise_not_possible": "promised"},
    ),
    "start": TransferAct("t_start", _nothing, lambda tx, env, actor, row, got: handling.start(tx, env, actor, row)),
    "materials": TransferAct(
        "t_request_materials",
        _materials,
        lambda tx, env, actor, row, got: handling.request_materials(
            tx, env, actor, row, got["materials"], note=got["note"], reason_code=got["reason_code"]
        ),
        {"second_ask": "second_reason", "*": "materials"},
    ),
    "materials-ok": TransferAct(
        "t_materials_ok", _nothing, lambda tx, env, actor, row, got: handling.materials_ok(tx, env, actor, row)
    ),
    "extend": TransferAct(
        "t_extend",
        _extend,
        lambda tx, env, actor, row, got: handling.extend(tx, env, actor, row, **got),
        {"promise_not_possible": "new_date", "*": "new_date"},
    ),
    "return": TransferAct(
        "t_return",
        _return,
        lambda tx, env, actor, row, got: returning.return_(tx, env, actor, row, **got),
        {"unknown_department": "suggested", "*": "return_reason"},
        decides=True,
    ),
    "grant": TransferAct(
        "t_grant", _grant, lambda tx, env, actor, row, got: deciding.grant(tx, env, actor, row, **got), decides=True
    ),
    "refuse": TransferAct(
        "t_refuse",
        _refuse,
        lambda tx, env, actor, row, got: deciding.refuse(tx, env, actor, row, **got),
        {"wrong_remedy": "remedy_type", "unknown_refusal": "refusal_code"},
        decides=True,
    ),
    "cancel": TransferAct(
        "t_cancel",
        _cancel,
        lambda tx, env, actor, row, got: dispatching.cancel(tx, env, actor, row, got["reason"]),
        by_link=False,
    ),
    "told": TransferAct(
        "result_reported",
        _told,
        lambda tx, env, actor, row, got: deciding.confirm_feedback(tx, env, actor, row, got["confirmation"]),
        {"*": "confirmation"},
        by_link=False,
    ),
}
