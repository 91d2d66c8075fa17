"""Who answers for a new case from its first minute (首问负责, 孟政发〔2023〕34号 六(二))."""

from __future__ import annotations

from sqlalchemy import Dialect, bindparam, true
from sqlmodel import col, select

from backend.env import Env
from backend.errors import ConfigurationError
from backend.prepared import Prepared, per_dialect
from backend.staff.tables import Staff
from backend.writer import Tx


def first_contact_owner(tx: Tx, env: Env, town: str) -> str:
    """The id of the window clerk on duty in a town; the county centre where a town has none.

    The first clerk of the county file goes first: it is she whom residents are told of.

    Raises:
        ConfigurationError: nobody at all could take a case.
    """
    county = env.county
    wanted = (*county.with_role("window_clerk", town=town), *county.with_role("window_clerk"),
              *county.with_role("county_center"))  # fmt: skip
    find = _on_duty(tx.connection.dialect)
    for person in wanted:
        row = find.run(tx.connection, {"login": person.code}).fetchone()
        if row is not None:
            return str(row[0])
    raise ConfigurationError(["no window clerk and nobody of the county centre is loaded: run `yimen staff add`"])


@per_dialect
def _on_duty(dialect: Dialect) -> Prepared:
    return Prepared(
        select(col(Staff.id)).where(col(Staff.login) == bindparam("login"), col(Staff.active).is_(true())), dialect
    )
