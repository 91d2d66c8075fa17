"""A conversation as it was: what she said, what she was answered, what was pushed to her, in order."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlmodel import Session, col, select

from backend.env import Env
from backend.inbox.receive import CONFIDENTIAL, answer_of
from backend.inbox.tables import Contact, Inbound
from backend.outbox.post import say_of
from backend.outbox.tables import Outgoing
from backend.voice.keeping import OF_VOICE
from dialogs.effects import Say

LONGEST = 100  # messages shown


class Raw(msgspec.Struct):
    """A message of the web chat or the terminal as it was kept."""

    text: str | None = None
    choice: str | None = None
    files: list[str] = []


class Entry(msgspec.Struct, frozen=True):
    """One message: hers when `say` is None, ours otherwise; `secret` is for her own eyes."""

    id: str
    at: dt.datetime
    text: str | None = None
    choice: str | None = None
    files: tuple[dict[str, str], ...] = ()
    say: Say | None = None
    status: str = ""
    secret: bool = False


def contact_of(db: Session, env: Env, channel: str, address: str) -> str | None:
    """The contact of an address, or None. Nothing is made."""
    if not address:
        return None
    return db.exec(
        select(Contact.id).where(
            Contact.channel == channel,
            Contact.account == channel,
            Contact.address_hash == env.sealer.lookup("address", address),
        )
    ).first()


def history(db: Session, env: Env, contact_id: str, limit: int = LONGEST) -> list[Entry]:
    """The last messages of a contact, oldest first."""
    entries: list[Entry] = []
    received = db.exec(
        select(Inbound)
        .where(Inbound.contact_id == contact_id)
        .order_by(col(Inbound.received_at).desc(), col(Inbound.id).desc())
        .limit(limit)
    ).all()
    for row in received:
        body = row.get(env.sealer, "body")
        raw = _raw(body or "")
        files = tuple({"name": "", "url": ""} for _ in raw.files)
        secret = row.status == CONFIDENTIAL
        entries.append(Entry(row.id, row.received_at, raw.text, raw.choice, files, secret=secret))
        if OF_VOICE in row.message_id:
            continue  # its answer was put into the outbox, and is read there
        entries += [
            Entry(f"{row.id}.{number}", row.received_at, say=say, secret=secret)
            for number, say in enumerate(answer_of(env, row))
        ]
    pushed = db.exec(
        select(Outgoing)
        .where(Outgoing.contact_id == contact_id, col(Outgoing.status).in_(("sent", "delivered")))
        .order_by(col(Outgoing.created_at).desc())
        .limit(limit)
    ).all()
    for out in pushed:
        entries.append(Entry(out.id, out.created_at, say=say_of(env, out), status=out.status))
    entries.sort(key=lambda entry: entry.at)
    return entries


def waiting(db: Session, env: Env, contact_id: str) -> list[tuple[str, Say]]:
    """What is due for a contact and not known to have been seen, oldest first."""
    rows = db.exec(
        select(Outgoing)
        .where(
            Outgoing.contact_id == contact_id,
            col(Outgoing.status).in_(("waiting", "leased", "sent")),
            Outgoing.due_at <= env.now,
        )
        .order_by(col(Outgoing.created_at))
        .limit(LONGEST)
    ).all()
    return [(row.id, say_of(env, row)) for row in rows]


def _raw(body: str) -> Raw:
    try:
        return msgspec.json.decode(body, type=Raw)
    except msgspec.MsgspecError:
        return Raw(text=None)
