"""Wrong query codes are counted by source and number, never on the case; a notice's link knows its first reader."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "query_try",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query_try")),
        sa.UniqueConstraint("source_hash", "number_hash", name=op.f("uq_query_try_source_hash_number_hash")),
    )
    op.create_index(op.f("ix_query_try_last_at"), "query_try", ["last_at"], unique=False)
    op.create_index(op.f("ix_query_try_number_hash"), "query_try", ["number_hash"], unique=False)
    op.drop_column("case", "query_tries")
    op.create_index(op.f("ix_one_time_link_subject"), "one_time_link", ["subject"], unique=False)
    op.add_column("one_time_link", sa.Column("holder_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("one_time_link", "holder_hash")
    op.drop_index(op.f("ix_one_time_link_subject"), table_name="one_time_link")
    op.add_column("case", sa.Column("query_tries", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index(op.f("ix_query_try_number_hash"), table_name="query_try")
    op.drop_index(op.f("ix_query_try_last_at"), table_name="query_try")
    op.drop_table("query_try")
