"""Deletes on her wish what may be deleted, and keeps the wish for the rest until a colleague has answered it.

Source clause: 个人信息保护法 47, 50; domain 12.6. What was never handed in is hers to delete at once. A case is kept as
long as its term says: she is told until when and by which clause, and gets her answer within `clk_erasure`.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete
from sqlmodel import col, select

from backend.cases.move import get_case
from backend.cases.representing import not_denied
from backend.cases.status import CLOSED
from backend.cases.tables import Case
from backend.checks import SHORTEST_REASON, long_enough
from backend.clock import local_day
from backend.conversations.media import drop_files
from backend.conversations.tables import Attachment, Emergency
from backend.conversations.unfinished import of_a_case
from backend.conversations.window import window_of
from backend.deadlines import service as deadlines
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.ids import new_id
from backend.inbox.tables import Inbound
from backend.journal.record import record
from backend.messages import called, day, place, town_group
from backend.outbox.post import to_group, to_person
from backend.outbox.tables import Outgoing
from backend.prepared import insert
from backend.privacy.retention import CASE_FILE_YEARS, free
from backend.privacy.tables import OUTCOMES, ErasureRequest
from backend.voice.tables import Voice
from backend.writer import Tx
from dialogs.catalogue.grounds import message_ground
from dialogs.catalogue.mistakes import NotCovered
from dialogs.effects import Say
from dialogs.terms import Line, Param

CLOCK = "clk_erasure"


def erase(tx: Tx, env: Env, contact_id: str, conversation_id: str) -> tuple[Say, ...]:
    """Nothing of what was never handed in is kept: words, files, recordings, what she was answered."""
    files = drop_files(tx, contact_id, None)
    words = tx.connection.execute(delete(Inbound).where(col(Inbound.contact_id) == contact_id, ~of_a_case())).rowcount
    tx.connection.execute(
        delete(Outgoing).where(col(Outgoing.contact_id) == contact_id, col(Outgoing.case_id).is_(None))
    )
    actor = Actor("person", contact_id, ("applicant",))
    record(tx, env, actor, "erased", subject=conversation_id, data={"messages": words, "files": files})
    danger = tx.session.exec(select(Emergency.id).where(Emergency.contact_id == contact_id)).first()
    return (Say("tell.erased_but_danger" if danger is not None else "tell.erased", {"phone": window_of(env).phone}),)


def ask(tx: Tx, env: Env, contact_id: str) -> tuple[Say, ...]:
    """Keep her wish about what lies in a case, once while it is open; what is kept until when, and who answers."""
    case = tx.session.exec(
        select(Case)
        .where(Case.contact_id == contact_id, not_denied())
        .order_by(col(Case.submitted_at).desc(), col(Case.id).desc())
    ).first()
    if case is None:
        return (Say("tell.no_case"),)
    found = _open_of(tx, contact_id)
    if found is None:
        due = deadlines.start(tx, env, CLOCK, case)
        request_id, due_day = new_id("era"), due.day
        insert(
            tx, env, ErasureRequest, id=request_id, contact_id=contact_id, case_id=case.id, asked_at=env.now,
            due_day=due_day,
        )  # fmt: skip
        record(tx, env, Actor("person", contact_id, ("applicant",)), "erasure_asked", case=case, subject=request_id)
        to_group(
            tx, env, town_group(case.town), "msg.staff_erasure",
            {"short": case.short_no, "place": place(case), "due": day(due_day), "path": "/desk/erasures"},
            key=f"{request_id}:asked", case_id=case.id,
        )  # fmt: skip
    else:
        due_day = found.due_day
        case = get_case(tx, found.case_id)
    kept = {"short": case.short_no, "until": _until(case), "basis": basis(env)}
    return (
        Say("tell.erasure_kept", kept),
        Say("tell.erasure_asked", {"date": day(due_day), "phone": window_of(env, case.town).phone}),
    )


def _until(case: Case) -> Param:
    """Until when its file is kept: a day where it is closed, else so many years after it will be."""
    if case.status not in CLOSED or case.closed_at is None:
        return Line("list.kept_after_end", {"years": CASE_FILE_YEARS})
    closed = local_day(case.closed_at)
    last = dt.date(closed.year + CASE_FILE_YEARS, closed.month, min(closed.day, 28))
    return Line("list.kept_until", {"year": str(last.year), "date": day(last)})


def basis(env: Env) -> str:
    """By which clause what lies in a case is kept and a wish is answered."""
    try:
        found = message_ground("msg.erasure_kept", env.county, env.today)
    except NotCovered:
        return ""
    return "" if found is None else found.text


def _open_of(tx: Tx, contact_id: str) -> ErasureRequest | None:
    return tx.session.exec(
        select(ErasureRequest).where(ErasureRequest.contact_id == contact_id, col(ErasureRequest.answered_at).is_(None))
    ).first()


def waiting(tx: Tx) -> list[tuple[ErasureRequest, Case]]:
    """Every wish nobody has answered, the one due first on top."""
    rows = tx.session.exec(
        select(ErasureRequest, Case)
        .join(Case, col(Case.id) == col(ErasureRequest.case_id))
        .where(col(ErasureRequest.answered_at).is_(None))
        .order_by(col(ErasureRequest.due_day), col(ErasureRequest.id))
        .limit(100)
    ).all()
    return [(one, case) for one, case in rows]


def answer(tx: Tx, env: Env, actor: Actor, request_id: str, outcome: str, reason: str) -> None:
    """A colleague answers; with `deleted` what may go is gone with this act: recordings that were heard.

    Args:
        reason: in plain words, for her: what is gone, what stays and why.

    Raises:
        NotFound: there is no such wish.
        RefusedAct: `unknown_outcome`, `too_short`; `not_possible_now`, it is answered.
    """
    found = tx.session.get(ErasureRequest, request_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("erasure")
    if found.answered_at is not None:
        raise RefusedAct("not_possible_now", event="erasure_answered", status="answered")
    if outcome not in OUTCOMES:
        raise RefusedAct("unknown_outcome", outcome=outcome)
    words = long_enough("reason", reason, SHORTEST_REASON)
    case = get_case(tx, found.case_id)
    files = _drop_recordings(tx, found.contact_id) if outcome == "deleted" else 0
    found.outcome, found.answered_at, found.answered_by = outcome, env.now, actor.id
    found.put(env.sealer, "answer", words)
    tx.session.add(found)
    deadlines.stop(tx, env, case.id, (CLOCK,))
    data = {"outcome": outcome, "files": files}
    record(tx, env, actor, "erasure_answered", case=case, subject=found.id, data=data)
    params: dict[str, Param] = {
        "called": called(tx, env, case), "short": case.short_no, "reason": words, "basis": basis(env),
        "phone": window_of(env, case.town).phone,
    }  # fmt: skip
    to_person(tx, env, found.contact_id, f"msg.erasure_{outcome}", params, key=f"{found.id}:answered", case_id=case.id)


def _drop_recordings(tx: Tx, contact_id: str) -> int:
    """Her recordings whose words were heard; one that proves a yes stays with the case's papers."""
    heard = select(Voice.attachment_id).where(
        Voice.contact_id == contact_id, col(Voice.status).in_(("heard", "silent"))
    )
    gone = tx.connection.execute(
        delete(Attachment).where(
            col(Attachment.contact_id) == contact_id, col(Attachment.id).in_(heard), col(Attachment.material).is_(None),
            free(),
        )
    )  # fmt: skip
    return gone.rowcount
