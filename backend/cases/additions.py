"""Words and files that come after handing in: they land on the case, and the window is told."""

from __future__ import annotations

from sqlmodel import select

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
