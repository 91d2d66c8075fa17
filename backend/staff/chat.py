"""A colleague's own account on a channel: bound by a one-time code she types there, and let go again."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Final

from sqlalchemy import delete, update
from sqlmodel import col, func, select

from backend.conversations import query_lock
from backend.conversations.tables import QueryTry
from backend.env import Actor, Env
from backend.errors import NotFound, RefusedAct
from backend.ids import new_id
from backend.inbox.tables import Contact
from backend.journal.record import record
from backend.staff.tables import OneTimeLink, Staff
from backend.station.tables import SheetRow
from backend.writer import Tx
from dialogs.effects import Say

#: Roles that work a village station from a chat (domain 2.1).
STATION: Final = frozenset({"village_assistant", "station_head"})
PURPOSE: Final = "chat"
MINUTES: Final = 30
#: Wrong codes from everybody together within a day, after which none is taken: six digits are few.
MOST_WRONG: Final = 100
_TRIES: Final = "chat-code"


def issue_code(tx: Tx, env: Env, staff_id: str) -> str:
    """Six digits she types into the chat within half an hour; the one given before works no more.

    Raises:
        NotFound: no such active colleague.
        RefusedAct: `not_station`, her roles have nothing to do in a chat.
    """
    staff = tx.session.get(Staff, staff_id)
    if staff is None or not staff.active:
        raise NotFound("staff")
    if not STATION & set(staff.roles):
        raise RefusedAct("not_station", who=staff.name)
    tx.flush()
    tx.session.execute(
        update(OneTimeLink)
        .where(
            col(OneTimeLink.subject) == staff_id,
            col(OneTimeLink.purpose) == PURPOSE,
            col(OneTimeLink.used_at).is_(None),
        )
        .values(revoked_at=env.now)
    )
    code = _free_code(tx, env)
    tx.session.add(
        OneTimeLink(
            id=new_id("lnk"),
            token_hash=_hash(env, code),
            purpose=PURPOSE,
            subject=staff_id,
            staff_id=staff_id,
            created_at=env.now,
            expires_at=env.now + dt.timedelta(minutes=MINUTES),
        )
    )
    tx.flush()
    return code


def _free_code(tx: Tx, env: Env) -> str:
    """A code nobody waits with; one that is over makes room, for the hash is unique."""
    while True:
        code = f"{secrets.randbelow(10**6):06d}"
        known = tx.session.exec(select(OneTimeLink).where(OneTimeLink.token_hash == _hash(env, code))).first()
        if known is None:
            return code
        if known.used_at is not None or known.revoked_at is not None or known.expires_at <= env.now:
            known.token_hash = env.sealer.lookup("link", known.id)
            tx.session.add(known)
            tx.flush()
            return code


def _hash(env: Env, code: str) -> str:
    return env.sealer.lookup("chat_code", code)


def bind_by_code(tx: Tx, env: Env, contact_id: str, code: str) -> tuple[Say, ...]:
    """She typed a code: this account is hers from now on, or she hears that the code does not hold."""
    wrong = (Say("tell.bind_wrong"),)
    if query_lock.closed_until(tx, env, contact_id, _TRIES) is not None or _too_many(tx, env):
        return wrong
    link = tx.session.exec(
        select(OneTimeLink)
        .where(OneTimeLink.token_hash == _hash(env, code), OneTimeLink.purpose == PURPOSE)
        .with_for_update()
    ).first()
    staff = tx.session.get(Staff, link.subject) if link is not None else None
    usable = link is not None and link.used_at is None and link.revoked_at is None and link.expires_at > env.now
    if link is None or staff is None or not staff.active or not usable:
        query_lock.count_wrong(tx, env, contact_id, _TRIES)
        return wrong
    link.used_at = env.now
    tx.session.add(link)
    query_lock.open_for(tx, env, contact_id, _TRIES)
    bind(tx, env, contact_id, staff)
    return (Say("tell.bound", {"who": staff.name}),)


def _too_many(tx: Tx, env: Env) -> bool:
    total = tx.session.exec(
        select(func.sum(QueryTry.wrong)).where(
            QueryTry.number_hash == env.sealer.lookup("query_number", query_lock.number_as_kept(_TRIES)),
            col(QueryTry.last_at) > env.now - query_lock.FORGOTTEN_AFTER,
        )
    ).first()
    return int(total or 0) >= MOST_WRONG


def bind(tx: Tx, env: Env, contact_id: str, staff: Staff) -> None:
    """This account is the colleague's. She may have several: a telephone, and the station's computer."""
    contact = tx.session.get(Contact, contact_id)
    if contact is None:
        raise NotFound("contact")
    contact.staff_id = staff.id
    tx.session.add(contact)
    record(tx, env, Actor("staff", staff.id, tuple(staff.roles)), "chat_bound", subject=contact_id)


def unbind(tx: Tx, env: Env, actor: Actor, staff_id: str) -> int:
    """Every account of hers is anybody's again; how many there were."""
    tx.flush()
    letting_go = update(Contact).where(col(Contact.staff_id) == staff_id).values(staff_id=None)
    ended = tx.connection.execute(letting_go).rowcount
    tx.connection.execute(delete(SheetRow).where(col(SheetRow.staff_id) == staff_id))  # residents nobody is to see
    if ended:
        record(tx, env, actor, "chat_unbound", subject=staff_id, data={"accounts": ended})
    return ended
