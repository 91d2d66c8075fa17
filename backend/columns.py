"""Column helpers shared by all tables, so that an id, an instant or a sealed value is declared one way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlmodel import Field

from backend.db import Instant


def key(**more: Any) -> Any:
    """A typed primary key made by `backend.ids.new_id`."""
    return Field(primary_key=True, sa_type=String(40), **more)


def ref(target: str, *, null: bool = False, index: bool = True, **more: Any) -> Any:
    """A foreign key to `target` ("case.id")."""
    arguments: dict[str, Any] = {
        "sa_type": String(40),
        "sa_column_args": [ForeignKey(target)],
        "nullable": null,
        "index": index,
        **({"default": None} if null else {}),
        **more,
    }
    return Field(**arguments)


def instant(*, null: bool = False, index: bool = False) -> Any:
    """An aware UTC moment."""
    extra: dict[str, Any] = {"default": None} if null else {}
    return Field(sa_type=Instant, nullable=null, index=index, **extra)


def sealed() -> Any:
    """Encrypted text; see `backend.privacy.rows.SealedRow`."""
    return Field(default=None, sa_type=LargeBinary, nullable=True)


def json_list() -> Any:
    """A list of codes (never words, never anything a person said)."""
    return Field(default_factory=list, sa_type=JSON, nullable=False)


def json_map() -> Any:
    """A map of codes (never words, never anything a person said)."""
    return Field(default_factory=dict, sa_type=JSON, nullable=False)
