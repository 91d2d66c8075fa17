"""Objections of applicants, and what people report about others."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from backend.columns import instant, key, ref, sealed
from backend.objections.status import OBJECTION_STATUSES
from backend.privacy.rows import SealedRow

_statuses = ", ".join(f"'{name}'" for name in OBJECTION_STATUSES)
_open = text("status IN ('filed', 'under_review')")


class Objection(SealedRow, table=True):
    """异议: on a case or on one of its transfers; reviewed by somebody else than who decided."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint(f"status IN ({_statuses})", name="status"),
        # An answer names who reviewed, and why.
        CheckConstraint(
            "status NOT IN ('upheld', 'overturned') OR (reviewer_id IS NOT NULL AND result_sealed IS NOT NULL)",
            name="answer",
        ),
        Index("uq_objection_open", "subject", "clock", unique=True, postgresql_where=_open, sqlite_where=_open),
    )

    id: str = key()
    number: str = Field(max_length=32, unique=True)
    case_id: str = ref("case.id")
    transfer_id: str | None = ref("transfer.id", null=True)
    subject: str = Field(max_length=40)  # the transfer's id, else the case's; its clock runs on the same
    type: str = Field(max_length=32)
    clock: str = Field(max_length=32)
    status: str = Field(max_length=24)
    by_helper: bool = False  # said by who acts for her (代提)
    score: int | None = None  # of a bad mark
    text_sealed: bytes | None = sealed()
    filed_at: dt.datetime = instant()
    due_day: dt.date
    reviewer_id: str | None = ref("staff.id", null=True)
    taken_at: dt.datetime | None = instant(null=True)
    answered_at: dt.datetime | None = instant(null=True)
    result_sealed: bytes | None = sealed()
    remedy_type: str | None = Field(default=None, max_length=32)


class Lead(SealedRow, table=True):
    """线索: what somebody reports about others or about the service. Nothing here says who reported it (保密)."""

    __tablename__ = "lead"
    __table_args__ = (CheckConstraint("closed_at IS NULL OR result_sealed IS NOT NULL", name="result"),)

    id: str = key()
    number: str = Field(max_length=32, unique=True)
    kind: str = Field(max_length=16)  # others | service
    text_sealed: bytes | None = sealed()
    reported_at: dt.datetime = instant(index=True)
    due_day: dt.date
    closed_at: dt.datetime | None = instant(null=True)
    closed_by: str | None = ref("staff.id", null=True)
    result_sealed: bytes | None = sealed()
