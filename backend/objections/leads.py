"""What is reported about others or the service (线索): for the supervisor alone, and never with who said it."""

from __future__ import annotations

from sqlmodel import col, select

from backend.cases.numbers import next_in
from backend.checks import SHORTEST_REASON, long_enough
from backend.deadlines import service as deadlines
from backend.env import BOT, Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.ids import new_id
from backend.journal.record import record
from backend.messages import SUPERVISION_GROUP, day
from backend.objections.tables import Lead
from backend.outbox.post import to_group
from backend.prepared import insert
from backend.writer import Tx
from dialogs.terms import Term


def report(tx: Tx, env: Env, kind: str, text: str) -> str:
    """Keep a report; its number. Neither the row nor the journal knows who said it.

    Args:
        kind: `others`, about somebody's benefits; `service`, about the window, by who has no case.
    """
    due = deadlines.due_of(env, "clk_lead_visit", env.now)
    year = env.today.year
    number, lead_id = f"XS-{year:04d}-{next_in(tx, f'XS-{year:04d}'):04d}", new_id("led")
    insert(tx, env, Lead, id=lead_id, number=number, kind=kind, text=text, reported_at=env.now, due_day=due.day)
    record(tx, env, BOT, "lead_reported", subject=lead_id, data={"kind": kind})
    to_group(
        tx, env, SUPERVISION_GROUP, "msg.staff_tip",
        {"number": number, "kind": Term("lead", kind), "due": day(due.day), "path": "/desk/objections"},
        key=f"{lead_id}:reported",
    )  # fmt: skip
    return number


def open_leads(tx: Tx, actor: Actor) -> list[Lead]:
    """The reports that wait, oldest first; none for anybody but the supervisor."""
    if actor.kind != "staff" or "supervisor" not in actor.roles:
        return []
    return list(
        tx.session.exec(select(Lead).where(col(Lead.closed_at).is_(None)).order_by(col(Lead.reported_at)).limit(100))
    )


def close(tx: Tx, env: Env, actor: Actor, lead_id: str, result: str) -> Lead:
    """What came of it, in the supervisor's words. Who reported it is not told, and is not known.

    Raises:
        NotFound: not the supervisor, or no such report.
        RefusedAct: `too_short`; `not_possible_now`, it is closed.
    """
    found = tx.session.get(Lead, lead_id, with_for_update=True)
    if found is None or actor.kind != "staff" or "supervisor" not in actor.roles:
        raise NotFound("lead")
    if found.closed_at is not None:
        raise RefusedAct("not_possible_now", event="lead_closed", status="closed")
    found.put(env.sealer, "result", long_enough("result", result, SHORTEST_REASON))
    found.closed_at, found.closed_by = env.now, actor.id
    tx.session.add(found)
    record(tx, env, actor, "lead_closed", subject=found.id)
    return found
