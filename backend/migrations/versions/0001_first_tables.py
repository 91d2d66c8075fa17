"""The first tables; statuses move along their arrows only, and the journal can only grow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What may follow what, as `backend.cases.status` and `backend.transfers.status` had it when this was written.
CASE = {
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
TRANSFER = {
    "created": ("sent", "cancelled"),
    "sent": ("received", "returned", "cancelled"),
    "received": ("processing", "materials_requested", "returned", "granted", "refused", "cancelled"),
    "processing": ("materials_requested", "granted", "refused", "cancelled"),
    "materials_requested": ("processing", "cancelled"),
    "granted": ("processing",),
    "refused": ("processing",),
}
CASE_FIRST = ("draft", "submitted")
TRANSFER_FIRST = ("created",)


def upgrade() -> None:
    op.create_table(
        "household",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("village", sa.String(length=40), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
    )
    op.create_index(op.f("ix_household_village"), "household", ["village"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=12), nullable=False),
        sa.Column("actor_id", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("before", sa.String(length=24), nullable=True),
        sa.Column("after", sa.String(length=24), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_journal_chain_seq")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("called_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_hash", sa.String(length=64), nullable=True),
        sa.Column("id_missing_reason", sa.String(length=40), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("age_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_id_number_hash"), "person", ["id_number_hash"], unique=False)
    op.create_index(op.f("ix_person_phone_hash"), "person", ["phone_hash"], unique=False)
    op.create_table(
        "register_counter",
        sa.Column("series", sa.String(length=24), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_register_counter")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("dept", sa.String(length=30), nullable=False),
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("town", sa.String(length=12), nullable=True),
        sa.Column("villages", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(length=24), nullable=True),
        sa.Column("mobile_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_index(op.f("ix_staff_dept"), "staff", ["dept"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("channel", "account", "address_hash", name=op.f("uq_contact_channel_account_address_hash")),
    )
    op.create_index(op.f("ix_contact_person_id"), "contact", ["person_id"], unique=False)
    op.create_table(
        "household_member",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("household_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=30), nullable=False),
        sa.Column("income_text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("income_monthly_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("health_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_household_member_household_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_household_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
        sa.UniqueConstraint("household_id", "position", name=op.f("uq_household_member_household_id_position")),
    )
    op.create_index(op.f("ix_household_member_household_id"), "household_member", ["household_id"], unique=False)
    op.create_index(op.f("ix_household_member_person_id"), "household_member", ["person_id"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_one_time_link_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    op.create_index(op.f("ix_one_time_link_staff_id"), "one_time_link", ["staff_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=40), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)
    op.create_table(
        "case",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("register_no", sa.String(length=24), nullable=False),
        sa.Column("short_no", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("town", sa.String(length=12), nullable=False),
        sa.Column("village", sa.String(length=40), nullable=True),
        sa.Column("household_id", sa.String(length=40), nullable=False),
        sa.Column("applicant_id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("draft", sa.Integer(), nullable=False),
        sa.Column("channel_in", sa.String(length=24), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("hukou_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("difficulty_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("other_text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("hardships", sa.JSON(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("emergency_level", sa.String(length=4), nullable=False),
        sa.Column("emergency_code", sa.String(length=40), nullable=True),
        sa.Column("green_channel", sa.Boolean(), nullable=False),
        sa.Column("sensitive_case", sa.Boolean(), nullable=False),
        sa.Column("needs_redispatch", sa.Boolean(), nullable=False),
        sa.Column("proxy_filed", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("next_act", sa.String(length=40), nullable=False),
        sa.Column("query_code_hash", sa.String(length=64), nullable=False),
        sa.Column("query_tries", sa.Integer(), nullable=False),
        sa.Column("return_count", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("reply_days", sa.Integer(), nullable=True),
        sa.Column("reason_code", sa.String(length=40), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("where_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("supplement", sa.JSON(), nullable=False),
        sa.Column("supplement_note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("supplement_rounds", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("journal_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'supplement_required', 'not_accepted', 'accepted', 'joint_meeting', 'dispatched', 'in_progress', 'decided', 'feedback_delivered', 'charity_referred', 'rated', 'archived', 'withdrawn')",  # noqa: E501
            name=op.f("ck_case_status"),
        ),
        sa.CheckConstraint("owner_id IS NOT NULL", name=op.f("ck_case_owner")),
        sa.ForeignKeyConstraint(["applicant_id"], ["person.id"], name=op.f("fk_case_applicant_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_case_contact_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_case_household_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_case_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("contact_id", "draft", name=op.f("uq_case_contact_id_draft")),
        sa.UniqueConstraint("register_no", name=op.f("uq_case_register_no")),
    )
    op.create_index(op.f("ix_case_applicant_id"), "case", ["applicant_id"], unique=False)
    op.create_index(op.f("ix_case_contact_id"), "case", ["contact_id"], unique=False)
    op.create_index(op.f("ix_case_household_id"), "case", ["household_id"], unique=False)
    op.create_index(op.f("ix_case_owner_id"), "case", ["owner_id"], unique=False)
    op.create_index(op.f("ix_case_short_no"), "case", ["short_no"], unique=False)
    op.create_index(op.f("ix_case_status"), "case", ["status"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("state_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asking", sa.String(length=64), nullable=True),
        sa.Column("drafts", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("wants_human", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_conversation_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_index(op.f("ix_conversation_contact_id"), "conversation", ["contact_id"], unique=True)
    op.create_index(op.f("ix_conversation_updated_at"), "conversation", ["updated_at"], unique=False)
    op.create_table(
        "inbound",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_inbound_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint("channel", "account", "message_id", name=op.f("uq_inbound_channel_account_message_id")),
    )
    op.create_index(op.f("ix_inbound_contact_id"), "inbound", ["contact_id"], unique=False)
    op.create_table(
        "addition",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_addition_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addition")),
    )
    op.create_index(op.f("ix_addition_case_id"), "addition", ["case_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=False),
        sa.Column("draft", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_attachment_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_attachment_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_case_id"), "attachment", ["case_id"], unique=False)
    op.create_index(op.f("ix_attachment_contact_id"), "attachment", ["contact_id"], unique=False)
    op.create_index("uq_attachment_same", "attachment", ["contact_id", "draft", "content_hash"], unique=True)
    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("scope", sa.String(length=24), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_consent_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_consent_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_case_id"), "consent", ["case_id"], unique=False)
    op.create_index(op.f("ix_consent_contact_id"), "consent", ["contact_id"], unique=False)
    op.create_index(op.f("ix_consent_person_id"), "consent", ["person_id"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("proposal_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("minutes_no", sa.String(length=40), nullable=True),
        sa.Column("result_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_meeting_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("number", name=op.f("uq_meeting_number")),
    )
    op.create_index(op.f("ix_meeting_case_id"), "meeting", ["case_id"], unique=False)
    op.create_index(
        "uq_meeting_open",
        "meeting",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
        sqlite_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_notice_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_notice_case_id_version")),
        sa.UniqueConstraint("number", name=op.f("uq_notice_number")),
    )
    op.create_index(op.f("ix_notice_case_id"), "notice", ["case_id"], unique=False)
    op.create_table(
        "representation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("principal_id", sa.String(length=40), nullable=False),
        sa.Column("agent_id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("relation", sa.String(length=30), nullable=False),
        sa.Column("proof", sa.String(length=24), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["person.id"], name=op.f("fk_representation_agent_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_representation_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_representation_contact_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["person.id"], name=op.f("fk_representation_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representation")),
    )
    op.create_index(op.f("ix_representation_agent_id"), "representation", ["agent_id"], unique=False)
    op.create_index(op.f("ix_representation_case_id"), "representation", ["case_id"], unique=False)
    op.create_index(op.f("ix_representation_contact_id"), "representation", ["contact_id"], unique=False)
    op.create_index(op.f("ix_representation_principal_id"), "representation", ["principal_id"], unique=False)
    op.create_table(
        "transfer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("transfer_no", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("dept", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("handler_id", sa.String(length=40), nullable=True),
        sa.Column("handler_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("handler_phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_date", sa.Date(), nullable=True),
        sa.Column("legal_due_date", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effective_date", sa.Date(), nullable=True),
        sa.Column("amount_text", sa.String(length=60), nullable=True),
        sa.Column("benefit_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("refusal_code", sa.String(length=40), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("policy_basis", sa.String(length=400), nullable=True),
        sa.Column("remedy_type", sa.String(length=40), nullable=True),
        sa.Column("reapply_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("materials", sa.JSON(), nullable=False),
        sa.Column("materials_note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("extension_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("return_reason", sa.String(length=40), nullable=True),
        sa.Column("return_note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("suggested_dept", sa.String(length=30), nullable=True),
        sa.Column("replaced_by", sa.String(length=40), nullable=True),
        sa.Column("feedback_status", sa.String(length=16), nullable=False),
        sa.Column("extended_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status <> 'granted' OR effective_date IS NOT NULL", name=op.f("ck_transfer_grant_complete")
        ),
        sa.CheckConstraint(
            "status <> 'refused' OR (refusal_code IS NOT NULL AND reason_sealed IS NOT NULL AND policy_basis IS NOT NULL AND remedy_type IS NOT NULL)",  # noqa: E501
            name=op.f("ck_transfer_refusal_complete"),
        ),
        sa.CheckConstraint(
            "status IN ('created', 'sent', 'received', 'processing', 'materials_requested', 'returned', 'granted', 'refused', 'cancelled')",  # noqa: E501
            name=op.f("ck_transfer_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('received', 'processing') OR promised_date IS NOT NULL", name=op.f("ck_transfer_promise")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_transfer_case_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["staff.id"], name=op.f("fk_transfer_handler_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_transfer_case_id_seq")),
        sa.UniqueConstraint("transfer_no", name=op.f("uq_transfer_transfer_no")),
    )
    op.create_index(op.f("ix_transfer_case_id"), "transfer", ["case_id"], unique=False)
    op.create_index(op.f("ix_transfer_dept"), "transfer", ["dept"], unique=False)
    op.create_index(op.f("ix_transfer_handler_id"), "transfer", ["handler_id"], unique=False)
    op.create_index(op.f("ix_transfer_status"), "transfer", ["status"], unique=False)
    op.create_table(
        "deadline",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("transfer_id", sa.String(length=40), nullable=True),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("clock", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=4), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source_clause", sa.String(length=200), nullable=False),
        sa.Column("confidence", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_deadline_case_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_deadline_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    op.create_index(op.f("ix_deadline_case_id"), "deadline", ["case_id"], unique=False)
    op.create_index(
        "ix_deadline_next_rung",
        "deadline",
        ["next_rung_at"],
        unique=False,
        postgresql_where=sa.text("stopped_at IS NULL"),
        sqlite_where=sa.text("stopped_at IS NULL"),
    )
    op.create_index(op.f("ix_deadline_transfer_id"), "deadline", ["transfer_id"], unique=False)
    op.create_index(
        "uq_deadline_running",
        "deadline",
        ["subject", "clock"],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
        sqlite_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "outgoing",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("staff_id", sa.String(length=40), nullable=True),
        sa.Column("group_code", sa.String(length=40), nullable=True),
        sa.Column("case_id", sa.String(length=40), nullable=True),
        sa.Column("transfer_id", sa.String(length=40), nullable=True),
        sa.Column("message", sa.String(length=48), nullable=False),
        sa.Column("params_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("maybe_duplicate", sa.Boolean(), nullable=False),
        sa.Column("error", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'leased', 'sent', 'delivered', 'failed', 'cancelled')",
            name=op.f("ck_outgoing_status"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_outgoing_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_outgoing_contact_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_outgoing_staff_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_outgoing_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
        sa.UniqueConstraint("key", name=op.f("uq_outgoing_key")),
    )
    op.create_index(op.f("ix_outgoing_case_id"), "outgoing", ["case_id"], unique=False)
    op.create_index("ix_outgoing_contact", "outgoing", ["contact_id", "status"], unique=False)
    op.create_index(
        "ix_outgoing_due",
        "outgoing",
        ["channel", "due_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('waiting', 'leased')"),
        sqlite_where=sa.text("status IN ('waiting', 'leased')"),
    )
    op.create_index(op.f("ix_outgoing_staff_id"), "outgoing", ["staff_id"], unique=False)
    op.create_index(op.f("ix_outgoing_transfer_id"), "outgoing", ["transfer_id"], unique=False)
    op.create_table(
        "escalation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("deadline_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=4), nullable=False),
        sa.Column("order_no", sa.String(length=16), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_escalation_case_id")),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_escalation_deadline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("deadline_id", "level", name=op.f("uq_escalation_deadline_id_level")),
    )
    op.create_index(op.f("ix_escalation_case_id"), "escalation", ["case_id"], unique=False)
    op.create_index(op.f("ix_escalation_deadline_id"), "escalation", ["deadline_id"], unique=False)
    guard_status("case", CASE, CASE_FIRST)
    guard_status("transfer", TRANSFER, TRANSFER_FIRST)
    guard_journal()


def downgrade() -> None:
    release("journal", ("no_update", "no_delete", "no_truncate"))
    release("transfer", ("status_moves", "status_first"))
    release("case", ("status_moves", "status_first"))
    op.drop_index(op.f("ix_escalation_deadline_id"), table_name="escalation")
    op.drop_index(op.f("ix_escalation_case_id"), table_name="escalation")
    op.drop_table("escalation")
    op.drop_index(op.f("ix_outgoing_transfer_id"), table_name="outgoing")
    op.drop_index(op.f("ix_outgoing_staff_id"), table_name="outgoing")
    op.drop_index(
        "ix_outgoing_due",
        table_name="outgoing",
        postgresql_where=sa.text("status IN ('waiting', 'leased')"),
        sqlite_where=sa.text("status IN ('waiting', 'leased')"),
    )
    op.drop_index("ix_outgoing_contact", table_name="outgoing")
    op.drop_index(op.f("ix_outgoing_case_id"), table_name="outgoing")
    op.drop_table("outgoing")
    op.drop_index(
        "uq_deadline_running",
        table_name="deadline",
        postgresql_where=sa.text("stopped_at IS NULL"),
        sqlite_where=sa.text("stopped_at IS NULL"),
    )
    op.drop_index(op.f("ix_deadline_transfer_id"), table_name="deadline")
    op.drop_index(
        "ix_deadline_next_rung",
        table_name="deadline",
        postgresql_where=sa.text("stopped_at IS NULL"),
        sqlite_where=sa.text("stopped_at IS NULL"),
    )
    op.drop_index(op.f("ix_deadline_case_id"), table_name="deadline")
    op.drop_table("deadline")
    op.drop_index(op.f("ix_transfer_status"), table_name="transfer")
    op.drop_index(op.f("ix_transfer_handler_id"), table_name="transfer")
    op.drop_index(op.f("ix_transfer_dept"), table_name="transfer")
    op.drop_index(op.f("ix_transfer_case_id"), table_name="transfer")
    op.drop_table("transfer")
    op.drop_index(op.f("ix_representation_principal_id"), table_name="representation")
    op.drop_index(op.f("ix_representation_contact_id"), table_name="representation")
    op.drop_index(op.f("ix_representation_case_id"), table_name="representation")
    op.drop_index(op.f("ix_representation_agent_id"), table_name="representation")
    op.drop_table("representation")
    op.drop_index(op.f("ix_notice_case_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(
        "uq_meeting_open",
        table_name="meeting",
        postgresql_where=sa.text("resolved_at IS NULL"),
        sqlite_where=sa.text("resolved_at IS NULL"),
    )
    op.drop_index(op.f("ix_meeting_case_id"), table_name="meeting")
    op.drop_table("meeting")
    op.drop_index(op.f("ix_consent_person_id"), table_name="consent")
    op.drop_index(op.f("ix_consent_contact_id"), table_name="consent")
    op.drop_index(op.f("ix_consent_case_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_index("uq_attachment_same", table_name="attachment")
    op.drop_index(op.f("ix_attachment_contact_id"), table_name="attachment")
    op.drop_index(op.f("ix_attachment_case_id"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_addition_case_id"), table_name="addition")
    op.drop_table("addition")
    op.drop_index(op.f("ix_inbound_contact_id"), table_name="inbound")
    op.drop_table("inbound")
    op.drop_index(op.f("ix_conversation_updated_at"), table_name="conversation")
    op.drop_index(op.f("ix_conversation_contact_id"), table_name="conversation")
    op.drop_table("conversation")
    op.drop_index(op.f("ix_case_status"), table_name="case")
    op.drop_index(op.f("ix_case_short_no"), table_name="case")
    op.drop_index(op.f("ix_case_owner_id"), table_name="case")
    op.drop_index(op.f("ix_case_household_id"), table_name="case")
    op.drop_index(op.f("ix_case_contact_id"), table_name="case")
    op.drop_index(op.f("ix_case_applicant_id"), table_name="case")
    op.drop_table("case")
    op.drop_index(op.f("ix_staff_session_staff_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_index(op.f("ix_one_time_link_staff_id"), table_name="one_time_link")
    op.drop_table("one_time_link")
    op.drop_index(op.f("ix_household_member_person_id"), table_name="household_member")
    op.drop_index(op.f("ix_household_member_household_id"), table_name="household_member")
    op.drop_table("household_member")
    op.drop_index(op.f("ix_contact_person_id"), table_name="contact")
    op.drop_table("contact")
    op.drop_index(op.f("ix_staff_dept"), table_name="staff")
    op.drop_table("staff")
    op.drop_table("register_counter")
    op.drop_index(op.f("ix_person_phone_hash"), table_name="person")
    op.drop_index(op.f("ix_person_id_number_hash"), table_name="person")
    op.drop_table("person")
    op.drop_table("journal")
    op.drop_index(op.f("ix_household_village"), table_name="household")
    op.drop_table("household")


def guard_status(table: str, moves: dict[str, tuple[str, ...]], first: tuple[str, ...]) -> None:
    """Refuse every change of status that is not an arrow, and every row that does not begin at the beginning."""
    pairs = ", ".join(f"'{before}>{after}'" for before, afters in moves.items() for after in afters)
    begins = ", ".join(f"'{status}'" for status in first)
    moves_wrongly = f"OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ({pairs})"
    begins_wrongly = f"NEW.status NOT IN ({begins})"
    refuse(table, "status_moves", "UPDATE OF status", f"a {table} may not change its status like this", moves_wrongly)
    refuse(table, "status_first", "INSERT", f"a {table} may not begin with this status", begins_wrongly)


def guard_journal() -> None:
    """Append-only, whoever is connected."""
    refuse("journal", "no_update", "UPDATE", "the journal is append-only")
    refuse("journal", "no_delete", "DELETE", "the journal is append-only")
    if is_postgresql():
        refuse("journal", "no_truncate", "TRUNCATE", "the journal is append-only")


def refuse(table: str, name: str, on: str, message: str, when: str = "") -> None:
    """A trigger that stops `on` with a message, always or `when`."""
    trigger = f"{table}_{name}"
    if is_postgresql():
        each = "STATEMENT" if on == "TRUNCATE" else "ROW"
        condition = f"WHEN ({when})" if when else ""
        op.execute(
            f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            f'CREATE TRIGGER {trigger} BEFORE {on} ON "{table}" FOR EACH {each} {condition} '
            f"EXECUTE FUNCTION {trigger}()"
        )
    else:
        condition = f"WHEN {when}" if when else ""
        op.execute(
            f'CREATE TRIGGER {trigger} BEFORE {on} ON "{table}" FOR EACH ROW {condition} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def release(table: str, names: tuple[str, ...]) -> None:
    for name in names:
        if is_postgresql():
            op.execute(f'DROP TRIGGER IF EXISTS {table}_{name} ON "{table}"')
            op.execute(f"DROP FUNCTION IF EXISTS {table}_{name}()")
        else:
            op.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
