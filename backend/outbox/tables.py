"""What must be said: a row written together with its cause, kept until it has reached someone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from backend.columns import instant, key, ref, sealed
from backend.privacy.rows import SealedRow

OUTGOING_STATUSES = ("waiting", "leased", "sent", "delivered", "failed", "cancelled")
_statuses = ", ".join(f"'{name}'" for name in OUTGOING_STATUSES)


class Outgoing(SealedRow, table=True):
    """A message that must reach someone.

    `key` says what it is the consequence of, so a cause written twice speaks once. `sent` means the channel took it;
    only `delivered` means that a screen showed it or a person confirmed it.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        CheckConstraint(f"status IN ({_statuses})", name="status"),
        Index("ix_outgoing_due", "channel", "due_at", postgresql_where=text("status IN ('waiting', 'leased')"),
              sqlite_where=text("status IN ('waiting', 'leased')")),
        Index("ix_outgoing_contact", "contact_id", "status"),
        # The staff board is read by group, newest first; what was told to people is not in it.
        Index("ix_outgoing_board", "group_code", "created_at", postgresql_where=text("channel = 'board'"),
              sqlite_where=text("channel = 'board'")),
    )  # fmt: skip

    id: str = key()
    key: str = Field(max_length=160, unique=True)
    channel: str = Field(max_length=20)  # web, terminal, … or `board` for a staff group
    audience: str = Field(max_length=10)  # person | staff | group
    contact_id: str | None = ref("contact.id", null=True, index=False)
    staff_id: str | None = ref("staff.id", null=True)
    group_code: str | None = Field(default=None, max_length=40)
    case_id: str | None = ref("case.id", null=True)
    transfer_id: str | None = ref("transfer.id", null=True)
    message: str = Field(max_length=48)  # key in locales
    params_sealed: bytes | None = sealed()
    say_sealed: bytes | None = sealed()  # of an answer that comes later: the whole of it, with its buttons
    urgent: bool = False
    status: str = Field(default="waiting", max_length=12)
    due_at: dt.datetime = instant()
    attempts: int = 0
    leased_until: dt.datetime | None = instant(null=True)
    maybe_duplicate: bool = False
    error: str | None = Field(default=None, max_length=60)
    created_at: dt.datetime = instant()
    sent_at: dt.datetime | None = instant(null=True)
    delivered_at: dt.datetime | None = instant(null=True)
