"""Statements built from the tables once and then handed to the driver as they are: what every message and case costs.

The ORM costs thirty times the query (measured in the shared performance notes). It is used for rows an act reads,
changes and reads again; rows that are only written, each the same way thousands of times a day, go by `insert`.
Both run in the same transaction on the same connection, and models stay the only source of columns and their types.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from pydantic_core import PydanticUndefined
from sqlalchemy import Dialect, Executable, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.instrumentation import manager_of_class
from sqlmodel import SQLModel

from backend.env import Env
from backend.writer import Tx

SEALED: Final = "_sealed"
Convert = Callable[[Any], Any]
Row = TypeVar("Row", bound=SQLModel)


class Prepared:
    """One statement as text for one driver, with the order of its parameters and how the driver takes each."""

    __slots__ = ("_by_place", "_sql", "_takes")

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self._sql = str(compiled)
        self._by_place = compiled.positiontup is not None
        self._takes: list[tuple[str, Convert | None]] = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in (compiled.positiontup or compiled.binds)
        ]

    def run(self, connection: Connection, parameters: dict[str, Any]) -> Any:
        """Run it in the transaction of `connection` with values as the columns' own types take them.

        Returns:
            A cursor of the driver.
        """
        driver = driver_of(connection)
        given = [parameters[name] if take is None else take(parameters[name]) for name, take in self._takes]
        if self._by_place:
            return driver.execute(self._sql, given)
        return driver.execute(self._sql, dict(zip((name for name, _ in self._takes), given, strict=True)))


def driver_of(connection: Connection) -> Any:
    """The driver's own connection below SQLAlchemy's, in the same transaction; both drivers have `execute` on it."""
    return connection.connection.driver_connection


def upsert(table: Any, dialect: Dialect) -> Any:
    """An insert that may say what happens when the row is there already (`on_conflict_…`)."""
    return sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)


def per_dialect(build: Callable[[Dialect], Prepared]) -> Callable[[Dialect], Prepared]:
    """Build a statement once for each dialect; its text depends on nothing else."""
    built: dict[str, Prepared] = {}

    @wraps(build)
    def once(dialect: Dialect) -> Prepared:
        found = built.get(dialect.name)
        if found is None:
            found = built[dialect.name] = build(dialect)
        return found

    return once


class _Insert:
    """The insert of whole rows of one table.

    Attributes:
        sealed: what a sealed column holds -> the column: `name` -> `name_sealed`.
        left_out: values of the columns that need not be given.
    """

    def __init__(self, model: type[SQLModel], dialect: Dialect, once: str | None) -> None:
        self.table: Any = model.__table__  # type: ignore[attr-defined]
        self.columns = frozenset(column.name for column in self.table.columns)
        self.sealed = {name.removesuffix(SEALED): name for name in self.columns if name.endswith(SEALED)}
        self.left_out: dict[str, Any] = {}
        for name, field in model.model_fields.items():
            if field.default is not PydanticUndefined or field.default_factory is not None:
                self.left_out[name] = field.get_default(call_default_factory=True, validated_data={})
        # A list or map of one row must never be another's: every row gets its own.
        self.own = {name: value for name, value in self.left_out.items() if isinstance(value, list | dict)}
        statement = upsert(self.table, dialect).values({name: bindparam(name) for name in self.columns})
        if once is not None:
            statement = statement.on_conflict_do_nothing(index_elements=[once])
        self.statement = Prepared(statement, dialect)

    def run(self, tx: Tx, env: Env, values: dict[str, Any]) -> dict[str, Any] | None:
        """The row as it was written; None when it was there already."""
        row = self.left_out.copy()
        for name, value in self.own.items():
            row[name] = value.copy()
        for name, value in values.items():
            if name in self.columns:
                row[name] = value
                continue
            column = self.sealed[name]
            if value is not None:
                row[column] = env.sealer.seal(value, table=self.table.name, column=column, row_id=values["id"])
        return row if self.statement.run(tx.connection, row).rowcount else None


_inserts: dict[tuple[type[SQLModel], str, str | None], _Insert] = {}  # the text depends on nothing else


def insert(tx: Tx, env: Env, model: type[SQLModel], /, *, once: str | None = None, **values: Any) -> bool:
    """Write one row, after what waits in the session and may be what it points at.

    Args:
        once: a column with a unique key; a row that has the same value there already stays as it is.
        values: by column; text for a sealed column goes by its name without `_sealed` and is sealed for this row.
            What the model has a default for may be left out.

    Returns:
        Whether the row was written.

    Raises:
        KeyError: a column that is not there, or one that is missing.
    """
    return _write(tx, env, model, once, values) is not None


def written(tx: Tx, env: Env, model: type[Row], /, **values: Any) -> Row:
    """`insert`, and the row as if it had just been read: a session it is added to changes it, and does not write it."""
    row = _write(tx, env, model, None, values)
    assert row is not None
    made: Row = manager_of_class(model).new_instance()
    made.__dict__.update(row)
    make_transient_to_detached(made)
    return made


def _write(tx: Tx, env: Env, model: type[SQLModel], once: str | None, values: dict[str, Any]) -> dict[str, Any] | None:
    dialect = tx.connection.dialect
    key = (model, dialect.name, once)
    prepared = _inserts.get(key)
    if prepared is None:
        prepared = _inserts[key] = _Insert(model, dialect, once)
    tx.flush()
    return prepared.run(tx, env, values)
