"""Unfinished forms have a next look, a notice knows how it was acknowledged, a second ask is counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("tidy_at", sa.DateTime(timezone=True), nullable=True))
    looked_for = sa.text("tidy_at IS NOT NULL")
    op.create_index(
        "ix_conversation_tidy", "conversation", ["tidy_at"], postgresql_where=looked_for, sqlite_where=looked_for
    )
    op.execute("UPDATE conversation SET tidy_at = updated_at")  # each is looked at once and gets its own day
    op.add_column("inbound", sa.Column("draft", sa.Integer(), nullable=True))
    op.add_column("notice", sa.Column("acknowledged_way", sa.String(length=12), nullable=True))
    op.execute("UPDATE notice SET acknowledged_way = 'opened' WHERE acknowledged_at IS NOT NULL")
    op.add_column("attachment", sa.Column("material", sa.String(length=40), nullable=True))
    op.create_table(
        "group_hint",
        sa.Column("group_hash", sa.String(length=64), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("group_hash", name=op.f("pk_group_hint")),
    )
    op.create_index(op.f("ix_group_hint_last_at"), "group_hint", ["last_at"], unique=False)
    op.create_table(
        "second_ask",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("transfer_id", sa.String(length=40), nullable=True),
        sa.Column("dept", sa.String(length=40), nullable=False),
        sa.Column("town", sa.String(length=12), nullable=False),
        sa.Column("material", sa.String(length=40), nullable=False),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("notice_version", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_second_ask_case_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_second_ask_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_ask")),
        sa.UniqueConstraint("case_id", "material", name=op.f("uq_second_ask_case_id_material")),
    )
    for column in ("asked_at", "case_id", "transfer_id"):
        op.create_index(op.f(f"ix_second_ask_{column}"), "second_ask", [column], unique=False)


def downgrade() -> None:
    op.drop_table("second_ask")
    op.drop_table("group_hint")
    op.drop_column("attachment", "material")
    op.drop_column("notice", "acknowledged_way")
    op.drop_column("inbound", "draft")
    op.drop_index("ix_conversation_tidy", table_name="conversation")
    op.drop_column("conversation", "tidy_at")
