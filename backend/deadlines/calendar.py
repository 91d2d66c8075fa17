"""Working days of mainland China, one file per year; a missing year is counted Monday to Friday and says so.

A file lists only what a weekday cannot tell: weekdays that rest (`off`) and weekend days that are worked
(`work`, the make-up days). Units are local calendar dates. Source clause: domain 4.1; Civil Code 201 to 203.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

SHIPPED = Path(__file__).parent / "holidays"

_DAY = dt.timedelta(days=1)
_SATURDAY = 5

# Statutory holidays of a year since 2008, and since the revision in force from 2025. Each frees one weekday
# net of make-up days, so a file below this sum was not typed to its end.
_STATUTORY_DAYS = 11
_STATUTORY_DAYS_SINCE_2025 = 13


class CalendarError(ValueError):
    """A holiday file cannot be used; each line names the file and what to mend.

    Attributes:
        problems: the lines, one per thing to mend, over all files.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n".join(self.problems))


class NamedDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days under the name of the festival they belong to."""

    name: str
    days: tuple[dt.date, ...]


class Year(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One holiday file: the year, the notices it was taken from, rest weekdays and worked weekend days."""

    year: int
    source: tuple[str, ...]
    off: tuple[NamedDays, ...]
    work: tuple[NamedDays, ...] = ()


class Counted(msgspec.Struct, frozen=True):
    """Where a count of days ends.

    Attributes:
        day: the local date.
        provisional: the count looked at a year without data, taken as Monday to Friday; count again later.
    """

    day: dt.date
    provisional: bool


