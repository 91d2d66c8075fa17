"""The ladder of domain 4.5, rung by rung."""

import datetime as dt

import pytest

from backend.deadlines.calendar import WorkingCalendar
from backend.deadlines.clocks import clocks
from backend.deadlines.counting import Unit, due_at, due_on
from backend.deadlines.ladder import (
    LADDER,
    apology_at,
    ladder_with,
    level,
    next_rung_at,
    rungs,
    rungs_reached,
    told,
)
from tests.deadlines.days import at, day, shanghai


def climb(calendar: WorkingCalendar, start: str, amount: int, unit: Unit) -> dict[str, str]:
    due = due_at(at(start), amount, unit, calendar)
    return {rung.level: shanghai(rung.at) for rung in rungs(due, unit, calendar)}


def test_thirty_working_days_have_every_rung(calendar: WorkingCalendar) -> None:
    assert climb(calendar, "2026-11-04 10:00", 30, "wd") == {
        "r1": "2026-12-14 09:00",  # domain 4.1
        "r2": "2026-12-16 09:00",
        "o1": "2026-12-17 09:00",
        "o2": "2026-12-18 09:00",
        "o3": "2026-12-22 09:00",
        "o4": "2026-12-24 09:00",
    }


def test_the_ladder_rests_over_a_festival_and_works_on_make_up_days(calendar: WorkingCalendar) -> None:
    assert climb(calendar, "2026-09-21 10:00", 6, "wd") == {
        "r1": "2026-09-28 09:00",  # 25 September is Mid-autumn
        "r2": "2026-09-30 09:00",
        "o1": "2026-10-08 09:00",
        "o2": "2026-10-09 09:00",
        "o3": "2026-10-12 09:00",  # after the worked Saturday, 10 October
        "o4": "2026-10-14 09:00",
    }


@pytest.mark.parametrize(
    ("start", "amount", "unit"),
    [
        ("2026-11-04 10:00", 2, "wd"),
        ("2026-11-04 08:00", 2, "wd"),  # an hour before the rung's time, the same day
        ("2026-11-04 10:00", 1, "wd"),
        ("2026-11-04 10:00", 2, "nd"),
        ("2026-11-04 10:00", 24, "h"),
    ],
)
def test_a_short_deadline_has_no_early_reminder(calendar: WorkingCalendar, start: str, amount: int, unit: Unit) -> None:
    assert "r1" not in climb(calendar, start, amount, unit)


def test_three_working_days_have_one(calendar: WorkingCalendar) -> None:
    assert climb(calendar, "2026-11-04 10:00", 3, "wd")["r1"] == "2026-11-05 09:00"


def test_hours_are_overdue_at_once_and_then_climb_by_working_days(calendar: WorkingCalendar) -> None:
    assert climb(calendar, "2026-11-06 15:00", 24, "h") == {  # due on Saturday
        "r2": "2026-11-07 09:00",
        "o1": "2026-11-07 15:00",
        "o2": "2026-11-10 09:00",
        "o3": "2026-11-12 09:00",
        "o4": "2026-11-16 09:00",
    }


def test_minutes_have_no_reminder_before_they_began_or_after_they_ran_out(calendar: WorkingCalendar) -> None:
    for start in ("2026-11-04 10:00", "2026-11-04 03:00", "2026-11-04 08:55", "2026-11-04 09:00"):
        assert next(iter(climb(calendar, start, 5, "min"))) == "o1"


def test_without_a_start_no_reminder_is_too_early(calendar: WorkingCalendar) -> None:
    assert rungs(due_on(day("2026-11-06 周五")), "wd", calendar)[0].level == "r1"


