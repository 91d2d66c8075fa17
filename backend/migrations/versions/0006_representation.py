"""Who acts for whom: confirmed, denied or ended; accounts bound to a colleague, and told of a case somebody filed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENTS = ("confirmed_at", "denied_at", "ended_at")


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column("representation", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact", sa.Column("staff_id", sa.String(length=40), nullable=True))
    op.add_column("contact", sa.Column("told_case_id", sa.String(length=40), nullable=True))
    op.create_index(op.f("ix_contact_staff_id"), "contact", ["staff_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_contact_staff_id"), table_name="contact")
    op.drop_column("contact", "told_case_id")
    op.drop_column("contact", "staff_id")
    for name in MOMENTS:
        op.drop_column("representation", name)
