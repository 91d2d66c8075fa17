"""Where each conversation stands, and the files that came in it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, text
from sqlmodel import Field

from backend.columns import instant, key, ref, sealed
from backend.privacy.rows import SealedRow


class Conversation(SealedRow, table=True):
    """One per contact. The state is sealed; `asking` alone is open, to count where people stop."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_waiting", "updated_at", postgresql_where=text("wants_human"),
              sqlite_where=text("wants_human = 1")),
    )  # fmt: skip

    id: str = key()
    contact_id: str = ref("contact.id", unique=True)
    state_sealed: bytes | None = sealed()
    asking: str | None = Field(default=None, max_length=64)
    drafts: int = 0  # how many drafts were begun; the number of the open one
    messages: int = 0
    wants_human: bool = False
    town: str | None = Field(default=None, max_length=12)  # whose window she waits for, where it is known
    updated_at: dt.datetime = instant(index=True)


class Attachment(SealedRow, table=True):
    """A photo or file she sent. The sealed bytes lie in the media folder under this id."""

    __tablename__ = "attachment"
    __table_args__ = (Index("uq_attachment_same", "contact_id", "draft", "content_hash", unique=True),)

    id: str = key()
    contact_id: str = ref("contact.id")
    draft: int = 0
    case_id: str | None = ref("case.id", null=True)
    content_hash: str = Field(max_length=64)  # keyed: the same photo sent twice is one file
    media_type: str = Field(max_length=60)
    size: int = 0
    name_sealed: bytes | None = sealed()
    received_at: dt.datetime = instant()
