"""Voice messages and how far they have been heard."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from backend.columns import instant, json_list, key, ref

#: `waiting` for the machine, `unheard` for a colleague; `heard` when its words went on, `silent` when there are none.
VOICE_STATUSES = ("waiting", "unheard", "heard", "silent")
OPEN = ("waiting", "unheard")
_statuses = ", ".join(f"'{name}'" for name in VOICE_STATUSES)


class Voice(SQLModel, table=True):
    """语音: a recording in which she says something. The sound is its attachment, the words a message of their own.

    `words_id` is the message id its words come under, made of the voice message's own: they come once.
    """

    __tablename__ = "voice"
    __table_args__ = (
        CheckConstraint(f"status IN ({_statuses})", name="status"),
        CheckConstraint("status NOT IN ('waiting', 'unheard') OR next_ring_at IS NOT NULL", name="watched"),
        CheckConstraint("status <> 'silent' OR heard_by IS NOT NULL", name="silent"),
        Index("ix_voice_due", "status", "due_at"),
    )

    id: str = key()
    contact_id: str = ref("contact.id")
    conversation_id: str = ref("conversation.id")
    attachment_id: str = Field(max_length=40, unique=True)  # no foreign key: the sound goes before the row does
    channel: str = Field(max_length=20)
    account: str = Field(max_length=64)
    words_id: str = Field(max_length=128)
    town: str = Field(max_length=12)
    status: str = Field(max_length=12)
    received_at: dt.datetime = instant()
    due_at: dt.datetime = instant()  # when the machine is asked next
    leased_until: dt.datetime | None = instant(null=True)
    attempts: int = 0
    error: str | None = Field(default=None, max_length=60)
    chain: list[list[str]] = json_list()  # who is rung while nobody has heard it: staff ids, several of a rung at once
    rings: int = 0
    next_ring_at: dt.datetime | None = instant(null=True, index=True)
    heard_at: dt.datetime | None = instant(null=True)
    heard_by: str | None = ref("staff.id", null=True)  # None: the machine
    inbound_id: str | None = Field(default=None, max_length=40)  # the message its words became
