"""The hours in which nobody's phone rings for something that can wait (domain 13.1 rule 8)."""

from __future__ import annotations

import datetime as dt

from backend.clock import ZONE
from backend.env import Env


def after_quiet(env: Env, at: dt.datetime) -> dt.datetime:
    """The moment itself, or the end of the county's quiet hours (`quiet_hours`, "21:00-07:00") when it is in them."""
    begins, _, ends = env.county.text("quiet_hours", env.today).partition("-")
    start, end = dt.time.fromisoformat(begins), dt.time.fromisoformat(ends)
    local = at.astimezone(ZONE)
    now = local.time()
    quiet = start <= now < end if start < end else now >= start or now < end
    if not quiet:
        return at
    day = local.date() if now < end else local.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, end, ZONE).astimezone(dt.UTC)
