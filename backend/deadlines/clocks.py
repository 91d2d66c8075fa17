"""The clock table: what starts and stops each clock, how long it runs, whom it reminds, and on what ground.

The table is `clocks.toml`; this module reads it, checks it, counts with it. Source clause: domain 4.2, 4.3.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from backend.deadlines.calendar import WorkingCalendar
from backend.deadlines.counting import (
    OFFICE_CLOSE,
    OFFICE_OPEN,
    SHANGHAI,
    Due,
    Unit,
    due_at,
    due_in_office_hours,
    due_on,
)

TABLE = Path(__file__).parent / "clocks.toml"

Confidence = Literal["seed", "verified", "verified_local", "known", "default"]
Ladder = Literal["office", "duty_chain", "none"]
Computed = Literal["promised_day", "legal_limit", "case_reply"]

_HOW: Mapping[Computed, str] = {
    "promised_day": "give the department's day to counting.due_on",
    "legal_limit": "give the item's legal amount and unit to counting.due_at",
    "case_reply": "give the legal deadlines of its items to clocks.case_reply",
}


class ClockError(ValueError):
    """A clock cannot be used as asked: the table, a county's amount or the clock named is wrong."""


class Length(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long a clock runs.

    Attributes:
        amount: in `unit`; 0 days is the day of the start itself.
        config: the key a county overrides the amount under, in the same unit; "" when it may not.
        source_clause: where it differs from the clock's own.
    """

    amount: int
    unit: Unit
    confidence: Confidence
    config: str = ""
    source_clause: str = ""


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of the clock table.

    Attributes:
        starts_on, stops_on: events that start (or start again) and stop it.
        reminds: the role that owes something.
        amount, unit: the length; None when `computed`.
        variants: other lengths, by emergency level, by item or "auto".
        items: the only items it runs for; () for all.
        reminders: amounts after the start at which the role is reminded, in `unit`.
        pausable: whether it stands still while the applicant or a meeting is waited for (domain 4.3).
        office_hours: whether its minutes run in office hours only.
        ladder: who is told when it runs late.
        then: what follows on its own when it has run out.
        computed: how the deadline comes about when the table has no length.
    """

    id: str
    starts_on: tuple[str, ...]
    stops_on: tuple[str, ...]
    reminds: str
    source_clause: str
    confidence: Confidence
    amount: int | None = None
    unit: Unit | None = None
    config: str = ""
    variants: dict[str, Length] = {}
    items: tuple[str, ...] = ()
    reminders: tuple[int, ...] = ()
    pausable: bool = False
    office_hours: bool = False
    ladder: Ladder = "office"
    then: str = ""
    computed: Computed | None = None

    def length(self, variant: str = "") -> Length:
        """A variant's length, or the clock's own for one that is not listed. ClockError when computed."""
        if (listed := self.variants.get(variant)) is not None:
            if listed.source_clause:
                return listed
            return msgspec.structs.replace(listed, source_clause=self.source_clause)
        if self.amount is None or self.unit is None:
            how = _HOW[self.computed] if self.computed else "give it an amount and a unit"
            raise ClockError(f"{self.id} has no fixed length; {how}")
        return Length(
            amount=self.amount,
            unit=self.unit,
            confidence=self.confidence,
            config=self.config,
            source_clause=self.source_clause,
        )

    @property
    def lengths(self) -> tuple[Length, ...]:
        """Every length of the clock, its own first; () when computed."""
        own = () if self.computed else (self.length(),)
        return (*own, *(self.length(variant) for variant in self.variants))


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clock: tuple[Clock, ...]


def read_clocks(path: Path = TABLE) -> Mapping[str, Clock]:
    """The clocks of a table by id, in order. Raises ClockError naming file, clock and what to mend."""
    try:
        with path.open(encoding="utf-8") as file:
            table = msgspec.convert(tomllib.loads(file.read()), _Table)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ClockError(f"{path}: {error}") from error
    problems = [f"{path}: {row.id}: {problem}" for row in table.clock for problem in _mistakes(row)]
    by_id = {row.id: row for row in table.clock}
    if len(by_id) < len(table.clock):
        problems.append(f"{path}: two clocks have the same id; rename or remove one")
    if problems:
        raise ClockError("\n".join(problems))
    return MappingProxyType(by_id)


@cache
def clocks() -> Mapping[str, Clock]:
    """The shipped clocks by id."""
    return read_clocks()


def clock(clock_id: str) -> Clock:
    """One shipped clock. Raises ClockError for an unknown id."""
    try:
        return clocks()[clock_id]
    except KeyError:
        raise ClockError(f"no clock {clock_id!r}; the clocks are {', '.join(clocks())}") from None


def due(
    clock_id: str,
    start: dt.datetime,
    calendar: WorkingCalendar,
    overrides: Mapping[str, int] | None = None,
    office_close: dt.time = OFFICE_CLOSE,
    *,
    variant: str = "",
    office_open: dt.time = OFFICE_OPEN,
    zone: ZoneInfo = SHANGHAI,
) -> Due:
    """When a clock started at `start` (aware) runs out.

    `overrides` are a county's amounts by config key. `variant` is an emergency level, an item code or "auto".
    Raises ClockError for an unknown or computed clock or an amount that is no whole number from 0.
    """
    row = clock(clock_id)
    length = row.length(variant)
    amount = _amount(length, overrides or {})
    if row.office_hours and length.unit == "min":
        return due_in_office_hours(start, amount, calendar, office_open, office_close, zone)
    return due_at(start, amount, length.unit, calendar, office_close, zone)


def reminders(
    clock_id: str,
    start: dt.datetime,
    calendar: WorkingCalendar,
    overrides: Mapping[str, int] | None = None,
    office_close: dt.time = OFFICE_CLOSE,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[Due, ...]:
    """The reminders on the way of a clock that has them (a draft, a supplement, a rating), earliest first.

    A county that shortens a clock loses the reminders that no longer lie within it. Raises as `due`.
    """
    row = clock(clock_id)
    length = row.length()
    whole = _amount(length, overrides or {})
    return tuple(
        due_at(start, amount, length.unit, calendar, office_close, zone)
        for amount in sorted(row.reminders)
        if amount < whole
    )


def case_reply(
    legal: Iterable[Due],
    accepted: dt.datetime,
    calendar: WorkingCalendar,
    overrides: Mapping[str, int] | None = None,
    office_close: dt.time = OFFICE_CLOSE,
    zone: ZoneInfo = SHANGHAI,
) -> Due:
    """clk_case_reply: the latest legal deadline of the items plus the window's days to tell (domain 4.2).

    With no item the window's own days run from the acceptance. Raises as `due`.
    """
    feedback = clock("clk_window_feedback").length()
    days = _amount(feedback, overrides or {})
    found = tuple(legal)
    if not found:
        return due_at(accepted, days, "wd", calendar, office_close, zone)
    last = max(found, key=lambda one: one.day)
    end = calendar.add_working_days(last.day, days)
    provisional = end.provisional or any(one.provisional for one in found)
    return due_on(end.day, accepted, provisional, office_close, zone)


def started_by(event: str) -> tuple[Clock, ...]:
    """The clocks an event starts."""
    return tuple(row for row in clocks().values() if event in row.starts_on)


def stopped_by(event: str) -> tuple[Clock, ...]:
    """The clocks an event stops."""
    return tuple(row for row in clocks().values() if event in row.stops_on)


def config_defaults() -> dict[str, int]:
    """Every config key of the table with its default amount."""
    return {one.config: one.amount for row in clocks().values() for one in row.lengths if one.config}


def config_units() -> dict[str, Unit]:
    """Every config key of the table with the unit its amount is counted in."""
    return {one.config: one.unit for row in clocks().values() for one in row.lengths if one.config}


def override_problems(overrides: Mapping[str, int]) -> tuple[str, ...]:
    """What is wrong with a county's amounts, one line each, for a check before start; () if nothing."""
    known = config_defaults()
    problems = []
    for key, amount in overrides.items():
        if key not in known:
            problems.append(f"{key} is no amount of the clock table; the keys are {', '.join(known)}")
        elif not _whole(amount):
            problems.append(f"{key} = {amount!r} is no whole number from 0; the default is {known[key]}")
    return tuple(problems)


def _amount(length: Length, overrides: Mapping[str, int]) -> int:
    amount = overrides.get(length.config, length.amount) if length.config else length.amount
    if not _whole(amount):
        raise ClockError(f"{length.config} = {amount!r} is no whole number from 0; default {length.amount}")
    return amount


def _whole(amount: object) -> bool:
    return isinstance(amount, int) and not isinstance(amount, bool) and amount >= 0


def _mistakes(row: Clock) -> list[str]:
    found: list[str] = []
    if not row.id.startswith("clk_"):
        found.append("an id begins with clk_")
    if not row.starts_on or not row.stops_on:
        found.append("starts_on and stops_on each need an event")
    if bool(row.computed) == (row.amount is not None) or (row.amount is None) != (row.unit is None):
        found.append("give amount and unit, or computed, and not both")
        return found
    for one in row.lengths:
        if one.amount < 0:
            found.append(f"{one.amount} {one.unit} lies before the start; use 0 or more")
        if one.confidence in ("default", "verified_local") and not one.config:
            found.append(f"{one.amount} {one.unit} is {one.confidence}, so a county must be able to change it")
    if any(not 0 < amount < (row.amount or 0) for amount in row.reminders):
        found.append("a reminder lies outside the clock; keep it between 0 and the amount")
    return found
