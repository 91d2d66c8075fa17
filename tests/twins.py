"""Twins of what lies outside: they keep state that a test can look at."""

from __future__ import annotations

import datetime as dt


class SteppingClock:
    """Stands still until a test steps it.

    Args:
        start: an aware instant; told in UTC.
    """

    def __init__(self, start: dt.datetime) -> None:
        assert start.tzinfo is not None, "an instant has a zone"
        self._now = start.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        """Aware UTC."""
        return self._now

    def step(self, **by: float) -> dt.datetime:
        """Go on (`step(hours=2)`); the new instant."""
        self._now += dt.timedelta(**by)
        return self._now
