"""What the desk's lists read, so that a page costs what it shows and not what the tables hold."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Name, table, columns, and which rows; a bare column there is a flag.
INDEXES = (
    ("ix_conversation_waiting", "conversation", ("updated_at",), "wants_human"),
    ("ix_outgoing_board", "outgoing", ("group_code", "created_at"), "channel = 'board'"),
    ("ix_case_green", "case", ("submitted_at",), "green_channel"),
    ("ix_case_redispatch", "case", ("submitted_at",), "needs_redispatch"),
    ("ix_deadline_running", "deadline", ("clock", "due_at", "case_id"), "stopped_at IS NULL"),
    ("ix_transfer_decided", "transfer", ("dept", "decided_at"), "decided_at IS NOT NULL"),
    ("ix_transfer_dept_status", "transfer", ("dept", "status"), None),
)


def upgrade() -> None:
    op.add_column("conversation", sa.Column("town", sa.String(length=12), nullable=True))
    for name, table, columns, where in INDEXES:
        # SQLite knows no flags: there it is a number, and the index must say so as the queries do.
        lite = f"{where} = 1" if where and " " not in where else where
        rows: dict[str, Any] = {}
        if where and lite:
            rows = {"postgresql_where": sa.text(where), "sqlite_where": sa.text(lite)}
        op.create_index(name, table, list(columns), **rows)
    op.drop_index("ix_transfer_dept", table_name="transfer")


def downgrade() -> None:
    op.create_index("ix_transfer_dept", "transfer", ["dept"])
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    op.drop_column("conversation", "town")
