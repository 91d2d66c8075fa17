"""Rows of tables that assistants send, and what is granted found by the day it began, mandates by their end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_row",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("who_hash", sa.String(length=80), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_sheet_row_contact_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sheet_row_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_row")),
    )
    op.create_index("ix_sheet_row_turn", "sheet_row", ["contact_id", "id"])
    op.create_index("ix_sheet_row_staff_id", "sheet_row", ["staff_id"])
    op.create_index("ix_sheet_row_created_at", "sheet_row", ["created_at"])
    op.create_index("ix_representation_ends_at", "representation", ["ends_at"])
    op.create_index("ix_transfer_effective_date", "transfer", ["effective_date"])


def downgrade() -> None:
    op.drop_index("ix_representation_ends_at", table_name="representation")
    op.drop_index("ix_transfer_effective_date", table_name="transfer")
    op.drop_table("sheet_row")
