"""Words for the desk's pages: named things from the edge, days with weekdays, and how long something still has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from backend.clock import ZONE, local_day
from backend.deadlines.tables import Deadline
from backend.env import Env
from dialogs.catalogue.grounds import Ground, cite, message_ground, refusal_ground
from dialogs.catalogue.mistakes import NotCovered
from dialogs.terms import Line, Param

Text = Callable[[str, Mapping[str, Param]], str]
TermWords = Callable[[str, str], str]
State = Literal["late", "today", "soon", "later", "paused", "done"]


class Due(msgspec.Struct, frozen=True):
    """When something is owed, ready to be said.

    Attributes:
        day: in words, with its weekday.
        time: HH:MM when the hour matters, else "".
        count: how many `unit` are left, or have passed.
        unit: wd, h or min.
    """

    day: str
    time: str
    state: State
    count: int
    unit: str
    at: dt.datetime


class DeskWords:
    """The edge's words with a net under them: what has no words yet is shown as its code, never as an error.

    Args:
        text: renders a message key with its parameters.
        term: renders a named thing.
    """

    def __init__(self, env: Env, text: Text, term: TermWords) -> None:
        self._env = env
        self._text = text
        self._term = term

    def say(self, key: str, params: Mapping[str, Param] | None = None) -> str:
        """A message in words."""
        return self.find(key, params) or key

    def find(self, key: str, params: Mapping[str, Param] | None = None) -> str:
        """A message in words, or "" when there are none."""
        try:
            return self._text(key, params or {})
        except (LookupError, ValueError):
            return ""

    def line(self, line: Line) -> str:
        """A phrase in words, or ""."""
        return self.find(line.key, line.params)

    def term(self, kind: str, code: str) -> str:
        """A named thing in words."""
        try:
            return self._term(kind, code)
        except (LookupError, ValueError):
            return code

    def ground(self, source: str) -> str:
        """A source as colleagues of this county may point at it; "" when it is a drafting note only."""
        return cite(source, self._env.county.rules)

    def sent_by(self, message: str, day: dt.date) -> str:
        """By which clause a message was sent on a day; "" where the county's rules do not reach back to it."""
        try:
            return _text(message_ground(message, self._env.county, day))
        except NotCovered:
            return ""

    def refused_by(self, code: str) -> str:
        """By which clause an act is refused today; "" for a slip, which is no rule."""
        try:
            return _text(refusal_ground(code, self._env.county, self._env.today))
        except NotCovered:
            return ""

    def day(self, day: dt.date) -> str:
        """A day with its weekday; the year too when it is not this one."""
        words = self.term("day", day.isoformat())
        return words if day.year == self._env.today.year else f"{day.year}/{words}"

    def day_of(self, at: dt.datetime) -> str:
        """The day of an instant."""
        return self.day(local_day(at))

    def moment(self, at: dt.datetime) -> str:
        """Day and time of an instant."""
        return f"{self.day_of(at)} {at.astimezone(ZONE):%H:%M}"

    def due(self, deadline: Deadline) -> Due:
        """How a running clock stands now."""
        env, at, day = self._env, deadline.due_at, deadline.due_day
        time = f"{at.astimezone(ZONE):%H:%M}"
        short = deadline.unit in ("h", "min", "s")

        def due(state: State, count: int, unit: str = "wd") -> Due:
            shown = time if short or state == "today" else ""
            return Due(self.day(day), shown, state, count, unit, at)

        if deadline.paused_at is not None:
            return due("paused", 0)
        if at < env.now:
            days = env.calendar.working_days_between(day, env.today)
            if days > 0 and not (short and days < 2):
                return due("late", days)
            minutes = max(1, int((env.now - at).total_seconds() // 60))
            return due("late", minutes // 60, "h") if minutes >= 60 else due("late", minutes, "min")
        if day == env.today:
            return due("today", 0)
        left = env.calendar.working_days_between(env.today, day)
        return due("soon" if left <= 2 else "later", left)


def _text(ground: Ground | None) -> str:
    return "" if ground is None else ground.text
