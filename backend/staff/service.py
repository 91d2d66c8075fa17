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
from backend.staff.chat import unbind
from backend.staff.tables import OneTimeLink, Staff, StaffSession
from backend.transfers.tables import Transfer
from backend.writer import Tx

Purpose = Literal["sign_in", "transfer", "notice"]

#: A session is kept alive by writing, so not with every click.
TOUCH_SECONDS: Final = 60
LINK_ROLES: Final = ("dept_liaison", "dept_handler")


class SignedIn(NamedTuple):
    """A session just begun: the cookie's token and what forms must send back."""

    token: str
    csrf: str
    staff: Staff


def link_hours(env: Env, purpose: Purpose) -> int:
    """How long a link of that purpose works."""
    settings = env.settings
    return {
        "sign_in": settings.sign_in_link_hours,
        "transfer": settings.transfer_link_days * 24,
        "notice": settings.notice_link_days * 24,
    }[purpose]


def issue_link(
    tx: Tx, env: Env, purpose: Purpose, subject: str, staff_id: str | None = None, hours: int | None = None
) -> str:
    """A link for one person and one purpose; its token is returned once and kept nowhere.

    Args:
        subject: staff id to sign in, transfer id to answer, case id to read.
        staff_id: whose link it is, where that is known.
        hours: how long it works, where it is not what the settings say.
    """
    if hours is None:
        hours = link_hours(env, purpose)
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
    """Turn a sign-in link into a session.

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
            expires_at=_end_of_session(env, env.now),
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


def touch(tx: Tx, env: Env, session_id: str) -> None:
    """She is still there: the session goes on, though not past its absolute end; one that ended stays ended."""
    held = tx.session.get(StaffSession, session_id, with_for_update=True)
    if held is not None and held.ended_at is None and held.expires_at > env.now:
        held.expires_at = _end_of_session(env, held.created_at)
        tx.session.add(held)


def wants_touch(env: Env, held: StaffSession) -> bool:
    """Whether a minute has passed since the session was last kept alive."""
    return (_end_of_session(env, held.created_at) - held.expires_at).total_seconds() >= TOUCH_SECONDS


def _end_of_session(env: Env, begun: dt.datetime) -> dt.datetime:
    idle = env.now + dt.timedelta(minutes=env.settings.desk_idle_minutes)
    return min(idle, begun + dt.timedelta(hours=env.settings.desk_session_hours))


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
    unbind(tx, env, actor, staff_id)
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
