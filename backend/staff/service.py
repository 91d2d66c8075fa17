"""Lets colleagues and departments in: one-time links, sessions of a working day, and who somebody then is.

Only hashes of tokens are kept, so the database alone lets nobody in.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal, NamedTuple

from sqlalchemy import update
from sqlmodel import Session, col, select

from backend.env import Actor, Env
from backend.errors import NotFound
from backend.ids import new_id
from backend.journal.record import record
from backend.prepared import insert
from backend.staff.tables import OneTimeLink, Staff, StaffSession
from backend.transfers.tables import Transfer
from backend.writer import Tx

Purpose = Literal["sign_in", "transfer", "notice"]

LINK_HOURS: Final = 24
SESSION_HOURS: Final = 12
LINK_ROLES: Final = ("dept_liaison", "dept_handler")


class SignedIn(NamedTuple):
    """A session just begun: the cookie's token and what forms must send back."""

    token: str
    csrf: str
    staff: Staff


def issue_link(
    tx: Tx, env: Env, purpose: Purpose, subject: str, staff_id: str | None = None, hours: int = LINK_HOURS
) -> str:
    """A link for one person and one purpose; its token is returned once and kept nowhere.

    Args:
        subject: staff id to sign in, transfer id to answer, case id to read.
        staff_id: whose link it is, where that is known.
    """
    token = env.sealer.token()
    insert(
        tx, env, OneTimeLink,
        id=new_id("lnk"),
        token_hash=env.sealer.lookup("link", token),
        purpose=purpose,
        subject=subject,
        staff_id=staff_id,
        created_at=env.now,
        expires_at=env.now + dt.timedelta(hours=hours),
    )  # fmt: skip
    return token


def redeem(tx: Tx, env: Env, token: str, purpose: Purpose) -> OneTimeLink:
    """The link behind a token. A sign-in link works once; the others until they run out or are taken back.

    Raises:
        NotFound: unknown, for something else, used, run out or taken back - the same words for all of them.
    """
    link = tx.session.exec(
        select(OneTimeLink).where(OneTimeLink.token_hash == env.sealer.lookup("link", token)).with_for_update()
    ).first()
    if link is None or link.purpose != purpose or link.revoked_at is not None or link.expires_at <= env.now:
        raise NotFound("link")
    if purpose == "sign_in" and link.used_at is not None:
        raise NotFound("link")
    if link.used_at is None:
        link.used_at = env.now
        tx.session.add(link)
    return link


def revoke_links(tx: Tx, env: Env, subject: str) -> None:
    """Take every link to one thing back."""
    tx.flush()
    tx.session.execute(
        update(OneTimeLink)
        .where(col(OneTimeLink.subject) == subject, col(OneTimeLink.revoked_at).is_(None))
        .values(revoked_at=env.now)
    )


def sign_in(tx: Tx, env: Env, token: str) -> SignedIn:
    """Turn a sign-in link into a session of twelve hours.

    Raises:
        NotFound: as `redeem`, or the colleague is no longer active.
    """
    link = redeem(tx, env, token, "sign_in")
    staff = tx.session.get(Staff, link.subject)
    if staff is None or not staff.active:
        raise NotFound("link")
    secret, csrf = env.sealer.token(), env.sealer.token()
    tx.session.add(
        StaffSession(
            id=new_id("ses"),
            token_hash=env.sealer.lookup("session", secret),
            staff_id=staff.id,
            csrf=csrf,
            created_at=env.now,
            expires_at=env.now + dt.timedelta(hours=SESSION_HOURS),
        )
    )
    record(tx, env, actor_for(staff), "sign_in", subject=staff.id)
    return SignedIn(secret, csrf, staff)


def signed_in(session: Session, env: Env, token: str) -> tuple[StaffSession, Staff] | None:
    """Who holds this cookie now, or None. Only reads."""
    found = session.exec(
        select(StaffSession, Staff)
        .join(Staff, col(Staff.id) == col(StaffSession.staff_id))
        .where(StaffSession.token_hash == env.sealer.lookup("session", token))
    ).first()
    if found is None:
        return None
    held, staff = found
    if held.ended_at is not None or held.expires_at <= env.now or not staff.active:
        return None
    return held, staff


def sign_out(tx: Tx, env: Env, token: str) -> None:
    """End a session; signing out twice is no mistake."""
    tx.session.execute(
        update(StaffSession)
        .where(
            col(StaffSession.token_hash) == env.sealer.lookup("session", token), col(StaffSession.ended_at).is_(None)
        )
        .values(ended_at=env.now)
    )


def disable(tx: Tx, env: Env, actor: Actor, staff_id: str) -> None:
    """Let a colleague in no more: her sessions end and her links are taken back."""
    staff = tx.session.get(Staff, staff_id)
    if staff is None:
        raise NotFound("staff")
    staff.active = False
    tx.session.add(staff)
    tx.flush()
    tx.session.execute(
        update(StaffSession)
        .where(col(StaffSession.staff_id) == staff_id, col(StaffSession.ended_at).is_(None))
        .values(ended_at=env.now)
    )
    revoke_links(tx, env, staff_id)
    record(tx, env, actor, "staff_disabled", subject=staff_id)


def actor_for(staff: Staff) -> Actor:
    """A colleague as somebody who acts."""
    return Actor("staff", staff.id, tuple(staff.roles), dept=staff.dept or None, town=staff.town, name=staff.name)


def actor_for_link(session: Session, link: OneTimeLink) -> Actor:
    """Whoever holds a department's link: its department, for its one transfer.

    Raises:
        NotFound: the link is not for a transfer.
    """
    transfer = session.get(Transfer, link.subject) if link.purpose == "transfer" else None
    if transfer is None:
        raise NotFound("link")
    return Actor("link", link.id, LINK_ROLES, dept=transfer.dept)
