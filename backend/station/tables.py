"""What a village station writes down (村登记簿, 走访, 线索, 变化与去世; 孟政发〔2023〕34号 二, domain 9.11)."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from backend.columns import instant, key, ref, sealed
from backend.privacy.rows import SealedRow

OUTCOMES: Final = ("answered", "told", "passed_up")
LEAD_STATUSES: Final = ("reported", "visited")
KINDS: Final = ("lead", "change", "death")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


class RegisterEntry(SealedRow, table=True):
    """One line of the village's register book: who came, what for, and how it ended."""

    __tablename__ = "register_entry"
    __table_args__ = (CheckConstraint(_one_of("outcome", OUTCOMES), name="outcome"),)

    id: str = key()
    village: str | None = Field(default=None, max_length=40, index=True)
    staff_id: str = ref("staff.id")
    visitor_sealed: bytes | None = sealed()
    matter_sealed: bytes | None = sealed()
    outcome: str = Field(max_length=12)
    reply_sealed: bytes | None = sealed()
    at: dt.datetime = instant()
    passed_up_at: dt.datetime | None = instant(null=True)


class Visit(SealedRow, table=True):
    """An assistant was at somebody's home."""

    __tablename__ = "visit"

    id: str = key()
    village: str | None = Field(default=None, max_length=40, index=True)
    staff_id: str = ref("staff.id")
    visitor_sealed: bytes | None = sealed()
    matter_sealed: bytes | None = sealed()
    visited_on: dt.date
    next_on: dt.date | None = Field(default=None, index=True)
    at: dt.datetime = instant()


class VillageReport(SealedRow, table=True):
    """Somebody in need was found by another, or something changed in a household: an assistant goes and sees."""

    __tablename__ = "village_report"
    __table_args__ = (
        CheckConstraint(_one_of("status", LEAD_STATUSES), name="status"),
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
    )

    id: str = key()
    kind: str = Field(max_length=12)
    status: str = Field(max_length=12, index=True)
    village: str | None = Field(default=None, max_length=40, index=True)
    town: str = Field(max_length=12)
    contact_id: str = ref("contact.id")  # who told it
    case_id: str | None = ref("case.id", null=True)  # the household's, where one is known
    about_sealed: bytes | None = sealed()
    matter_sealed: bytes | None = sealed()
    day: dt.date | None = None  # of a death
    due_on: dt.date | None = None  # clk_lead_visit
    at: dt.datetime = instant()
    visited_at: dt.datetime | None = instant(null=True)


class SheetRow(SealedRow, table=True):
    """A resident of a table an assistant sent, who waits until there is room among her open forms (domain 14.2)."""

    __tablename__ = "sheet_row"
    __table_args__ = (Index("ix_sheet_row_turn", "contact_id", "id"),)

    id: str = key()  # in the order of the table
    contact_id: str = ref("contact.id", index=False)
    staff_id: str = ref("staff.id")
    who_hash: str = Field(max_length=80)  # the person, by identity number, or name and home
    answers_sealed: bytes | None = sealed()
    created_at: dt.datetime = instant(index=True)
