"""One matter at one department, from sending to the answer."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from backend.columns import instant, json_list, key, ref, sealed
from backend.privacy.rows import SealedRow
from backend.transfers.status import TRANSFER_STATUSES

_statuses = ", ".join(f"'{name}'" for name in TRANSFER_STATUSES)


class Transfer(SealedRow, table=True):
    """分办 or 转办 of one catalogue item to one department."""

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index("ix_transfer_dept_status", "dept", "status"),
        Index("ix_transfer_decided", "dept", "decided_at", postgresql_where=text("decided_at IS NOT NULL"),
              sqlite_where=text("decided_at IS NOT NULL")),
        CheckConstraint(f"status IN ({_statuses})", name="status"),
        # A refusal says why, on what ground and what can be done about it (社会救助法 第45条).
        CheckConstraint(
            "status <> 'refused' OR (refusal_code IS NOT NULL AND reason_sealed IS NOT NULL"
            " AND policy_basis IS NOT NULL AND remedy_type IS NOT NULL)",
            name="refusal_complete",
        ),
        CheckConstraint("status NOT IN ('received', 'processing') OR promised_date IS NOT NULL", name="promise"),
        CheckConstraint("status <> 'granted' OR effective_date IS NOT NULL", name="grant_complete"),
    )  # fmt: skip

    id: str = key()
    transfer_no: str = Field(max_length=32, unique=True)
    case_id: str = ref("case.id")
    seq: int
    item: str = Field(max_length=40)
    dept: str = Field(max_length=30)
    kind: str = Field(max_length=10)  # internal | external
    status: str = Field(max_length=24, index=True)
    handler_id: str | None = ref("staff.id", null=True)
    handler_sealed: bytes | None = sealed()  # the name the department gives, for the applicant
    handler_phone_sealed: bytes | None = sealed()
    sent_at: dt.datetime | None = instant(null=True)
    received_at: dt.datetime | None = instant(null=True)
    receipt_returned_at: dt.datetime | None = instant(null=True)
    promised_date: dt.date | None = None
    legal_due_date: dt.date | None = None
    decided_at: dt.datetime | None = instant(null=True)
    effective_date: dt.date | None = Field(default=None, index=True)  # asked a year later: is it time to look again
    amount_text: str | None = Field(default=None, max_length=60)
    benefit_sealed: bytes | None = sealed()
    refusal_code: str | None = Field(default=None, max_length=40)
    reason_sealed: bytes | None = sealed()
    policy_basis: str | None = Field(default=None, max_length=400)
    remedy_type: str | None = Field(default=None, max_length=40)
    reapply_sealed: bytes | None = sealed()  # when she may ask again
    materials: list[str] = json_list()  # what the department wants to see
    materials_note_sealed: bytes | None = sealed()
    extension_reason_sealed: bytes | None = sealed()
    return_reason: str | None = Field(default=None, max_length=40)
    return_note_sealed: bytes | None = sealed()
    suggested_dept: str | None = Field(default=None, max_length=30)
    replaced_by: str | None = Field(default=None, max_length=40)  # what took a returned one's place: transfer, meeting
    feedback_status: str = Field(default="none", max_length=16)
    extended_count: int = 0
    version: int = Field(default=1, nullable=False)


Transfer.__mapper__.version_id_col = Transfer.__table__.c.version  # type: ignore[attr-defined]
