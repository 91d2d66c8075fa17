"""Proves item files: codes, conditions, days, grounds and examples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from dialogs.catalogue.asking import SUPPLIES, supplies_of
from dialogs.catalogue.conditions import CONDITIONS
from dialogs.catalogue.mistakes import CatalogueMistake, NotCovered
from dialogs.catalogue.model import Catalogue, Item
from dialogs.catalogue.parts import SHOWABLE

ACTORS = frozenset({"window", "village", "assistant", "resident", "school", "hospital", "union", "expert"})
"""Who may do a step of a procedure, besides departments."""


def item_problems(item: Item, catalogue: Catalogue, year: int) -> Iterator[str]:
    departments = catalogue.departments
    for code in (item.department, *item.assists, *filter(None, [item.seed_department])):
        if code not in departments:
            yield f"department {code!r} is not in departments.toml; correct it or add it there"
    if item.department in departments and not departments[item.department].takes_transfers:
        yield f"department {item.department!r} takes no transfers; name the one that handles the item"
    for step in item.procedure:
        if step.who not in ACTORS and step.who not in departments:
            yield f"step by {step.who!r}: use a department code or one of {', '.join(sorted(ACTORS))}"
    for code in item.refusals:
        if code not in catalogue.refusals:
            yield f"refusal {code!r} is not in reasons.toml; correct it or add it there"
        elif catalogue.refusals[code].items and item.code not in catalogue.refusals[code].items:
            yield f"refusal {code!r} is not for this item; add the item there or take the refusal out"
    for pull in item.pulls_in:
        if pull.item not in catalogue.items:
            yield f"pulls in {pull.item!r}, which has no file"
        if pull.when not in CONDITIONS:
            yield f"condition {pull.when!r} of pulls_in is not in conditions.py"
    for row in item.applies:
        if not row.who or not row.at:
            yield "an [[apply]] names nobody or no place; write who may apply and where"
        if row.when is not None and row.when not in CONDITIONS:
            yield f"condition {row.when!r} of [[apply]] is not in conditions.py"
    if not any(row.when is None for row in item.applies) and len(item.applies) < 2:
        yield "no [[apply]] for everybody; say who may apply and where"
    if not item.faq:
        yield "no [[faq]]; JS 6.1.3.2 wants the questions people ask"
    if not item.error_examples or not item.review_points:
        yield "no review_points or error_examples; JS 6.1.3.2 wants both"
    if not item.refusals:
        yield "no refusals; MG 6(2) wants the grounds of a refusal told beforehand"
    yield from _item_materials(item, catalogue)
    yield from _days(item, year)
    if not item.procedure:
        yield "no [[procedure]] step; MG 6(2) wants the procedure told"
    if not item.examples:
        yield "no [[example]]; add a household and the materials it must be told"
    yield from _examples(item, catalogue)


def _item_materials(item: Item, catalogue: Catalogue) -> Iterator[str]:
    seen: set[str] = set()
    groups: dict[str, int] = {}
    for entry in item.materials:
        material = catalogue.materials.get(entry.code)
        if material is None:
            yield f"material {entry.code!r} is not in materials.toml; correct it or add it there"
        elif entry.exempt and not material.exempt:
            yield f"material {entry.code!r} is exempt here, but materials.toml names nobody to fetch it from"
        if entry.code in seen:
            yield f"material {entry.code!r} is there twice; remove one"
        seen.add(entry.code)
        if entry.when is not None and entry.when not in CONDITIONS:
            yield f"condition {entry.when!r} of {entry.code} is not in conditions.py"
        if entry.one_of:
            groups[entry.one_of] = groups.get(entry.one_of, 0) + 1
    for name, number in groups.items():
        if number < 2:
            yield f"one_of {name!r} has a single entry; add its alternative or remove one_of"


def _days(item: Item, year: int) -> Iterator[str]:
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    try:
        item.limit_on(first)
    except NotCovered as gap:
        yield str(gap)
    starts: set[tuple[str | None, dt.date]] = set()
    for limit in item.limits:
        if limit.days <= 0:
            yield f"limit from {limit.start} is {limit.days} {limit.unit}; write a positive number"
        if limit.longest is not None and limit.longest < limit.days:
            yield f"limit from {limit.start}: longest {limit.longest} is shorter than {limit.days}"
        if (limit.when, limit.start) in starts:
            yield f"two limits from {limit.start} with the same `when`; remove one"
        starts.add((limit.when, limit.start))
    for stage in {stage.stage for stage in item.stage_limits}:
        begun = min(row.start for row in item.stage_limits if row.stage == stage)
        if begun > first:
            yield f"stage {stage!r} has no value before {begun}; 2026 must be covered"
    for day in _turns(item, first, last):
        if not any(basis.holds_on(day) and basis.confidence in SHOWABLE for basis in item.basis):
            yield f"no ground that may be shown on {day}; add one with confidence seed or verified"
            break


def _turns(item: Item, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days of the year on which the set of grounds in force can change."""
    days = {first}
    for basis in item.basis:
        if basis.start is not None:
            days.add(basis.start)
        if basis.end is not None:
            days.add(basis.end + dt.timedelta(days=1))
    return sorted(day for day in days if first <= day <= last)


def _examples(item: Item, catalogue: Catalogue) -> Iterator[str]:
    for entry in item.materials:
        shown = [entry.code in example.materials for example in item.examples]
        if shown and not any(shown):
            yield f"no example wants {entry.code}; add a household that is asked for it"
        elif entry.when is not None and all(shown):
            yield f"every example wants {entry.code}; add a household for which {entry.when} does not hold"
    for example in item.examples:
        for code, supply in example.materials.items():
            if supply not in SUPPLIES:
                yield f"example {example.name!r}: {code} = {supply!r}; use one of {', '.join(SUPPLIES)}"
        try:
            told = supplies_of(item, example.facts, catalogue)
        except (CatalogueMistake, KeyError) as error:
            yield f"example {example.name!r} cannot be played: {error}"
            continue
        for code in sorted(told.keys() | example.materials.keys()):
            if told.get(code) != example.materials.get(code):
                yield (
                    f"example {example.name!r}: {code} should be {example.materials.get(code) or 'absent'}, "
                    f"the notice says {told.get(code) or 'absent'}"
                )
