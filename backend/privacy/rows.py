"""Rows that carry sealed columns: `put` and `get` bind each value to its table, column and row."""

from __future__ import annotations

from typing import Any

from sqlmodel import SQLModel

from backend.privacy.seal import Sealer


class SealedRow(SQLModel):
    """A table whose columns ending in `_sealed` hold encrypted text; `id` must be set before anything is put."""

    def put(self, sealer: Sealer, column: str, value: str | None) -> None:
        """Seal `value` into `<column>_sealed`; None empties it."""
        name = f"{column}_sealed"
        row: Any = self
        sealed = (
            None if value is None else sealer.seal(value, table=str(self.__tablename__), column=name, row_id=row.id)
        )
        setattr(self, name, sealed)

    def get(self, sealer: Sealer, column: str) -> str | None:
        """The text in `<column>_sealed`, or None.

        Raises:
            SealBroken: the value belongs to another row or was changed.
            KeyMissing: it was sealed with a key this service does not have.
        """
        name = f"{column}_sealed"
        row: Any = self
        sealed: bytes | None = getattr(self, name)
        if sealed is None:
            return None
        return sealer.open(sealed, table=str(self.__tablename__), column=name, row_id=row.id).decode("utf-8")
