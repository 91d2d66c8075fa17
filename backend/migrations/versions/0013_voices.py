"""Voice messages and who hears them; answers that come later lie whole in the outbox; wishes to be forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voice",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("attachment_id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("words_id", sa.String(length=128), nullable=False),
        sa.Column("town", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=60), nullable=True),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("rings", sa.Integer(), nullable=False),
        sa.Column("next_ring_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_by", sa.String(length=40), nullable=True),
        sa.Column("inbound_id", sa.String(length=40), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'unheard', 'heard', 'silent')", name=op.f("ck_voice_status")),
        sa.CheckConstraint(
            "status NOT IN ('waiting', 'unheard') OR next_ring_at IS NOT NULL", name=op.f("ck_voice_watched")
        ),
        sa.CheckConstraint("status <> 'silent' OR heard_by IS NOT NULL", name=op.f("ck_voice_silent")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_voice_contact_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_voice_conversation_id")),
        sa.ForeignKeyConstraint(["heard_by"], ["staff.id"], name=op.f("fk_voice_heard_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_voice_attachment_id")),
    )
    op.create_index("ix_voice_contact_id", "voice", ["contact_id"])
    op.create_index("ix_voice_conversation_id", "voice", ["conversation_id"])
    op.create_index("ix_voice_due", "voice", ["status", "due_at"])
    op.create_index("ix_voice_heard_by", "voice", ["heard_by"])
    op.create_index("ix_voice_next_ring_at", "voice", ["next_ring_at"])
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("outcome IN ('deleted', 'kept')", name=op.f("ck_erasure_request_outcome")),
        sa.CheckConstraint(
            "answered_at IS NULL OR (answer_sealed IS NOT NULL AND outcome IS NOT NULL AND answered_by IS NOT NULL)",
            name=op.f("ck_erasure_request_answer"),
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["staff.id"], name=op.f("fk_erasure_request_answered_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_erasure_request_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_erasure_request_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    op.create_index("ix_erasure_request_answered_by", "erasure_request", ["answered_by"])
    op.create_index("ix_erasure_request_case_id", "erasure_request", ["case_id"])
    op.create_index(
        "uq_erasure_request_open", "erasure_request", ["contact_id"], unique=True,
        postgresql_where=sa.text("answered_at IS NULL"), sqlite_where=sa.text("answered_at IS NULL"),
    )  # fmt: skip
    op.add_column("outgoing", sa.Column("say_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("outgoing", "say_sealed")
    op.drop_table("erasure_request")
    op.drop_table("voice")
