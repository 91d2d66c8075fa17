"""Objections, leads and changes after handing in; a case can be taken up again after an objection that was right."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BEFORE = {
    "draft": ("submitted", "withdrawn"),
    "submitted": ("supplement_required", "not_accepted", "accepted", "archived", "withdrawn"),
    "supplement_required": ("submitted", "withdrawn"),
    "accepted": ("joint_meeting", "dispatched", "withdrawn"),
    "joint_meeting": ("accepted", "decided", "charity_referred", "withdrawn"),
    "dispatched": ("joint_meeting", "in_progress", "decided", "withdrawn"),
    "in_progress": ("joint_meeting", "dispatched", "decided", "withdrawn"),
    "decided": ("feedback_delivered", "charity_referred"),
    "feedback_delivered": ("in_progress", "charity_referred", "rated"),
    "charity_referred": ("feedback_delivered",),
    "rated": ("in_progress", "archived"),
    "archived": ("in_progress",),
}
CASE = BEFORE | {
    "decided": ("feedback_delivered", "charity_referred", "in_progress"),
    "not_accepted": ("submitted",),
}
OBJECTION = {
    "filed": ("under_review", "withdrawn_by_filer"),
    "under_review": ("upheld", "overturned", "withdrawn_by_filer"),
}
OPEN = sa.text("status IN ('filed', 'under_review')")


def upgrade() -> None:
    op.add_column("case", sa.Column("objection_open", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "case_change",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("old_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_change_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_change")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_case_change_case_id_version")),
    )
    op.create_index(op.f("ix_case_change_case_id"), "case_change", ["case_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("transfer_id", sa.String(length=40), nullable=True),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("clock", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("by_helper", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("reviewer_id", sa.String(length=40), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("remedy_type", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "status IN ('filed', 'under_review', 'upheld', 'overturned', 'withdrawn_by_filer')",
            name=op.f("ck_objection_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('upheld', 'overturned') OR (reviewer_id IS NOT NULL AND result_sealed IS NOT NULL)",
            name=op.f("ck_objection_answer"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_objection_case_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_objection_transfer_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["staff.id"], name=op.f("fk_objection_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("number", name=op.f("uq_objection_number")),
    )
    for column in ("case_id", "transfer_id", "reviewer_id"):
        op.create_index(op.f(f"ix_objection_{column}"), "objection", [column], unique=False)
    op.create_index(
        "uq_objection_open", "objection", ["subject", "clock"], unique=True, postgresql_where=OPEN, sqlite_where=OPEN
    )
    op.create_table(
        "lead",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=40), nullable=True),
        sa.Column("result_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("closed_at IS NULL OR result_sealed IS NOT NULL", name=op.f("ck_lead_result")),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_lead_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sa.UniqueConstraint("number", name=op.f("uq_lead_number")),
    )
    for column in ("reported_at", "closed_by"):
        op.create_index(op.f(f"ix_lead_{column}"), "lead", [column], unique=False)
    release("case", "status_moves")
    guard_moves("case", CASE)
    guard_moves("objection", OBJECTION)
    refuse(
        "objection", "status_first", "INSERT", "an objection may not begin with this status", "NEW.status <> 'filed'"
    )


def downgrade() -> None:
    release("objection", "status_first")
    release("objection", "status_moves")
    release("case", "status_moves")
    guard_moves("case", BEFORE)
    op.drop_table("lead")
    op.drop_table("objection")
    op.drop_table("case_change")
    op.drop_column("case", "objection_open")


def guard_moves(table: str, moves: dict[str, tuple[str, ...]]) -> None:
    """Refuse every change of status that is not an arrow."""
    pairs = ", ".join(f"'{before}>{after}'" for before, afters in moves.items() for after in afters)
    refuse(
        table,
        "status_moves",
        "UPDATE OF status",
        f"a {table} may not change its status like this",
        f"OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ({pairs})",
    )


def refuse(table: str, name: str, on: str, message: str, when: str) -> None:
    """A trigger that stops `on` with a message."""
    trigger = f"{table}_{name}"
    if is_postgresql():
        op.execute(
            f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            f'CREATE TRIGGER {trigger} BEFORE {on} ON "{table}" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {trigger}()'
        )
    else:
        op.execute(
            f'CREATE TRIGGER {trigger} BEFORE {on} ON "{table}" FOR EACH ROW WHEN {when} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def release(table: str, name: str) -> None:
    if is_postgresql():
        op.execute(f'DROP TRIGGER IF EXISTS {table}_{name} ON "{table}"')
        op.execute(f"DROP FUNCTION IF EXISTS {table}_{name}()")
    else:
        op.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
