"""Where each conversation stands, and the files that came in it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.columns import instant, json_list, key, ref, sealed
from backend.privacy.rows import SealedRow


class Conversation(SealedRow, table=True):
    """One per contact. The state is sealed; `asking` alone is open, to count where people stop."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_waiting", "updated_at", postgresql_where=text("wants_human"),
              sqlite_where=text("wants_human = 1")),
        Index("ix_conversation_tidy", "tidy_at", postgresql_where=text("tidy_at IS NOT NULL"),
              sqlite_where=text("tidy_at IS NOT NULL")),
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
    tidy_at: dt.datetime | None = instant(null=True)  # when an unfinished form, or old words, are looked at next


class Attachment(SealedRow, table=True):
    """A photo or file she sent. The sealed bytes lie in the media folder under this id."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("uq_attachment_same", "contact_id", "draft", "content_hash", unique=True),
        Index("ix_attachment_reading", "received_at", postgresql_where=text("reading IN ('waiting', 'taken')"),
              sqlite_where=text("reading IN ('waiting', 'taken')")),
    )  # fmt: skip

    id: str = key()
    contact_id: str = ref("contact.id")
    draft: int = 0
    case_id: str | None = ref("case.id", null=True)
    material: str | None = Field(default=None, max_length=40)  # what it is a photo of, where she was asked for it
    content_hash: str = Field(max_length=64)  # keyed: the same photo sent twice is one file
    media_type: str = Field(max_length=60)
    size: int = 0
    name_sealed: bytes | None = sealed()
    received_at: dt.datetime = instant()
    reading: str | None = Field(default=None, max_length=12)  # waiting | taken | done | late; none: it is not read
    reading_at: dt.datetime | None = instant(null=True)  # when it was taken to be read
    reading_tries: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class Emergency(SealedRow, table=True):
    """急难: somebody may be in danger. It rings until a colleague takes it, and stays open until help has arrived."""

    __tablename__ = "emergency"
    __table_args__ = (
        Index("uq_emergency_open", "conversation_id", unique=True, postgresql_where=text("closed_at IS NULL"),
              sqlite_where=text("closed_at IS NULL")),
    )  # fmt: skip

    id: str = key()
    conversation_id: str = ref("conversation.id")
    contact_id: str = ref("contact.id")
    code: str = Field(max_length=40)  # domain 8.2
    level: str = Field(max_length=4)
    town: str = Field(max_length=12)
    raised_at: dt.datetime = instant()
    chain: list[list[str]] = json_list()  # who is rung, in order: staff ids, several of a rung at once
    rings: int = 0  # how many rungs have rung
    next_ring_at: dt.datetime | None = instant(null=True, index=True)
    taken_at: dt.datetime | None = instant(null=True)
    taken_by: str | None = ref("staff.id", null=True)
    relief_due_at: dt.datetime | None = instant(null=True)
    reminders: int = 0  # how often the relief was asked after
    closed_at: dt.datetime | None = instant(null=True)
    closed_by: str | None = ref("staff.id", null=True)
    outcome_sealed: bytes | None = sealed()  # what was done


class QueryTry(SQLModel, table=True):
    """Wrong query codes from one source for one number, whether a case has that number or not; forgotten after a day.

    Both are keyed hashes: neither an address nor who asks for whom can be read here.
    """

    __tablename__ = "query_try"
    __table_args__ = (UniqueConstraint("source_hash", "number_hash"),)

    id: str = key()
    source_hash: str = Field(max_length=64)
    number_hash: str = Field(max_length=64, index=True)
    wrong: int
    last_at: dt.datetime = instant(index=True)
    closed_until: dt.datetime | None = instant(null=True)
