"""Words and files that come after handing in: they land on the case, and the window is told."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import col, select

from backend.cases.tables import Addition, Case
from backend.conversations.tables import Attachment
from backend.env import Actor, Env
from backend.ids import new_id
from backend.journal.record import record
from backend.messages import path_of, place, town_group
from backend.outbox.post import to_group
from backend.writer import Tx
from dialogs.effects import Say


def add(tx: Tx, env: Env, actor: Actor, register_no: str, text: str | None, files: tuple[str, ...]) -> tuple[Say, ...]:
    """Keep what she added to her case. Only the contact that filed it gets here."""
    case = tx.session.exec(select(Case).where(Case.register_no == register_no, Case.contact_id == actor.id)).first()
    if case is None:
        return (Say("tell.no_case"),)
    addition = Addition(id=new_id("add"), case_id=case.id, at=env.now, files=list(files))
    addition.put(env.sealer, "text", text)
    tx.session.add(addition)
    for attachment_id in files:
        attachment = tx.session.get(Attachment, attachment_id)
        if attachment is not None and attachment.contact_id == actor.id:
            attachment.case_id = case.id
            tx.session.add(attachment)
    record(tx, env, actor, "addition", case=case, subject=addition.id, data={"files": len(files)})
    to_group(
        tx,
        env,
        town_group(case.town),
        "msg.staff_addition",
        {"short": case.short_no, "place": place(case), "path": path_of(case)},
        key=f"{addition.id}",
        case_id=case.id,
    )
    return ()


def _unseen(case_id: str) -> ColumnElement[bool]:
    return and_(col(Addition.case_id) == case_id, col(Addition.seen_at).is_(None))


def unseen(tx: Tx, case_id: str) -> bool:
    """Whether something she added has not been before a colleague's eyes yet."""
    return tx.session.exec(select(Addition.id).where(_unseen(case_id)).limit(1)).first() is not None


def see(tx: Tx, env: Env, case_id: str) -> int:
    """A colleague of the window has the case before her: what was added is seen; how much was new."""
    return tx.connection.execute(update(Addition).where(_unseen(case_id)).values(seen_at=env.now)).rowcount
