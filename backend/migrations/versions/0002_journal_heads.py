"""A signed head for each chain of the journal, keyed hashes, and no way around append-only by REPLACE."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TRIGGERS = (("journal", "no_replace"), ("journal_head", "no_way_back"), ("journal_head", "no_delete"))


def upgrade() -> None:
    op.add_column("journal", sa.Column("key_id", sa.Integer(), nullable=True))
    op.create_table(
        "journal_head",
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("unkeyed", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=True),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_journal_head")),
    )
    # The key is not here: the service signs these heads when it starts (`backend.journal.record.sign_heads`).
    op.execute(
        "INSERT INTO journal_head (chain, seq, hash, unkeyed, mac) SELECT chain, seq, hash, seq, '' FROM journal"
        " WHERE seq = (SELECT max(seq) FROM journal AS other WHERE other.chain = journal.chain)"
    )
    if not is_postgresql():  # PostgreSQL knows no REPLACE, and ON CONFLICT fires the triggers of UPDATE
        exists = "EXISTS (SELECT 1 FROM journal WHERE id = NEW.id OR (chain = NEW.chain AND seq = NEW.seq))"
        refuse("journal", "no_replace", "INSERT", "the journal is append-only", exists)
    refuse("journal_head", "no_way_back", "UPDATE", "a journal does not get shorter", "NEW.seq < OLD.seq")
    refuse("journal_head", "no_delete", "DELETE", "a journal does not get shorter")


def downgrade() -> None:
    for table, name in _TRIGGERS:
        if is_postgresql():
            op.execute(f'DROP TRIGGER IF EXISTS {table}_{name} ON "{table}"')
            op.execute(f"DROP FUNCTION IF EXISTS {table}_{name}()")
        else:
            op.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
    op.drop_table("journal_head")
    op.drop_column("journal", "key_id")


def refuse(table: str, name: str, on: str, message: str, when: str = "") -> None:
    """A trigger that stops `on` with a message, always or `when`."""
    trigger = f"{table}_{name}"
    if is_postgresql():
        condition = f"WHEN ({when})" if when else ""
        op.execute(
            f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute(
            f'CREATE TRIGGER {trigger} BEFORE {on} ON "{table}" FOR EACH ROW {condition} EXECUTE FUNCTION {trigger}()'
        )
    else:
        condition = f"WHEN {when}" if when else ""
        op.execute(
            f'CREATE TRIGGER {trigger} BEFORE {on} ON "{table}" FOR EACH ROW {condition} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
