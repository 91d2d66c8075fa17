"""From an instant to a due instant: closing time, midnight in two zones, months, pauses."""

import datetime as dt

import pytest

from backend.deadlines.calendar import WorkingCalendar
from backend.deadlines.counting import (
    Due,
    Unit,
    due_at,
    due_in_office_hours,
    due_on,
    in_time,
    local_day,
    resumed,
    start_day,
)
from tests.deadlines.days import at, day, shanghai


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        # domain 4.1, begun in office hours
        ("2026-09-29 10:00", 2, "wd", "2026-10-08 17:30"),
        ("2026-02-13 10:00", 2, "wd", "2026-02-24 17:30"),
        ("2026-04-30 10:00", 3, "wd", "2026-05-08 17:30"),
        ("2026-09-30 10:00", 2, "nd", "2026-10-08 17:30"),
        ("2026-11-06 10:00", 3, "nd", "2026-11-09 17:30"),
        ("2026-11-04 10:00", 30, "wd", "2026-12-16 17:30"),
        # closing time is 17:30: up to it the day itself is left out, after it the next day
        ("2026-11-04 17:29", 1, "wd", "2026-11-05 17:30"),
        ("2026-11-04 17:30", 1, "wd", "2026-11-05 17:30"),
        ("2026-11-04 17:30:01", 1, "wd", "2026-11-06 17:30"),
        ("2026-11-04 17:31", 1, "wd", "2026-11-06 17:30"),
        ("2026-11-04 23:59:59", 1, "wd", "2026-11-06 17:30"),
        ("2026-11-05 00:00", 1, "wd", "2026-11-06 17:30"),
        ("2026-11-04 17:29", 2, "nd", "2026-11-06 17:30"),
        ("2026-11-04 17:31", 2, "nd", "2026-11-09 17:30"),  # Saturday the 7th moves
        # Friday evening begins on Saturday, which is left out anyway
        ("2026-11-06 17:29", 1, "wd", "2026-11-09 17:30"),
        ("2026-11-06 17:31", 1, "wd", "2026-11-09 17:30"),
        ("2026-11-07 12:00", 1, "wd", "2026-11-09 17:30"),
        ("2026-11-08 17:31", 1, "wd", "2026-11-10 17:30"),  # Sunday evening: Monday is left out
        # a worked Saturday, and the eve of National Day
        ("2026-02-13 17:29", 1, "wd", "2026-02-14 17:30"),
        ("2026-02-13 17:31", 1, "wd", "2026-02-24 17:30"),
        ("2026-02-14 17:29", 1, "wd", "2026-02-24 17:30"),
        ("2026-02-14 17:31", 1, "wd", "2026-02-24 17:30"),
        ("2026-09-30 17:29", 1, "wd", "2026-10-08 17:30"),
        ("2026-09-30 23:59:59", 1, "wd", "2026-10-08 17:30"),
        ("2026-10-07 17:31", 1, "wd", "2026-10-09 17:30"),
        # midnight in Shanghai is 16:00 UTC; eight in the morning is midnight UTC
        ("2026-11-05 07:59", 1, "wd", "2026-11-06 17:30"),
        ("2026-11-05 08:01", 1, "wd", "2026-11-06 17:30"),
        ("2025-12-31 23:59:59", 1, "wd", "2026-01-04 17:30"),
        ("2026-01-01 00:00:01", 1, "wd", "2026-01-04 17:30"),
        # the same day
        ("2026-11-07 10:00", 0, "nd", "2026-11-07 17:30"),
        ("2026-11-07 18:00", 0, "nd", "2026-11-08 17:30"),
        # hours, minutes and seconds run on
        ("2026-09-30 17:31", 24, "h", "2026-10-01 17:31"),
        ("2026-02-13 23:50", 30, "min", "2026-02-14 00:20"),
        ("2026-11-04 10:00", 60, "s", "2026-11-04 10:01"),
        # months: the same day, or the last one, moved off rest days
        ("2026-01-15 10:00", 3, "mo", "2026-04-15 17:30"),
        ("2025-11-28 10:00", 3, "mo", "2026-02-28 17:30"),  # a worked Saturday
        ("2025-08-31 10:00", 6, "mo", "2026-02-28 17:30"),
        ("2025-11-30 10:00", 3, "mo", "2026-02-28 17:30"),
        ("2023-11-30 10:00", 3, "mo", "2024-02-29 17:30"),
        ("2026-07-01 10:00", 3, "mo", "2026-10-08 17:30"),
        ("2025-09-15 10:00", 3, "mo", "2025-12-15 17:30"),
        ("2025-10-15 10:00", 6, "mo", "2026-04-15 17:30"),
    ],
)
def test_a_deadline_ends(calendar: WorkingCalendar, start: str, amount: int, unit: Unit, end: str) -> None:
    due = due_at(at(start), amount, unit, calendar)
    assert shanghai(due.at) == end
    assert due.day == dt.date.fromisoformat(end[:10])
    assert due.at.tzinfo is dt.UTC
    assert due.start == at(start)
    assert not due.provisional


