"""The window that helps a resident: whose words, phone and clerk she is given."""

from __future__ import annotations

import msgspec

from backend.cases.numbers import default_town
from backend.env import Env


class Window(msgspec.Struct, frozen=True):
    """A town's window.

    Attributes:
        town: two digits, as in register numbers.
        clerk: what residents call the colleague who sits there.
    """

    town: str
    town_name: str
    name: str
    address: str
    phone: str
    hours: str
    clerk: str


def window_of(env: Env, town: str | None = None) -> Window:
    """The window of a town (two digits), or of the first town when it is not known yet."""
    county = env.county
    found = county.town(town) if town else default_town(env)
    clerks = county.with_role("window_clerk", town=found.no)
    return Window(
        town=found.no,
        town_name=found.name,
        name=found.window,
        address=found.address,
        phone=found.phone,
        hours=found.hours.text,
        clerk=clerks[0].title if clerks else found.name,
    )
