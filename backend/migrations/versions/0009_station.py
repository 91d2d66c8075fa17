"""The village station's books: register entries, visits, and leads with changes and deaths."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXES = {
    "register_entry": ("staff_id", "village"),
    "visit": ("next_on", "staff_id", "village"),
    "village_report": ("case_id", "contact_id", "status", "village"),
}


def _id(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=40), nullable=null)


def _at(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def upgrade() -> None:
    op.create_table(
        "register_entry",
        _id("id"),
        _id("village", null=True),
        _id("staff_id"),
        sa.Column("visitor_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("matter_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reply_sealed", sa.LargeBinary(), nullable=True),
        _at("at"),
        _at("passed_up_at", null=True),
        sa.CheckConstraint("outcome IN ('answered', 'told', 'passed_up')", name=op.f("ck_register_entry_outcome")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_register_entry_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
    )
    op.create_table(
        "visit",
        _id("id"),
        _id("village", null=True),
        _id("staff_id"),
        sa.Column("visitor_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("matter_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        _at("at"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_visit_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_table(
        "village_report",
        _id("id"),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        _id("village", null=True),
        sa.Column("town", sa.String(length=12), nullable=False),
        _id("contact_id"),
        _id("case_id", null=True),
        sa.Column("about_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("matter_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        _at("at"),
        _at("visited_at", null=True),
        sa.CheckConstraint("status IN ('reported', 'visited')", name=op.f("ck_village_report_status")),
        sa.CheckConstraint("kind IN ('lead', 'change', 'death')", name=op.f("ck_village_report_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_village_report_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_village_report_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_village_report")),
    )
    for table, columns in INDEXES.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    for table in reversed(INDEXES):
        op.drop_table(table)