class WorkingCalendar:
    """Which days are worked. Immutable; made by `load_calendar`, or from `Year` values in a test."""

    __slots__ = ("_names", "_off", "_work", "_years")

    def __init__(self, years: Iterable[Year] = ()) -> None:
        kept = tuple(years)
        self._years: Mapping[int, Year] = {year.year: year for year in kept}
        self._names = {day: group.name for year in kept for group in year.off for day in group.days}
        self._off = frozenset(self._names)
        self._work = frozenset(day for year in kept for group in year.work for day in group.days)

    def __repr__(self) -> str:
        return f"WorkingCalendar({', '.join(str(year) for year in self.years)})"

    @property
    def years(self) -> tuple[int, ...]:
        """The years with data, ascending."""
        return tuple(sorted(self._years))

    def known(self, year: int) -> bool:
        """Whether there is data for this year."""
        return year in self._years

    def missing_years(self, first: dt.date, last: dt.date) -> tuple[int, ...]:
        """Years without data from one date to another, both included; () when all is known."""
        return tuple(year for year in range(first.year, last.year + 1) if not self.known(year))

    def source(self, year: int) -> tuple[str, ...]:
        """The notices a year was taken from; () for a year without data."""
        return self._years[year].source if self.known(year) else ()

    def holiday_name(self, day: dt.date) -> str | None:
        """The festival that frees this weekday; None for worked days and plain weekends."""
        return self._names.get(day)

    def is_working_day(self, day: dt.date) -> bool:
        """Whether offices work on this day. In a year without data: Monday to Friday."""
        if day.weekday() >= _SATURDAY:
            return day in self._work
        return day not in self._off

    def add_working_days(self, start: dt.date, n: int) -> Counted:
        """The n-th working day after `start`; `start` itself does not count (domain 4.1).

        n = 0 is `start` itself, worked or not. Raises ValueError for n < 0; a missing year never raises.
        """
        return self._step(start, n, _DAY)

    def working_days_before(self, day: dt.date, n: int) -> Counted:
        """The n-th working day before `day`; `day` itself does not count. Raises ValueError for n < 0."""
        return self._step(day, n, -_DAY)

    def add_natural_days(self, start: dt.date, n: int) -> Counted:
        """`start` plus n days; an end on a rest day moves to the next working day (Civil Code art. 203).

        n = 0 means the same day and is not moved. Raises ValueError for n < 0; a missing year never raises.
        """
        _not_negative(n)
        return Counted(start, False) if n == 0 else self.working_day_from(start + n * _DAY)

    def working_day_from(self, day: dt.date) -> Counted:
        """`day` when it is worked, else the next working day."""
        return self.add_working_days(day - _DAY, 1)

    def working_days_between(self, a: dt.date, b: dt.date) -> int:
        """Working days after `a` up to and with `b`: undoes `add_working_days`. Negative if `b` is first."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working_day(a + i * _DAY) for i in range(1, (b - a).days + 1))

    def _step(self, day: dt.date, n: int, step: dt.timedelta) -> Counted:
        _not_negative(n)
        provisional = False
        while n > 0:
            day += step
            provisional = provisional or not self.known(day.year)
            n -= self.is_working_day(day)
        return Counted(day, provisional)


def load_calendar(extra_folder: Path | None = None) -> WorkingCalendar:
    """The shipped years, with a county's own files in their place where it has them (whole years, same form).

    Raises CalendarError naming every file with a mistake and what to mend, or a folder that is not there.
    """
    problems: list[str] = []
    years = _read_folder(SHIPPED, problems)
    if extra_folder is not None:
        if extra_folder.is_dir():
            years |= _read_folder(extra_folder, problems)
        else:
            problems.append(f"{extra_folder}: no such folder; make it, or leave the county's own holidays unset")
    if problems:
        raise CalendarError(problems)
    return WorkingCalendar(years.values())


def read_year(path: Path) -> Year:
    """One holiday file, checked. Raises CalendarError with every problem found in it."""
    problems: list[str] = []
    year = _read_year(path, problems)
    if year is None or problems:
        raise CalendarError(problems)
    return year


def _not_negative(n: int) -> None:
    if n < 0:
        raise ValueError(f"cannot count {n} days; days are counted in whole numbers from 0")


def _read_folder(folder: Path, problems: list[str]) -> dict[int, Year]:
    files = sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))
    read = (_read_year(path, problems) for path in files)
    return {year.year: year for year in read if year is not None}


def _read_year(path: Path, problems: list[str]) -> Year | None:
    try:
        with path.open(encoding="utf-8") as file:
            raw: dict[str, Any] = tomllib.loads(file.read())
        year = msgspec.convert(raw, Year)
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}: cannot be read: {error}")
        return None
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path}: not valid TOML, or a day that does not exist: {error}")
        return None
    except msgspec.ValidationError as error:
        problems.append(f"{path}: {error}; a file has year, source, [[off]] and [[work]] with name and days")
        return None
    problems.extend(f"{path}: {problem}" for problem in _mistakes(year, path.stem))
    return year


def _mistakes(year: Year, stem: str) -> list[str]:
    found: list[str] = []
    if not re.fullmatch(r"[0-9]{4}", stem):
        found.append("name the file after its year, for example 2027.toml")
    elif int(stem) != year.year:
        found.append(f"says year = {year.year}; correct it to {stem} or rename the file")
    if not year.source or not all(text.strip() for text in year.source):
        found.append("source is empty; name the notice the days were taken from")
    if any(not group.name.strip() for group in (*year.off, *year.work)):
        found.append("an empty name; write the festival the days belong to")

    off = [day for group in year.off for day in group.days]
    work = [day for group in year.work for day in group.days]
    for day in (*off, *work):
        if day.year != year.year:
            found.append(f"{day} lies outside {year.year}; move it to {day.year}.toml")
    for day, count in sorted(Counter((*off, *work)).items()):
        if count > 1:
            found.append(f"{day} is listed {count} times; keep it once, under off or under work")
    for day in off:
        if day.weekday() >= _SATURDAY:
            found.append(f"{day} under off is a {day:%A}, which rests anyway; remove it")
    for day in work:
        if day.weekday() < _SATURDAY:
            found.append(f"{day} under work is a {day:%A}, which is worked anyway; remove it")
    least = _STATUTORY_DAYS_SINCE_2025 if year.year >= 2025 else _STATUTORY_DAYS
    if not found and len(off) - len(work) < least:
        found.append(
            f"{len(off)} rest days less {len(work)} make-up days is below the {least} the law gives; "
            "list the whole year, or remove the file and the year counts as missing"
        )
    return found
