"""Whatever is asked for after the one-time notice has said everything needs a reason, and is counted.

Source clause: MG 6(2) (一次性告知). Every road on which something is asked for (the window's supplement, a
department's request; at the desk, behind a link, from a shell) passes `ask`, inside the act itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from backend.cases.notices import latest, list_besides
from backend.cases.tables import Case, SecondAsk
from backend.clock import ZONE
from backend.env import Actor, Env
from backend.errors import RefusedAct
from backend.ids import new_id
from backend.writer import Tx
from dialogs.catalogue.model import Catalogue
from dialogs.terms import Line, Param, Term

WINDOW: Final = "window"
SHORTEST_NAME: Final = 3  # characters of a material's name that are looked for in a note


class Asked(NamedTuple):
    """What came of it.

    Attributes:
        why: said to the applicant; "" when nothing was asked for a second time.
        data: for the journal.
    """

    why: Param
    data: dict[str, Any]


def ask(
    tx: Tx,
    env: Env,
    actor: Actor,
    case: Case,
    materials: Sequence[str],
    note: str,
    *,
    dept: str,
    transfer_id: str | None = None,
    reason_code: str = "",
) -> Asked:
    """Let something be asked for: what the newest notice lists at all times, anything else with a reason only.

    A material that is named in the note is asked for as much as one that is ticked. What is new gets onto the next
    version of the notice. A case that never had a notice gets its first one, with everything that is asked for.

    Args:
        dept: who asks; `WINDOW` for the window.

    Raises:
        RefusedAct: `second_ask` without a reason, `unknown_second_ask` with one that does not exist.
    """
    if reason_code and reason_code not in env.catalogue.second_ask_reasons:
        raise RefusedAct("unknown_second_ask", reason_code=reason_code)
    wanted = list(dict.fromkeys((*materials, *named_in(note, env.catalogue))))
    last = latest(tx.session, env, case.id)
    if last is None:
        list_besides(tx, env, case, wanted, "")
        return Asked("", {})
    listed = {one.code for one in last[1].materials}
    beyond = [code for code in wanted if code not in listed]
    if not beyond:
        return Asked("", {})
    if not reason_code:
        raise RefusedAct("second_ask", material=env.catalogue.materials[beyond[0]].plain)
    notice = list_besides(tx, env, case, beyond, reason_code)
    for code in beyond:
        tx.session.add(
            SecondAsk(
                id=new_id("ask"), case_id=case.id, transfer_id=transfer_id, dept=dept, town=case.town, material=code,
                reason_code=reason_code, notice_version=notice.version, asked_by=actor.id, asked_at=env.now,
            )
        )  # fmt: skip
    return Asked(
        Line("notice.asked_again", {"reason": Term("second_ask", reason_code)}),
        {"second_ask": beyond, "reason_code": reason_code, "notice_version": notice.version},
    )


def named_in(note: str, catalogue: Catalogue) -> list[str]:
    """The materials a note calls by their names; of names within one another only the longest."""
    names = sorted(
        ((name, one.code) for one in catalogue.materials.values() for name in {one.name, one.plain}),
        key=lambda pair: -len(pair[0]),
    )
    found = []
    for name, code in names:
        if len(name) >= SHORTEST_NAME and name in note:
            found.append(code)
            note = note.replace(name, " ")
    return list(dict.fromkeys(found))


def second_asks(db: Session, month: dt.date) -> dict[str, int]:
    """How many things each department (`window` for the window) asked for a second time in the month of that day."""
    first = dt.datetime(month.year, month.month, 1, tzinfo=ZONE)
    following = dt.datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=ZONE)
    rows = db.exec(
        select(SecondAsk.dept, func.count())
        .where(col(SecondAsk.asked_at) >= first, col(SecondAsk.asked_at) < following)
        .group_by(col(SecondAsk.dept))
        .order_by(col(SecondAsk.dept))
    )
    return dict(rows.all())
