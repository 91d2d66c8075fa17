"""Who may open and do what on the desk: one table, one function. Whoever may not finds nothing there."""

from __future__ import annotations

from typing import Final, Literal

from backend.cases.move import roles_on
from backend.cases.tables import Case
from backend.env import Actor, Env
from backend.errors import NotFound
from backend.transfers.move import roles_on_transfer
from backend.transfers.tables import Transfer
from backend.writer import Tx

What = Literal[
    "desk",
    "alerts",
    "late",
    "talk",
    "case.see",
    "case.act",
    "case.show",
    "case.file",
    "transfer.see",
    "transfer.act",
    "transfer.show",
    "transfer.link",
]

WINDOW: Final = frozenset({"window_clerk", "county_center"})
DEPARTMENT: Final = frozenset({"dept_liaison", "dept_handler", "township_approver"})
_LEADS: Final = frozenset({"township_lead", "joint_meeting_office"})
_LOOKS_ON: Final = frozenset({"supervisor"})
STAFF: Final = frozenset(
    {
        *WINDOW,
        *DEPARTMENT,
        *_LEADS,
        *_LOOKS_ON,
        "village_assistant",
        "station_head",
        "community_reporter",
        "hotline_operator",
        "charity_partner",
        "auditor",
        "sys_admin",
    }
)

#: The roles that may (domain 2.2); on a case or a transfer only those count that reach it.
RIGHTS: Final[dict[What, frozenset[str]]] = {
    "desk": STAFF,
    "alerts": STAFF,  # what each sees there is the groups she is in
    "late": WINDOW | DEPARTMENT | _LEADS | _LOOKS_ON,
    "talk": WINDOW,
    "case.see": WINDOW | _LEADS,
    "case.act": WINDOW | _LEADS,
    "case.show": WINDOW,
    "case.file": WINDOW,
    "transfer.see": WINDOW | DEPARTMENT | _LEADS,
    "transfer.act": WINDOW | DEPARTMENT,
    "transfer.show": WINDOW | DEPARTMENT,
    "transfer.link": WINDOW,
}


def roles_for(
    tx: Tx, env: Env, actor: Actor | None, *, case: Case | None = None, transfer: Transfer | None = None
) -> frozenset[str]:
    """The actor's roles that count here."""
    if actor is None:
        return frozenset()
    if case is not None and transfer is not None:
        return roles_on_transfer(tx, env, actor, case, transfer)
    if case is not None:
        return roles_on(tx, actor, case)
    return frozenset(actor.roles) if actor.kind == "staff" else frozenset()


def allowed(
    tx: Tx, env: Env, actor: Actor | None, what: What, *, case: Case | None = None, transfer: Transfer | None = None
) -> bool:
    """Whether the actor may; `case` and `transfer` say on which."""
    return bool(roles_for(tx, env, actor, case=case, transfer=transfer) & RIGHTS[what])


def admit(
    tx: Tx, env: Env, actor: Actor | None, what: What, *, case: Case | None = None, transfer: Transfer | None = None
) -> None:
    """Raises NotFound for whoever may not: the same as for what does not exist."""
    if not allowed(tx, env, actor, what, case=case, transfer=transfer):
        raise NotFound(what)
