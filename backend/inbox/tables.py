"""What people sent us: kept under (channel, account, message id) before anything else happens to it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.columns import instant, key, ref, sealed
from backend.privacy.rows import SealedRow


class Contact(SealedRow, table=True):
    """One account of a channel. A person may have several; they are joined only by code or by staff."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("channel", "account", "address_hash"),)

    id: str = key()
    channel: str = Field(max_length=20)
    account: str = Field(max_length=64)  # which of our accounts on that channel was written to
    address_hash: str = Field(max_length=64)
    address_sealed: bytes | None = sealed()
    person_id: str | None = ref("person.id", null=True)
    staff_id: str | None = Field(default=None, max_length=40, index=True)  # a colleague who writes from here
    told_case_id: str | None = Field(default=None, max_length=40)  # filed for her by another; she has not answered yet
    reachable: bool = True
    created_at: dt.datetime = instant()


class Inbound(SealedRow, table=True):
    """A raw message and the answer it got; a repeat of the message gets the same answer."""

    __tablename__ = "inbound"
    __table_args__ = (UniqueConstraint("channel", "account", "message_id"),)

    id: str = key()
    channel: str = Field(max_length=20)
    account: str = Field(max_length=64)  # our account, or the web chat's session: ids are unique within it
    message_id: str = Field(max_length=128)
    contact_id: str | None = ref("contact.id", null=True)
    received_at: dt.datetime = instant()
    status: str = Field(max_length=12)  # handled | failed | report: about others, shown to her alone
    draft: int | None = None  # the draft of its sender that it belongs to; 0 before the first
    body_sealed: bytes = Field(sa_type=LargeBinary, nullable=False)
    answer_sealed: bytes | None = sealed()


class GroupHint(SQLModel, table=True):
    """When a group chat was last told to write in private. Nothing else is kept of a group: a keyed hash, no words."""

    __tablename__ = "group_hint"

    group_hash: str = Field(primary_key=True, max_length=64)
    last_at: dt.datetime = instant(index=True)
