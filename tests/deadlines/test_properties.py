"""What holds for every day and every count."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.deadlines.calendar import WorkingCalendar, load_calendar
from backend.deadlines.counting import SHANGHAI, Due, Unit, due_at, in_time, resumed
from backend.deadlines.ladder import next_rung_at, rungs, rungs_reached

CALENDAR = load_calendar()
EMPTY = WorkingCalendar()

days = st.dates(dt.date(2018, 11, 1), dt.date(2027, 12, 31))
counts = st.integers(0, 90)
instants = st.datetimes(
    dt.datetime(2019, 1, 1),  # noqa: DTZ001
    dt.datetime(2027, 6, 30),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)
units: st.SearchStrategy[Unit] = st.sampled_from(["wd", "nd", "mo", "h", "min"])
lengths = st.integers(0, 24)


@given(days, counts)
def test_days_added_are_days_counted_back(start: dt.date, n: int) -> None:
    end = CALENDAR.add_working_days(start, n).day
    assert CALENDAR.working_days_between(start, end) == n
    assert n == 0 or CALENDAR.is_working_day(end)


@given(days, counts)
def test_from_a_working_day_there_and_back_is_home(start: dt.date, n: int) -> None:
    home = CALENDAR.working_day_from(start).day
    assert CALENDAR.working_days_before(CALENDAR.add_working_days(home, n).day, n).day == home


@given(days, counts, counts)
def test_days_add_up(start: dt.date, n: int, m: int) -> None:
    on = CALENDAR.add_working_days(start, n)
    both = CALENDAR.add_working_days(start, n + m)
    further = CALENDAR.add_working_days(on.day, m)
    assert both.day == further.day
    assert both.provisional == (on.provisional or further.provisional)


@given(days, days, counts)
def test_who_starts_later_is_never_due_earlier(a: dt.date, b: dt.date, n: int) -> None:
    a, b = sorted((a, b))
    assert CALENDAR.add_working_days(a, n).day <= CALENDAR.add_working_days(b, n).day
    if n:
        assert CALENDAR.add_natural_days(a, n).day <= CALENDAR.add_natural_days(b, n).day


@given(days, counts)
def test_natural_days_end_on_a_working_day_not_before_their_number(start: dt.date, n: int) -> None:
    end = CALENDAR.add_natural_days(start, n).day
    assert end >= start + dt.timedelta(days=n)
    assert n == 0 or CALENDAR.is_working_day(end)
    assert end <= start + dt.timedelta(days=n + 11)


@given(days, counts)
def test_provisional_says_exactly_that_a_missing_year_was_looked_at(start: dt.date, n: int) -> None:
    counted = CALENDAR.add_working_days(start, n)
    looked_at = {start + dt.timedelta(days=i) for i in range(1, (counted.day - start).days + 1)}
    assert counted.provisional == any(not 2019 <= one.year <= 2026 for one in looked_at)


@given(days, counts)
def test_with_no_data_a_week_is_monday_to_friday(start: dt.date, n: int) -> None:
    end = EMPTY.add_working_days(start, n)
    weekdays = sum((start + dt.timedelta(days=i)).weekday() < 5 for i in range(1, (end.day - start).days + 1))
    assert (weekdays, end.provisional) == (n, n > 0)


@given(instants, instants, lengths, units)
def test_a_later_event_never_has_an_earlier_deadline(a: dt.datetime, b: dt.datetime, n: int, unit: Unit) -> None:
    a, b = sorted((a, b))
    first, second = due_at(a, n, unit, CALENDAR), due_at(b, n, unit, CALENDAR)
    assert first.at <= second.at
    assert first.day == first.at.astimezone(SHANGHAI).date()
    assert in_time(first, unit, first.at)
    assert in_time(first, unit, a)


@given(instants, lengths, units, instants)
@settings(max_examples=60)
def test_looking_again_when_told_misses_no_rung(start: dt.datetime, n: int, unit: Unit, now: dt.datetime) -> None:
    due = due_at(start, n, unit, CALENDAR)
    every = rungs(due, unit, CALENDAR)
    reached = rungs_reached(due, unit, now, CALENDAR)
    assert reached == every[: len(reached)]
    following = next_rung_at(due, unit, now, CALENDAR)
    assert following == (every[len(reached)].at if len(reached) < len(every) else None)
    assert all(rung.at > start or rung.level == "o1" for rung in every)
    assert len({rung.level for rung in every}) == len(every)

    seen, look = 0, next_rung_at(due, unit, start - dt.timedelta(days=1), CALENDAR)
    while look is not None:
        seen, look = seen + 1, next_rung_at(due, unit, look, CALENDAR)
    assert seen == len({rung.at for rung in every})


@given(instants, st.integers(1, 40), st.integers(0, 60), st.integers(0, 60))
def test_a_pause_never_shortens_a_promise(start: dt.datetime, n: int, before: int, wait: int) -> None:
    due: Due = due_at(start, n, "wd", CALENDAR)
    paused = start + dt.timedelta(days=before)
    later = resumed(due, paused, paused + dt.timedelta(days=wait), CALENDAR)
    assert later.day >= due.day
    assert resumed(due, paused, paused, CALENDAR).day == due.day
