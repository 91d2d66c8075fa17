"""Who answers for a new case from its first minute (首问负责, 孟政发〔2023〕34号 六(二))."""

from __future__ import annotations

from sqlmodel import col, select

from backend.env import Env
from backend.errors import ConfigurationError
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
    logins = [person.code for person in wanted]
    rows = tx.connection.execute(
        select(col(Staff.login), col(Staff.id)).where(col(Staff.login).in_(logins), col(Staff.active).is_(True))
    )
    found = {str(row[0]): str(row[1]) for row in rows}
    for login in logins:
        if login in found:
            return found[login]
    raise ConfigurationError(["no window clerk and nobody of the county centre is loaded: run `yimen staff add`"])
