"""Clocks that run on a case or a transfer, and the rungs of the ladder that were reached."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.columns import instant, key, ref


class Deadline(SQLModel, table=True):
    """时限: when something is owed. Whether it is late is asked with today's date, never stored."""

    __tablename__ = "deadline"
    __table_args__ = (
        # The sweep reads this index alone: its cost is what is due, not what is open.
        Index("ix_deadline_next_rung", "next_rung_at", postgresql_where=text("stopped_at IS NULL"),
              sqlite_where=text("stopped_at IS NULL")),
        # The desk's lists: of each clock, what runs out first.
        Index("ix_deadline_running", "clock", "due_at", "case_id", postgresql_where=text("stopped_at IS NULL"),
              sqlite_where=text("stopped_at IS NULL")),
        Index("uq_deadline_running", "subject", "clock", unique=True,
              postgresql_where=text("stopped_at IS NULL"), sqlite_where=text("stopped_at IS NULL")),
    )  # fmt: skip

    id: str = key()
    case_id: str = ref("case.id")
    transfer_id: str | None = ref("transfer.id", null=True)
    subject: str = Field(max_length=40)  # the transfer's id, else the case's: one running clock of a kind on each
    clock: str = Field(max_length=32)
    unit: str = Field(max_length=4)
    started_at: dt.datetime = instant()
    due_at: dt.datetime = instant()
    due_day: dt.date
    provisional: bool = False
    paused_at: dt.datetime | None = instant(null=True)  # waiting for the applicant or a meeting
    stopped_at: dt.datetime | None = instant(null=True)
    next_rung_at: dt.datetime | None = instant(null=True)
    source_clause: str = Field(default="", max_length=200)
    confidence: str = Field(default="default", max_length=16)


class Escalation(SQLModel, table=True):
    """A rung that was reached, once."""

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("deadline_id", "level"),)

    id: str = key()
    deadline_id: str = ref("deadline.id")
    case_id: str = ref("case.id")
    level: str = Field(max_length=4)  # r1 … o4 of the ladder, m1 … a reminder on the way, ap an apology, end
    order_no: str | None = Field(default=None, max_length=16)  # of a supervision order
    at: dt.datetime = instant()