def test_an_instant_in_another_zone_is_the_same_instant(calendar: WorkingCalendar) -> None:
    evening = dt.datetime(2026, 11, 4, 9, 31, tzinfo=dt.UTC)  # 17:31 in Shanghai
    newyork = evening.astimezone(dt.timezone(dt.timedelta(hours=-5)))
    assert due_at(newyork, 1, "wd", calendar) == due_at(evening, 1, "wd", calendar)
    assert due_at(evening, 1, "wd", calendar).day == day("2026-11-06 周五")


def test_a_day_begins_at_midnight_in_shanghai_not_in_utc() -> None:
    assert local_day(dt.datetime(2026, 11, 4, 15, 59, 59, tzinfo=dt.UTC)) == day("2026-11-04 周三")
    assert local_day(dt.datetime(2026, 11, 4, 16, 0, tzinfo=dt.UTC)) == day("2026-11-05 周四")
    assert local_day(at("2026-11-05 07:59")) == day("2026-11-05 周四")  # still the 4th in UTC


def test_a_county_that_closes_at_five_counts_from_five() -> None:
    assert start_day(at("2026-11-04 17:29")) == day("2026-11-04 周三")
    assert start_day(at("2026-11-04 17:29"), dt.time(17)) == day("2026-11-05 周四")


def test_what_comes_after_closing_time_still_counts_as_that_day(calendar: WorkingCalendar) -> None:
    due = due_at(at("2026-11-04 10:00"), 1, "wd", calendar)
    assert in_time(due, "wd", at("2026-11-05 17:31"))
    assert in_time(due, "wd", at("2026-11-05 23:59:59"))
    assert not in_time(due, "wd", at("2026-11-06 00:00"))
    hours = due_at(at("2026-11-04 10:00"), 24, "h", calendar)
    assert in_time(hours, "h", at("2026-11-05 10:00"))
    assert not in_time(hours, "h", at("2026-11-05 10:00:01"))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-04 10:00", "2026-11-04 10:30"),
        ("2026-11-04 22:00", "2026-11-05 09:00"),
        ("2026-11-04 06:00", "2026-11-04 09:00"),
        ("2026-11-04 17:00", "2026-11-04 17:30"),
        ("2026-11-04 17:15", "2026-11-05 08:45"),
        ("2026-11-06 17:31", "2026-11-09 09:00"),
        ("2026-02-13 20:00", "2026-02-14 09:00"),
        ("2026-09-30 17:20", "2026-10-08 08:50"),
    ],
)
def test_half_an_hour_of_office_time_waits_for_the_office(calendar: WorkingCalendar, start: str, end: str) -> None:
    assert shanghai(due_in_office_hours(at(start), 30, calendar).at) == end


def test_office_time_longer_than_a_day_goes_on_the_next_morning(calendar: WorkingCalendar) -> None:
    assert shanghai(due_in_office_hours(at("2026-11-04 17:00"), 600, calendar).at) == "2026-11-06 09:00"
    assert due_in_office_hours(at("2026-12-31 17:31"), 30, calendar).provisional


@pytest.mark.parametrize(
    ("paused", "back", "end"),
    [
        ("2026-11-09 10:00", "2026-11-09 15:00", "2026-11-18"),  # the same day: nothing gained
        ("2026-11-09 10:00", "2026-11-11 10:00", "2026-11-20"),  # two days wait, two days later
        ("2026-11-06 10:00", "2026-11-08 10:00", "2026-11-18"),  # over a weekend: nothing gained
        ("2026-11-18 10:00", "2026-11-23 10:00", "2026-11-23"),  # on the last day: none left
        ("2026-11-18 18:00", "2026-11-18 18:30", "2026-11-18"),  # on its last evening, for half an hour
        ("2026-11-18 18:00", "2026-11-21 10:00", "2026-11-23"),  # none left, back on a Saturday
        ("2026-11-19 10:00", "2026-11-23 10:00", "2026-11-18"),  # late already: late it stays
    ],
)
def test_a_paused_promise_keeps_the_days_it_had_left(
    calendar: WorkingCalendar, paused: str, back: str, end: str
) -> None:
    promised = due_on(day("2026-11-18 周三"), at("2026-11-04 10:00"))
    assert resumed(promised, at(paused), at(back), calendar).day.isoformat() == end


def test_what_cannot_be_counted_is_refused(calendar: WorkingCalendar) -> None:
    naive = dt.datetime(2026, 11, 4, 10, 0)  # noqa: DTZ001
    with pytest.raises(ValueError, match="no time zone"):
        due_at(naive, 1, "wd", calendar)
    with pytest.raises(ValueError, match="no time zone"):
        due_at(naive, 1, "h", calendar)
    with pytest.raises(ValueError, match="before its start"):
        due_at(at("2026-11-04 10:00"), -1, "h", calendar)
    with pytest.raises(ValueError, match="unknown unit 'weeks'"):
        due_at(at("2026-11-04 10:00"), 1, "weeks", calendar)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="office hours"):
        due_in_office_hours(at("2026-11-04 10:00"), 30, calendar, dt.time(18), dt.time(8))
    with pytest.raises(ValueError, match="cannot resume before"):
        resumed(due_on(day("2026-11-18 周三")), at("2026-11-05 10:00"), at("2026-11-04 10:00"), calendar)


def test_a_named_day_is_due_at_closing_time() -> None:
    assert due_on(day("2026-11-18 周三")) == Due(at("2026-11-18 17:30"), day("2026-11-18 周三"), False)
