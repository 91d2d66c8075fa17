"""The shipped years are the official ones; a missing year is visible and stops nobody."""

import datetime as dt
import importlib.util
from pathlib import Path

import chinese_calendar
import pytest

from backend.deadlines.calendar import SHIPPED, WorkingCalendar, load_calendar
from backend.deadlines.counting import due_at
from tests.deadlines.days import at, day

SCRIPT = Path(__file__).parents[2] / "scripts" / "holidays_from_chinesecalendar.py"


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_day_of_a_shipped_year_is_as_chinesecalendar_has_it(calendar: WorkingCalendar, year: int) -> None:
    days = [dt.date(year, 1, 1) + dt.timedelta(days=i) for i in range(366)]
    wrong = [
        str(one)
        for one in days
        if one.year == year and calendar.is_working_day(one) != chinese_calendar.is_workday(one)
    ]
    assert wrong == []


def test_the_shipped_files_are_what_the_script_writes() -> None:
    spec = importlib.util.spec_from_file_location("holidays_from_chinesecalendar", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert sorted(path.name for path in SHIPPED.iterdir()) == [f"{year}.toml" for year in sorted(script.NOTICES)]
    for year in script.NOTICES:
        shipped = (SHIPPED / f"{year}.toml").read_text(encoding="utf-8").splitlines()
        assert shipped[1:] == script.text(year).splitlines()[1:]  # the first line names the package's version


def test_working_days_of_2026_are_248(calendar: WorkingCalendar) -> None:
    assert calendar.working_days_between(dt.date(2025, 12, 31), dt.date(2026, 12, 31)) == 248


def test_every_shipped_year_names_its_notice(calendar: WorkingCalendar) -> None:
    assert calendar.years == tuple(range(2019, 2027))
    for year in calendar.years:
        assert all(f"{year}年" in text and "国办发明电" in text for text in calendar.source(year))
    assert calendar.source(2027) == ()


def test_a_missing_year_is_seen_from_afar(calendar: WorkingCalendar) -> None:
    assert not calendar.known(2027)
    assert calendar.missing_years(dt.date(2026, 10, 1), dt.date(2026, 12, 31)) == ()
    assert calendar.missing_years(dt.date(2026, 12, 25), dt.date(2028, 2, 1)) == (2027, 2028)


@pytest.mark.parametrize(
    ("start", "n", "end", "provisional"),
    [
        ("2026-12-30 周三", 1, "2026-12-31 周四", False),
        ("2026-12-31 周四", 1, "2027-01-01 周五", True),  # Monday to Friday, for want of the notice
        ("2026-12-25 周五", 6, "2027-01-04 周一", True),
        ("2027-03-01 周一", 5, "2027-03-08 周一", True),
        ("2018-12-31 周一", 1, "2019-01-02 周三", False),  # the start does not count, so 2018 is not asked
    ],
)
def test_a_count_through_a_missing_year_is_provisional_and_no_error(
    calendar: WorkingCalendar, start: str, n: int, end: str, provisional: bool
) -> None:
    counted = calendar.add_working_days(day(start), n)
    assert (counted.day, counted.provisional) == (day(end), provisional)


def test_natural_days_are_provisional_only_where_their_end_is_asked(calendar: WorkingCalendar) -> None:
    assert calendar.add_natural_days(dt.date(2026, 12, 30), 2).provisional
    assert calendar.add_natural_days(dt.date(2018, 12, 1), 62) == calendar.working_day_from(dt.date(2019, 2, 1))
    assert not calendar.add_natural_days(dt.date(2018, 12, 1), 62).provisional


def test_intake_goes_on_with_no_year_at_all() -> None:
    due = due_at(at("2026-09-30 10:00"), 2, "wd", WorkingCalendar())
    assert (due.day, due.provisional) == (day("2026-10-02 周五"), True)


def test_a_deadline_moves_once_the_year_is_loaded(calendar: WorkingCalendar, tmp_path: Path) -> None:
    (tmp_path / "2027.toml").write_text(
        "year = 2027\nsource = ['演练用，不是真的安排']\n"
        "[[off]]\nname = '演练'\ndays = [" + ", ".join(f"2027-03-{n:02}" for n in (*range(1, 6), *range(8, 13))) + "]\n"
        "[[off]]\nname = '元旦'\ndays = [2027-01-01, 2027-05-03, 2027-05-04]\n",
        encoding="utf-8",
    )
    before = calendar.add_working_days(dt.date(2026, 12, 31), 1)
    after = load_calendar(tmp_path).add_working_days(dt.date(2026, 12, 31), 1)
    assert (before.day, before.provisional) == (day("2027-01-01 周五"), True)
    assert (after.day, after.provisional) == (day("2027-01-04 周一"), False)
