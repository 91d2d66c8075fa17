"""Looks at a one-time link without using it up."""

from __future__ import annotations

from sqlmodel import Session, select

from backend.env import Env
from backend.errors import NotFound
from backend.staff.tables import OneTimeLink


def look_link(db: Session, env: Env, purpose: str, token: str) -> OneTimeLink:
    """The live link of that purpose behind a token.

    Raises:
        NotFound: unknown, for something else, run out or taken back - the same for all of them.
    """
    link = db.exec(
        select(OneTimeLink).where(
            OneTimeLink.token_hash == env.sealer.lookup("link", token[:200]), OneTimeLink.purpose == purpose
        )
    ).first()
    if link is None or link.revoked_at is not None or link.expires_at <= env.now:
        raise NotFound("link")
    return link
