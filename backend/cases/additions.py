"""Words and files that come after handing in: they land on the case, and the window is told."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import update
from sqlmodel import col, select

from backend.cases.tables import Addition, Case, CaseChange
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


#: What comes after handing in and is looked at by the window: words and files, and values that are different now.
_NEWS: Final = (Addition, CaseChange)


def unseen(tx: Tx, case_ids: Collection[str]) -> set[str]:
    """The cases with something she added or changed that has not been before a colleague's eyes yet."""
    found: set[str] = set()
    for row in _NEWS if case_ids else ():
        new = select(row.case_id).where(col(row.case_id).in_(case_ids), col(row.seen_at).is_(None)).distinct()
        found.update(tx.session.exec(new))
    return found


def see(tx: Tx, env: Env, case_id: str) -> int:
    """A colleague of the window has the case before her: what came after handing in is seen; how much was new."""
    return sum(
        tx.connection.execute(
            update(row).where(col(row.case_id) == case_id, col(row.seen_at).is_(None)).values(seen_at=env.now)
        ).rowcount
        for row in _NEWS
    )