def test_a_watcher_sees_what_was_reached_and_when_to_look_again(calendar: WorkingCalendar) -> None:
    due = due_at(at("2026-11-04 10:00"), 30, "wd", calendar)

    def seen(now: str) -> tuple[list[str], str | None]:
        reached = [rung.level for rung in rungs_reached(due, "wd", at(now), calendar)]
        following = next_rung_at(due, "wd", at(now), calendar)
        return reached, following and shanghai(following)

    assert seen("2026-11-04 10:00") == ([], "2026-12-14 09:00")
    assert seen("2026-12-14 08:59:59") == ([], "2026-12-14 09:00")
    assert seen("2026-12-14 09:00") == (["r1"], "2026-12-16 09:00")
    assert seen("2026-12-16 23:00") == (["r1", "r2"], "2026-12-17 09:00")
    assert seen("2026-12-21 12:00") == (["r1", "r2", "o1", "o2"], "2026-12-22 09:00")
    assert seen("2026-12-24 09:00") == (["r1", "r2", "o1", "o2", "o3", "o4"], None)


def test_a_rung_beyond_the_last_known_year_is_provisional(calendar: WorkingCalendar) -> None:
    found = rungs(due_on(day("2026-12-30 周三")), "wd", calendar)
    assert [(rung.level, rung.provisional) for rung in found] == [
        ("r1", False),
        ("r2", False),
        ("o1", False),
        ("o2", True),
        ("o3", True),
        ("o4", True),
    ]


def test_the_applicant_hears_of_the_delay_the_next_morning_even_on_a_saturday() -> None:
    assert shanghai(apology_at(due_on(day("2026-11-06 周五")))) == "2026-11-07 09:00"


def test_each_level_tells_more_people_until_the_meeting_takes_it_up() -> None:
    assert told("r1", "dept_handler") == ("dept_handler",)
    assert told("r2", "dept_handler") == ("dept_handler", "dept_liaison")
    assert told("r2", "dept_liaison") == ("dept_liaison",)
    assert told("r1", "window_clerk") == told("r2", "window_clerk") == ("window_clerk",)
    assert told("o1", "dept_handler") == ("dept_handler", "dept_liaison", "dept_group", "window_clerk")
    assert told("o2", "window_clerk") == ("window_clerk", "township_lead")
    for owner in ("dept_handler", "dept_liaison", "window_clerk", "village_assistant"):
        assert set(told("o1", owner)) < set(told("o2", owner)) < set(told("o3", owner))
        assert {"county_center"} <= set(told("o3", owner))
        assert told("o4", owner) == ("joint_meeting_office", "leading_group")


def test_levels_have_their_message_and_act() -> None:
    assert [(one.id, one.message) for one in LADDER] == [
        ("r1", "msg.reminder_due_soon"),
        ("r2", "msg.reminder_due_today"),
        ("o1", "msg.reminder_overdue"),
        ("o2", "msg.escalation_level2"),
        ("o3", "msg.escalation_level3"),
        ("o4", "msg.escalation_meeting"),
    ]
    assert (level("o2").act, level("o3").act) == ("supervision_order_1", "supervision_order_2")
    with pytest.raises(ValueError, match="no level 'o5'"):
        level("o5")


def test_a_county_may_climb_faster_but_not_backwards(calendar: WorkingCalendar) -> None:
    faster = ladder_with({"cfg.ladder_r1_days": 1, "cfg.ladder_o3_days": 3, "cfg.ladder_o4_days": 5})
    found = rungs(due_on(day("2026-12-16 周三")), "wd", calendar, faster, dt.time(8, 30))
    assert {rung.level: shanghai(rung.at) for rung in found} == {
        "r1": "2026-12-15 08:30",
        "r2": "2026-12-16 08:30",
        "o1": "2026-12-17 08:30",
        "o2": "2026-12-18 08:30",
        "o3": "2026-12-21 08:30",
        "o4": "2026-12-23 08:30",
    }
    with pytest.raises(ValueError, match="do not rise"):
        ladder_with({"cfg.ladder_o3_days": 6})


def test_every_clock_of_the_office_can_climb(calendar: WorkingCalendar) -> None:
    start = at("2026-07-01 10:00")
    for row in clocks().values():
        if row.ladder != "office":
            continue
        for length in row.lengths:
            due = due_at(start, length.amount, length.unit, calendar)
            found = rungs(due, length.unit, calendar)
            assert [rung.level for rung in found][-4:] == ["o1", "o2", "o3", "o4"]
            assert all(rung.at > start for rung in found)
