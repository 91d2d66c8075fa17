"""The escalation ladder: when a deadline is remembered, chased and taken up, and who is told.

Rungs are pure functions of a deadline, so running a watcher twice finds the same ones. Times of day are
local, rungs come out in UTC. Source clause: domain 4.5.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from backend.deadlines.calendar import Counted, WorkingCalendar
from backend.deadlines.counting import DAY_UNITS, SHANGHAI, Due, Unit

LevelId = Literal["r1", "r2", "o1", "o2", "o3", "o4"]

RUNG_TIME = dt.time(9)


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One level of the ladder.

    Attributes:
        days: working days from the due day; negative before it, 0 on it.
        at_once: for clocks in h, min or s the rung is the very moment they run out.
        owner: whether the role that owes the thing is told, too.
        dept: who else is told when a department owes it.
        window: who else is told when anyone else owes it (the window, a meeting, a village).
        message: the message key.
        act: what is done besides telling; "" for nothing.
        config: the key a county overrides `days` under, always given as a positive number.
    """

    id: LevelId
    days: int
    message: str
    config: str
    at_once: bool = False
    owner: bool = True
    dept: tuple[str, ...] = ()
    window: tuple[str, ...] = ()
    act: str = ""


class Rung(msgspec.Struct, frozen=True):
    """A level at an instant (UTC); provisional when a year without holiday data was counted through."""

    level: LevelId
    at: dt.datetime
    provisional: bool = False


LADDER: tuple[Level, ...] = (
    Level(id="r1", days=-2, message="msg.reminder_due_soon", config="cfg.ladder_r1_days"),
    Level(id="r2", days=0, message="msg.reminder_due_today", config="", dept=("dept_liaison",)),
    Level(
        id="o1",
        days=1,
        at_once=True,
        message="msg.reminder_overdue",
        config="cfg.ladder_o1_days",
        dept=("dept_liaison", "dept_group", "window_clerk"),
        window=("window_clerk",),
        act="ask_reason_and_new_date",
    ),
    Level(
        id="o2",
        days=2,
        message="msg.escalation_level2",
        config="cfg.ladder_o2_days",
        dept=("dept_liaison", "dept_group", "window_clerk", "dept_deputy_head", "township_lead"),
        window=("window_clerk", "township_lead"),
        act="supervision_order_1",
    ),
    Level(
        id="o3",
        days=4,
        message="msg.escalation_level3",
        config="cfg.ladder_o3_days",
        dept=(
            "dept_liaison",
            "dept_group",
            "window_clerk",
            "dept_deputy_head",
            "township_lead",
            "county_center",
            "dept_head",
        ),
        window=("window_clerk", "township_lead", "county_center"),
        act="supervision_order_2",
    ),
    Level(
        id="o4",
        days=6,
        message="msg.escalation_meeting",
        config="cfg.ladder_o4_days",
        owner=False,
        dept=("joint_meeting_office", "leading_group"),
        window=("joint_meeting_office", "leading_group"),
        act="meeting_item",
    ),
)


def level(level_id: str) -> Level:
    """A level by id. Raises ValueError for an unknown one."""
    for one in LADDER:
        if one.id == level_id:
            return one
    raise ValueError(f"no level {level_id!r}; the levels are {', '.join(one.id for one in LADDER)}")


def told(level_id: str, owner: str) -> tuple[str, ...]:
    """The roles told at a level when `owner` (a clock's `reminds`) owes the thing, each once."""
    one = level(level_id)
    others = one.dept if owner.startswith("dept_") else one.window
    return tuple(dict.fromkeys(((owner,) if one.owner else ()) + others))


def ladder_with(overrides: Mapping[str, int]) -> tuple[Level, ...]:
    """The ladder with a county's days. Raises ValueError when the rungs would no longer follow each other."""
    levels = tuple(
        msgspec.structs.replace(one, days=overrides[one.config] * (-1 if one.days < 0 else 1))
        if one.config in overrides
        else one
        for one in LADDER
    )
    days = [one.days for one in levels]
    if days != sorted(set(days)):
        raise ValueError(f"the ladder's days {days} do not rise; each level must come after the one before")
    return levels


def rungs(
    due: Due,
    unit: Unit,
    calendar: WorkingCalendar,
    levels: tuple[Level, ...] = LADDER,
    rung_time: dt.time = RUNG_TIME,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[Rung, ...]:
    """Every rung of a deadline, earliest first.

    A reminder at or before the start, or not before the deadline itself, is left out; so is one some working
    days ahead that falls on the very day of the start. With `due.start` None no reminder is too early.
    """
    found = []
    for one in levels:
        if one.at_once and unit not in DAY_UNITS:
            found.append(Rung(one.id, due.at, due.provisional))
            continue
        day = _day(due.day, one.days, calendar)
        at = dt.datetime.combine(day.day, rung_time, zone).astimezone(dt.UTC)
        if one.days > 0 or _worth_saying(at, one.days, due, zone):
            found.append(Rung(one.id, at, day.provisional or due.provisional))
    return tuple(sorted(found, key=lambda rung: rung.at))


def rungs_reached(
    due: Due,
    unit: Unit,
    now: dt.datetime,
    calendar: WorkingCalendar,
    levels: tuple[Level, ...] = LADDER,
    rung_time: dt.time = RUNG_TIME,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[Rung, ...]:
    """The rungs at or before `now` (aware), earliest first; the latest is where the deadline stands."""
    return tuple(rung for rung in rungs(due, unit, calendar, levels, rung_time, zone) if rung.at <= now)


def next_rung_at(
    due: Due,
    unit: Unit,
    after: dt.datetime,
    calendar: WorkingCalendar,
    levels: tuple[Level, ...] = LADDER,
    rung_time: dt.time = RUNG_TIME,
    zone: ZoneInfo = SHANGHAI,
) -> dt.datetime | None:
    """The first rung after `after` (aware), UTC: when to look again; None when all are behind."""
    return next((rung.at for rung in rungs(due, unit, calendar, levels, rung_time, zone) if rung.at > after), None)


def apology_at(due: Due, rung_time: dt.time = RUNG_TIME, zone: ZoneInfo = SHANGHAI) -> dt.datetime:
    """When the applicant must hear `msg.delay_apology`: the morning after the due day, any day, UTC."""
    return dt.datetime.combine(due.day + dt.timedelta(days=1), rung_time, zone).astimezone(dt.UTC)


def _day(due_day: dt.date, days: int, calendar: WorkingCalendar) -> Counted:
    if days < 0:
        return calendar.working_days_before(due_day, -days)
    return calendar.add_working_days(due_day, days)


def _worth_saying(at: dt.datetime, days: int, due: Due, zone: ZoneInfo) -> bool:
    if at >= due.at:
        return False
    if due.start is None:
        return True
    same_day = days < 0 and at.astimezone(zone).date() == due.start.astimezone(zone).date()
    return at > due.start and not same_day
