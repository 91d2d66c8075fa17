"""People who work the cases, their sessions and the one-time links they and the departments get."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from backend.columns import instant, json_list, key, ref, sealed
from backend.privacy.rows import SealedRow


class Staff(SealedRow, table=True):
    """A colleague and her roles (domain 2.1)."""

    __tablename__ = "staff"

    id: str = key()
    login: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=40)  # a public servant's name on duty, shown to applicants
    roles: list[str] = json_list()
    dept: str = Field(max_length=30, index=True)
    county: str = Field(max_length=12)
    town: str | None = Field(default=None, max_length=12)
    villages: list[str] = json_list()
    phone: str | None = Field(default=None, max_length=24)  # the office's, given to applicants
    mobile_sealed: bytes | None = sealed()
    active: bool = True


class StaffSession(SQLModel, table=True):
    """A signed-in browser; the cookie holds the token, the row only its hash."""

    __tablename__ = "staff_session"

    id: str = key()
    token_hash: str = Field(max_length=64, unique=True)
    staff_id: str = ref("staff.id")
    csrf: str = Field(max_length=64)
    created_at: dt.datetime = instant()
    expires_at: dt.datetime = instant()
    ended_at: dt.datetime | None = instant(null=True)


class OneTimeLink(SQLModel, table=True):
    """One person, one purpose, one row: sign-in, answering a transfer, or reading a notice."""

    __tablename__ = "one_time_link"

    id: str = key()
    token_hash: str = Field(max_length=64, unique=True)
    purpose: str = Field(max_length=12)  # sign_in | transfer | notice
    subject: str = Field(max_length=40, index=True)  # staff id, transfer id or case id
    staff_id: str | None = ref("staff.id", null=True)
    created_at: dt.datetime = instant()
    expires_at: dt.datetime = instant()
    used_at: dt.datetime | None = instant(null=True)
    revoked_at: dt.datetime | None = instant(null=True)
    holder_hash: str | None = Field(default=None, max_length=64)  # the browser that opened a notice first
