"""What happened, in order, chained so that nothing can be changed or taken out unseen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.columns import instant, json_map, key


class JournalEntry(SQLModel, table=True):
    """One event of one chain (a case, or `system`). Codes and ids only: never what a person said."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: str = key()
    chain: str = Field(max_length=40)
    seq: int
    at: dt.datetime = instant()
    actor_kind: str = Field(max_length=12)  # person | staff | link | clock | bot
    actor_id: str = Field(max_length=40)
    event: str = Field(max_length=40)
    subject: str | None = Field(default=None, max_length=40)
    before: str | None = Field(default=None, max_length=24)
    after: str | None = Field(default=None, max_length=24)
    data: dict[str, Any] = json_map()
    prev_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)
    key_id: int | None = None  # what the hash is keyed with; none for entries older than migration 0002


class JournalHead(SQLModel, table=True):
    """Where a chain ends, signed: cutting off the last entries does not go unseen. It can only go forward."""

    __tablename__ = "journal_head"

    chain: str = Field(primary_key=True, max_length=40)
    seq: int
    hash: str = Field(max_length=64)
    unkeyed: int = 0  # how many entries at the beginning are older than keyed hashes
    key_id: int | None = None
    mac: str = Field(default="", max_length=64)
