"""Replays one recorded case under a set of rules: what its notice would say, which way it would go, by which days.

The same functions decide here as in the service (`route`, `build_notice`, the clock table); only nothing is kept. The
course of the case is the recorded one, in working days; so a shorter time limit shows which case would have run late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from backend.cases.facts import HouseholdLine, ages_of, facts_from, lives_alone
from backend.clock import ZONE, local_day
from backend.deadlines import service as deadlines
from backend.deadlines.calendar import WorkingCalendar
from backend.deadlines.counting import Due
from backend.rehearsal.records import Recorded
from dialogs.catalogue.county import County
from dialogs.catalogue.grounds import cite
from dialogs.catalogue.model import Catalogue, Item
from dialogs.catalogue.routing import Suggestion, route
from dialogs.catalogue.ways import Way, way_of
from dialogs.notice import OneTimeNotice, build_notice

FILED_AT = dt.time(10)

Stepper = Callable[[dt.date, int], dt.date]
Part = Literal["notice", "route", "date"]


class Said(msgspec.Struct, frozen=True):
    """One thing a case would be told, sent by, or due on.

    Attributes:
        value: codes, amounts and days, as the rules give them; a `Term` of `kind` in words where there is one.
        ground: by which clause; "" when no clause says it.
        late: of a day: the recorded course would miss it.
    """

    value: str
    ground: str = ""
    late: bool = False


#: By part and what: `limit:dibao`, `material:mat_id_card`, `way`, `clk_dispatch` ….
Outcome = dict[tuple[Part, str], Said]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Policy files and a working calendar at an instant.

    Attributes:
        now: aware.
    """

    catalogue: Catalogue
    county: County
    calendar: WorkingCalendar
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """The day in China."""
        return local_day(self.now)

    def on(self, day: dt.date) -> RuleSet:
        """The same rules on another day."""
        return replace(self, now=at_window(day))


def at_window(day: dt.date) -> dt.datetime:
    """The instant at which recorded cases are filed on a day."""
    return dt.datetime.combine(day, FILED_AT, ZONE).astimezone(dt.UTC)


def replay(case: Recorded, rules: RuleSet) -> Outcome:
    """Everything about the case that depends on rules, filed at `rules.now`.

    Raises:
        NotCovered: a value the case needs does not hold on the day; names value, day and file.
        UnknownCode: a code of the record is nothing in these files.
    """
    lines = tuple(HouseholdLine(one.kin, one.age, frozenset(one.marks)) for one in case.members)
    urgent = case.emergency != "none"
    suggested = route(
        case.hardships,
        case.needs,
        ages_of(lines),
        urgent,
        rules.county.switches(rules.today),
        rules.catalogue,
        rules.today,
        other_text="\n".join(case.other),
        closed=rules.county.disabled_items,
        alone=lives_alone(lines),
    ).suggestions
    found: Outcome = {}
    codes = tuple(one.item for one in suggested)
    if codes:
        facts = facts_from(
            lines, codes, frozenset(case.hardships), frozenset(case.needs),
            told=frozenset(case.told), proxy=case.proxy and not case.mandated, emergency=urgent,
            elsewhere=case.elsewhere,
        )  # fmt: skip
        town = case.town if any(town.no == case.town for town in rules.county.towns) else ""
        notice = build_notice(codes, facts, rules.catalogue, rules.county, rules.today, town=town)
        found |= {("notice", what): said for what, said in _told(notice, rules.county)}
    way = way_of(_outside(suggested, rules.catalogue), rules.county, rules.today, urgent=urgent or case.green)
    found |= {("route", what): said for what, said in _routed(suggested, way)}
    found |= {("date", what): said for what, said in _dates(case, suggested, way, rules)}
    return found


def _outside(suggested: Iterable[Suggestion], catalogue: Catalogue) -> list[str]:
    return [one.dept for one in suggested if not catalogue.items[one.item].internal]


def _told(notice: OneTimeNotice, county: County) -> Iterator[tuple[str, Said]]:
    for item in notice.items:
        time = item.time
        plus = f" +{time.plus_nd} nd" if time.plus_nd else ""
        yield f"limit:{item.code}", Said(f"{time.days} {time.unit}{plus}", cite(time.source, county.rules))
        yield f"basis:{item.code}", Said(" / ".join(one.text for one in item.basis))
    for material in notice.materials:
        later = " later" if material.later else ""
        yield f"material:{material.code}", Said(f"{material.supply}{later}")
    for refusal in notice.refusals:
        yield f"refusal:{refusal.code}", Said("listed")
    for rule in notice.rules:
        if rule.key != "way":
            value = f"{rule.amount} {rule.unit}" if rule.unit else " ".join(rule.codes)
            yield f"rule:{rule.key}", Said(value, rule.ground)


