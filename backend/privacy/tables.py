"""Wishes to be forgotten."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from backend.columns import instant, key, ref, sealed
from backend.privacy.rows import SealedRow

#: What a colleague answers: what may go is gone, or all of it has to stay for now.
OUTCOMES = ("deleted", "kept")
_open = text("answered_at IS NULL")


class ErasureRequest(SealedRow, table=True):
    """删除请求: she asked for her data to be deleted when it lay in a case already; its clock runs on that case."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        CheckConstraint("outcome IN ('deleted', 'kept')", name="outcome"),
        CheckConstraint(
            "answered_at IS NULL OR (answer_sealed IS NOT NULL AND outcome IS NOT NULL AND answered_by IS NOT NULL)",
            name="answer",
        ),
        Index("uq_erasure_request_open", "contact_id", unique=True, postgresql_where=_open, sqlite_where=_open),
    )

    id: str = key()
    contact_id: str = ref("contact.id", index=False)
    case_id: str = ref("case.id")
    asked_at: dt.datetime = instant()
    due_day: dt.date
    answered_at: dt.datetime | None = instant(null=True)
    answered_by: str | None = ref("staff.id", null=True)
    outcome: str | None = Field(default=None, max_length=12)
    answer_sealed: bytes | None = sealed()
