"""From an instant and a length to the moment something is due.

Instants are aware and come out in UTC; days are local dates of the office's zone. Source clause: domain 4.1.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from backend.deadlines.calendar import Counted, WorkingCalendar

Unit = Literal["wd", "nd", "mo", "h", "min", "s"]
"""Working days, natural days, months, hours, minutes, seconds."""

DAY_UNITS: frozenset[Unit] = frozenset({"wd", "nd", "mo"})
"""Units that end at the office's closing time of a day; the others run on through nights and holidays."""

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE_OPEN = dt.time(8, 30)
OFFICE_CLOSE = dt.time(17, 30)


class Due(msgspec.Struct, frozen=True):
    """When something is due.

    Attributes:
        at: the instant, UTC. For day units the office's closing time on `day`.
        day: the local date of `at`.
        provisional: counted over a year without holiday data; count again once it is loaded.
        start: the instant the clock began, UTC; None when unknown (no rung of the ladder is skipped then).
    """

    at: dt.datetime
    day: dt.date
    provisional: bool
    start: dt.datetime | None = None


def local_day(at: dt.datetime, zone: ZoneInfo = SHANGHAI) -> dt.date:
    """The day an event counts as: its local date, even after closing time. ValueError for a naive instant."""
    return _aware(at).astimezone(zone).date()


def start_day(start: dt.datetime, office_close: dt.time = OFFICE_CLOSE, zone: ZoneInfo = SHANGHAI) -> dt.date:
    """The day that does not count for a clock begun at `start`.

    The local date; after closing time the day after it, whatever day that is (domain 4.1). Closing time
    itself is still in time. Raises ValueError for a naive instant.
    """
    local = _aware(start).astimezone(zone)
    late = local.time() > office_close
    return local.date() + dt.timedelta(days=late)


def due_at(
    start: dt.datetime,
    amount: int,
    unit: Unit,
    calendar: WorkingCalendar,
    office_close: dt.time = OFFICE_CLOSE,
    zone: ZoneInfo = SHANGHAI,
) -> Due:
    """When `amount` `unit`s after `start` are over.

    Day units leave out the start day and end at `office_close`; h, min and s run on. Raises ValueError for
    a naive start or a negative amount; a year without holiday data gives a provisional result, no error.
    """
    if amount < 0:
        raise ValueError(f"a deadline of {amount} {unit} lies before its start; use 0 or more")
    if unit not in DAY_UNITS:
        return _instant(start, _aware(start) + _span(amount, unit), False, zone)
    first = start_day(start, office_close, zone)
    if unit == "wd":
        end = calendar.add_working_days(first, amount)
    elif unit == "nd":
        end = calendar.add_natural_days(first, amount)
    else:
        end = _add_months(first, amount, calendar)
    return due_on(end.day, start, end.provisional, office_close, zone)


def due_on(
    day: dt.date,
    start: dt.datetime | None = None,
    provisional: bool = False,
    office_close: dt.time = OFFICE_CLOSE,
    zone: ZoneInfo = SHANGHAI,
) -> Due:
    """Due at closing time of a day someone named: a department's promise, a decision of a meeting."""
    at = dt.datetime.combine(day, office_close, zone).astimezone(dt.UTC)
    return Due(at, day, provisional, None if start is None else _aware(start).astimezone(dt.UTC))


def due_in_office_hours(
    start: dt.datetime,
    minutes: int,
    calendar: WorkingCalendar,
    office_open: dt.time = OFFICE_OPEN,
    office_close: dt.time = OFFICE_CLOSE,
    zone: ZoneInfo = SHANGHAI,
) -> Due:
    """When `minutes` of office hours after `start` are over; nights and rest days stand still, lunch runs.

    Raises ValueError for a naive start, negative minutes, or an office that closes before it opens.
    """
    if minutes < 0 or office_close <= office_open:
        raise ValueError(f"cannot count {minutes} minutes in office hours {office_open} to {office_close}")
    now = _aware(start).astimezone(zone)
    left = dt.timedelta(minutes=minutes)
    provisional = False
    while True:
        opens = dt.datetime.combine(now.date(), office_open, zone)
        closes = dt.datetime.combine(now.date(), office_close, zone)
        provisional = provisional or not calendar.known(now.year)
        begin = max(now, opens)
        if calendar.is_working_day(now.date()) and begin < closes:
            if left <= closes - begin:
                return _instant(start, begin + left, provisional, zone)
            left -= closes - begin
        now = opens + dt.timedelta(days=1)


def in_time(due: Due, unit: Unit, done: dt.datetime, zone: ZoneInfo = SHANGHAI) -> bool:
    """Whether something done at `done` met its deadline.

    In day units what comes after closing time still counts as that day (domain 4.1): all of the due day is
    in time.
    """
    return local_day(done, zone) <= due.day if unit in DAY_UNITS else _aware(done) <= due.at


def resumed(
    due: Due,
    paused: dt.datetime,
    resumes: dt.datetime,
    calendar: WorkingCalendar,
    office_close: dt.time = OFFICE_CLOSE,
    zone: ZoneInfo = SHANGHAI,
) -> Due:
    """The new deadline of a paused clock: working days left at the pause, counted from the resumption.

    A clock paused after its due day keeps its deadline: a pause does not wash away lateness. Source clause:
    domain 4.3. Raises ValueError for a naive instant or a resumption before the pause.
    """
    if _aware(resumes) < _aware(paused):
        raise ValueError("a clock cannot resume before it paused; give the pause first, then the resumption")
    stopped = start_day(paused, office_close, zone)
    again = start_day(resumes, office_close, zone)
    if again == stopped or local_day(paused, zone) > due.day:
        return due
    left = max(0, calendar.working_days_between(stopped, due.day))
    end = calendar.add_working_days(again, left) if left else calendar.working_day_from(again)
    unknown = bool(calendar.missing_years(stopped, due.day))
    if end.day <= due.day:
        return due
    return due_on(end.day, due.start, end.provisional or unknown, office_close, zone)


def _add_months(day: dt.date, amount: int, calendar: WorkingCalendar) -> Counted:
    """The same day of a later month or its last day, moved off rest days (Civil Code art. 202, 203)."""
    if amount == 0:
        return Counted(day, False)
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    last = months.monthrange(year, month + 1)[1]
    return calendar.working_day_from(dt.date(year, month + 1, min(day.day, last)))


def _span(amount: int, unit: Unit) -> dt.timedelta:
    if unit == "h":
        return dt.timedelta(hours=amount)
    if unit == "min":
        return dt.timedelta(minutes=amount)
    if unit == "s":
        return dt.timedelta(seconds=amount)
    raise ValueError(f"unknown unit {unit!r}; use wd, nd, mo, h, min or s")


def _instant(start: dt.datetime, at: dt.datetime, provisional: bool, zone: ZoneInfo) -> Due:
    return Due(at.astimezone(dt.UTC), at.astimezone(zone).date(), provisional, start.astimezone(dt.UTC))


def _aware(at: dt.datetime) -> dt.datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; give an aware instant, UTC")
    return at
