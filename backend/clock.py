"""The only reader of the clock."""

from __future__ import annotations

import datetime as dt
from typing import Protocol
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> dt.datetime:
        """Aware UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


class DayClock:
    """The machine's time of day on a day that was given: `yimen chat --today`, `yimen demo`."""

    def __init__(self, today: dt.date) -> None:
        self._shift = today - local_day(dt.datetime.now(dt.UTC))

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self._shift


class SetClock:
    """Stands at an instant until it is set to another; drives demos and replays."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def now(self) -> dt.datetime:
        return self.at


def local_day(instant: dt.datetime) -> dt.date:
    """The day in China at an instant."""
    return instant.astimezone(ZONE).date()
