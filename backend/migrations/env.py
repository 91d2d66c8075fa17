"""What Alembic runs inside: always the connection `backend.migrate` gives it, in that connection's transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from backend import tables  # noqa: F401  the metadata is whole only with every table imported


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
        transactional_ddl=True,  # SQLite too: we say BEGIN ourselves
        transaction_per_migration=False,
    )
    context.run_migrations()


run(context.config.attributes["connection"])
