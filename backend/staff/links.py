"""Looks at a one-time link without using it up, and lets one browser keep it."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import Session, col, select

from backend.env import Env
from backend.errors import NotFound
from backend.staff.tables import OneTimeLink
from backend.writer import Tx


def look_link(db: Session, env: Env, purpose: str, token: str, *, taken_back: bool = False) -> OneTimeLink:
    """The live link of that purpose behind a token.

    Args:
        taken_back: a link that was taken back counts too, to know the second press of the button that ended it.

    Raises:
        NotFound: unknown, for something else, run out or taken back - the same for all of them.
    """
    link = db.exec(
        select(OneTimeLink).where(
            OneTimeLink.token_hash == env.sealer.lookup("link", token[:200]), OneTimeLink.purpose == purpose
        )
    ).first()
    if link is None or (link.revoked_at is not None and not taken_back) or link.expires_at <= env.now:
        raise NotFound("link")
    return link


def hold(tx: Tx, env: Env, link_id: str, reader: str) -> bool:
    """The first browser that opens a link keeps it; whether this one does.

    Args:
        reader: the secret of the browser.
    """
    mine = env.sealer.lookup("reader", reader)
    tx.session.execute(
        update(OneTimeLink)
        .where(col(OneTimeLink.id) == link_id, col(OneTimeLink.holder_hash).is_(None))
        .values(holder_hash=mine)
    )
    return tx.session.exec(select(OneTimeLink.holder_hash).where(OneTimeLink.id == link_id)).first() == mine
