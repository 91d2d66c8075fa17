"""Photographs that wait to be read, and how far that is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OPEN = sa.text("reading IN ('waiting', 'taken')")


def upgrade() -> None:
    op.add_column("attachment", sa.Column("reading", sa.String(length=12), nullable=True))
    op.add_column("attachment", sa.Column("reading_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attachment", sa.Column("reading_tries", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_index("ix_attachment_reading", "attachment", ["received_at"], postgresql_where=_OPEN, sqlite_where=_OPEN)


def downgrade() -> None:
    op.drop_index("ix_attachment_reading", table_name="attachment")
    op.drop_column("attachment", "reading_tries")
    op.drop_column("attachment", "reading_at")
    op.drop_column("attachment", "reading")
