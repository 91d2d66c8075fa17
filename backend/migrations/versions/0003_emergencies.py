"""Emergencies ring until somebody takes them, and stay open until help has arrived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "emergency",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=4), nullable=False),
        sa.Column("town", sa.String(length=12), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("rings", sa.Integer(), nullable=False),
        sa.Column("next_ring_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.String(length=40), nullable=True),
        sa.Column("relief_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=40), nullable=True),
        sa.Column("outcome_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_emergency_closed_by")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_emergency_contact_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_emergency_conversation_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["staff.id"], name=op.f("fk_emergency_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency")),
    )
    for column in ("closed_by", "contact_id", "conversation_id", "next_ring_at", "taken_by"):
        op.create_index(op.f(f"ix_emergency_{column}"), "emergency", [column], unique=False)
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_emergency_open", "emergency", ["conversation_id"], unique=True, postgresql_where=is_open,
        sqlite_where=is_open,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("emergency")
