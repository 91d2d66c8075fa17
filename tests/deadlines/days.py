"""Days and instants as people write them; a weekday that does not fit its date is refused here."""

import datetime as dt
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "一二三四五六日"


def day(written: str) -> dt.date:
    """ "2025-01-24 周五" -> date; the weekday is checked."""
    date, weekday = written.split(" ")
    found = dt.date.fromisoformat(date)
    assert weekday == f"周{_WEEKDAYS[found.weekday()]}", f"{date} is not {weekday}; mend the test"
    return found


def at(written: str) -> dt.datetime:
    """ "2026-11-04 17:29" or "2026-11-04 23:59:59" in Shanghai -> aware UTC."""
    return dt.datetime.fromisoformat(written).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


def shanghai(instant: dt.datetime) -> str:
    """An aware instant -> "2026-11-04 17:30"."""
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
