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
    colleagues = tx.session.exec(
        select(Staff).where(Staff.county == env.county.code, col(Staff.active).is_(True)).order_by(Staff.login)
    ).all()
    order = {person.code: place for place, person in enumerate(env.county.people)}
    colleagues = sorted(colleagues, key=lambda one: order.get(one.login, len(order)))
    for role, here in (("window_clerk", town), ("window_clerk", None), ("county_center", None)):
        for colleague in colleagues:
            if role in colleague.roles and (here is None or colleague.town == here):
                return colleague.id
    raise ConfigurationError(["no window clerk and nobody of the county centre is loaded: run `yimen staff add`"])