def _routed(suggested: Iterable[Suggestion], way: Way) -> Iterator[tuple[str, Said]]:
    yield "way", Said(way.mode, way.source)
    for one in suggested:
        yield f"item:{one.item}", Said(f"{one.dept}{' check' if one.needs_check else ''}")


def _dates(case: Recorded, suggested: tuple[Suggestion, ...], way: Way, rules: RuleSet) -> Iterator[tuple[str, Said]]:
    """The clocks of the case along its recorded course, from filing to telling the result."""
    filed, calendar = rules.today, rules.calendar
    variant = case.emergency if case.emergency != "none" else ""

    def after(day: dt.date, working_days: int) -> dt.date:
        return calendar.add_working_days(day, working_days).day if working_days else day

    accepted = None if case.accepted is None else after(filed, case.accepted)
    yield _clock("clk_acceptance_review", rules, accepted, variant)
    if accepted is None:
        return
    taken = rules.on(accepted)
    items = [taken.catalogue.items[code] for code in _taken(case, suggested, taken.catalogue)]
    if items:
        reply = deadlines.case_reply(taken, items, taken.now)
        yield "clk_case_reply", _on(reply, deadlines.clause_of(taken, "clk_case_reply")[0], taken, None)
    sent = None if case.sent is None else after(accepted, case.sent)
    ready = taken
    if way.mode == "joint_plan" and len(way.departments) > 1:
        handed = deadlines.due_of(taken, "clk_meeting_submit", taken.now)
        yield "clk_meeting_submit", _on(handed, deadlines.clause_of(taken, "clk_meeting_submit")[0], taken, None)
        meeting = rules.on(handed.day)
        held = deadlines.due_of(meeting, "clk_meeting_hold", meeting.now)
        yield "clk_meeting_hold", _on(held, deadlines.clause_of(meeting, "clk_meeting_hold")[0], meeting, None)
        ready = rules.on(held.day)  # as late as the meeting may be
        sent = None if case.sent is None else max(after(ready.today, case.sent), ready.today)
    yield _clock("clk_dispatch", ready, sent, variant)
    for item in (one for one in items if one.clock_start == "accept"):
        yield _legal(item, taken, _decided(case, item.code, sent, after))
    if sent is None:
        return
    gone = rules.on(sent)
    yield _clock("clk_dept_receive", gone, _last(after(sent, one.received) for one in case.parts if one.received))
    yield _clock("clk_return_receipt", gone, None)
    for item in (one for one in items if one.clock_start != "accept"):
        yield _legal(item, gone, _decided(case, item.code, sent, after))
    decided = _last(after(sent, one.decided) for one in case.parts if one.decided is not None)
    if decided is not None:
        yield _clock("clk_dept_feedback", rules.on(decided), None)
        yield _clock("clk_window_feedback", rules.on(decided), None)


def _taken(case: Recorded, suggested: tuple[Suggestion, ...], catalogue: Catalogue) -> tuple[str, ...]:
    """What it was taken in for, as far as there still is such an item; without a record, what is suggested."""
    chosen = case.items or tuple(one.item for one in suggested)
    return tuple(code for code in chosen if code in catalogue.items)


def _clock(clock: str, rules: RuleSet, done: dt.date | None, variant: str = "") -> tuple[str, Said]:
    due = deadlines.due_of(rules, clock, rules.now, variant)
    return clock, _on(due, deadlines.clause_of(rules, clock, variant)[0], rules, done)


def _legal(item: Item, rules: RuleSet, done: dt.date | None) -> tuple[str, Said]:
    due = deadlines.legal_due(rules, item, rules.now)
    return f"clk_legal:{item.code}", _on(due, rules.county.limit(item, rules.today).source, rules, done)


def _on(due: Due, source: str, rules: RuleSet, done: dt.date | None) -> Said:
    value = f"{due.day.isoformat()}{' provisional' if due.provisional else ''}"
    return Said(value, cite(source, rules.county.rules), done is not None and done > due.day)


def _decided(case: Recorded, item: str, sent: dt.date | None, after: Stepper) -> dt.date | None:
    if sent is None:
        return None
    return _last(after(sent, one.decided) for one in case.parts if one.item == item and one.decided is not None)


def _last(days: Iterable[dt.date]) -> dt.date | None:
    return max(days, default=None)


__all__ = ["Outcome", "Part", "RuleSet", "Said", "at_window", "replay"]
