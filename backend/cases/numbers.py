"""Register numbers: one series per town and year, without gaps, never used again (domain 9.10)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Dialect, bindparam, literal_column

from backend.cases.tables import RegisterCounter
from backend.env import Env
from backend.prepared import Prepared, per_dialect, upsert
from backend.writer import Tx
from dialogs.catalogue.county import Town


class RegisterNo(NamedTuple):
    """A register number and how it is said on the phone."""

    full: str
    short: str


def next_register_no(tx: Tx, env: Env, town: str | None = None) -> RegisterNo:
    """The next number of a town (two digits; the window's own when not given).

    The counter moves in the transaction of the case, so a case that is not written leaves no gap.
    """
    year = env.today.year
    series = f"{env.county.code}{town or default_town(env).no}-{year:04d}"
    count = next_in(tx, series)
    return RegisterNo(f"{series}-{count:05d}", f"{year % 100:02d}-{count:05d}")


def default_town(env: Env) -> Town:
    """The town whose window this service is, where nothing says another."""
    named = env.county.text("default_town", env.today)
    return next((town for town in env.county.towns if town.name == named), env.county.towns[0])


def next_in(tx: Tx, series: str) -> int:
    """One more in a series, beginning with 1."""
    found = _next_in(tx.connection.dialect).run(tx.connection, {"series": series}).fetchone()
    return int(found[0])


@per_dialect
def _next_in(dialect: Dialect) -> Prepared:
    table = RegisterCounter.__table__  # type: ignore[attr-defined]
    return Prepared(
        upsert(table, dialect)
        .values(series=bindparam("series"), last=literal_column("1"))
        .on_conflict_do_update(index_elements=["series"], set_={"last": table.c.last + literal_column("1")})
        .returning(table.c.last),
        dialect,
    )


def transfer_no(register_no: str, seq: int) -> str:
    """A transfer slip: ZB, the register number and the part."""
    return f"ZB{register_no}-{seq:02d}"


def meeting_no(register_no: str, seq: int) -> str:
    """A meeting: HY, the register number, and the part from the second on."""
    return f"HY{register_no}" if seq == 1 else f"HY{register_no}-{seq:02d}"


def supervision_order_no(tx: Tx, year: int) -> str:
    """A supervision order: one series a year for the county."""
    return f"DB-{year:04d}-{next_in(tx, f'DB-{year:04d}'):03d}"
