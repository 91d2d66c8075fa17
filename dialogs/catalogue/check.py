"""Proves the policy files before start: references, examples, days, reach and plain words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import get_args

from dialogs.catalogue.conditions import CONDITIONS
from dialogs.catalogue.county import County
from dialogs.catalogue.mistakes import CatalogueMistake, NotCovered
from dialogs.catalogue.model import SHOWABLE, Catalogue, Item, RemedyType
from dialogs.notice import SUPPLIES, supplies_of

ACTORS = frozenset({"window", "village", "assistant", "resident", "school", "hospital", "union", "expert"})
"""Who may do a step of a procedure, besides departments."""

SETTINGS = (
    "dispatch_days",
    "feedback_days",
    "receipt_days",
    "dept_feedback_days",
    "acceptance_days",
    "dept_receive_days",
    "supplement_days",
    "relief_first_hours",
    "fast_small_days",
    "dibao_delegated",
    "legal_exclude_publicity",
    "single_implementer_mode",
    "multi_dept_mode",
    "materials_mode",
    "return_limit",
    "base_pension_countable",
    "dibao_standard",
    "marginal_ratio",
    "extend_to_marginal",
    "union_retired",
    "office_open",
    "office_close",
    "quiet_hours",
    "small_cell_threshold",
    "default_county",
    "default_town",
    "default_village",
    "default_area_code",
    "dv_safe_word",
    "duty_chain",
    "calendar",
    "dept_contacts",
)
"""Keys a county must have (domain 15.1); without one of them the service does not start."""

CHOICES = {
    "single_implementer_mode": {"transfer", "advise"},
    "multi_dept_mode": {"direct_parallel", "joint_plan"},
    "materials_mode": {"electronic", "carry"},
}


def problems(catalogue: Catalogue, year: int = 2026) -> list[str]:
    """Everything wrong with the catalogue in that year, one sentence each; empty when it may start."""
    found: list[str] = []
    for item in catalogue.items.values():
        found += [f"{item.file}: {text}" for text in _item(item, catalogue, year)]
    found += _materials(catalogue)
    found += _lists(catalogue)
    found += _routing(catalogue, year)
    found += _reasons(catalogue)
    found += _words(catalogue)
    return found


def missing_items(catalogue: Catalogue) -> list[str]:
    """Items the routes name that have no file or are not enabled; routing leaves them out."""
    return [code for code in routed_items(catalogue) if code not in catalogue.open_items()]


def routed_items(catalogue: Catalogue) -> list[str]:
    """Every item a route can lead to, in order of first mention."""
    routing = catalogue.routing
    rows: list[tuple[str, ...]] = [row.items for row in routing.base]
    rows += [row.items for row in routing.add]
    rows += [row.items for row in routing.others]
    rows.append((routing.emergency_item,))
    return list(dict.fromkeys(code for row in rows for code in row))


def _item(item: Item, catalogue: Catalogue, year: int) -> Iterator[str]:
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


def _materials(catalogue: Catalogue) -> Iterator[str]:
    used = {entry.code for item in catalogue.items.values() for entry in item.materials}
    used |= {rule.code for rule in catalogue.common}
    for material in catalogue.materials.values():
        if material.photo_rule and material.photo_rule not in catalogue.photo_rules:
            yield f"materials.toml: {material.code}: no {material.photo_rule!r} in [photo_rule]; add it"
        if material.mode == "share" and not material.share_from:
            yield f"materials.toml: {material.code}: mode share, but nobody in share_from"
        if material.code not in used:
            yield f"materials.toml: {material.code}: no item wants it; use it or remove it"
    for rule in catalogue.common:
        if rule.code not in catalogue.materials:
            yield f"materials.toml: [[common]] {rule.code!r} is no material"
        elif rule.exempt and not catalogue.materials[rule.code].exempt:
            yield f"materials.toml: [[common]] {rule.code} is exempt, but the material cannot be fetched"
        if rule.when not in CONDITIONS:
            yield f"materials.toml: [[common]] {rule.code}: condition {rule.when!r} is not in conditions.py"
        for code in (*rule.items, *rule.not_items):
            if code not in catalogue.items:
                yield f"materials.toml: [[common]] {rule.code}: item {code!r} has no file"


def _lists(catalogue: Catalogue) -> Iterator[str]:
    for need in catalogue.needs.values():
        for code in need.departments:
            if code not in catalogue.departments:
                yield f"needs.toml: {need.code}: department {code!r} is not in departments.toml"
    for file, orders in (
        ("needs.toml", [need.order for need in catalogue.needs.values()]),
        ("hardships.toml", [hardship.order for hardship in catalogue.hardships.values()]),
    ):
        if sorted(orders) != list(range(1, len(orders) + 1)):
            yield f"{file}: the orders are {orders}; number them 1 to {len(orders)}, each once"


def _routing(catalogue: Catalogue, year: int) -> Iterator[str]:
    routing = catalogue.routing
    for code in missing_items(catalogue):
        yield f"routing.toml: item {code!r} has no enabled file; add items/{code}.toml or unroute it"
    needs = {row.need for row in routing.base} | {row.need for row in routing.add if row.need}
    hardships = {row.hardship for row in routing.add} | {row.hardship for row in routing.exclusions}
    special = {routing.unknown_need, *routing.unknown_needs, *routing.consult_needs}
    for code in sorted((needs | special) - catalogue.needs.keys()):
        yield f"routing.toml: need {code!r} is not in needs.toml"
    for code in sorted(hardships - catalogue.hardships.keys()):
        yield f"routing.toml: hardship type {code!r} is not in hardships.toml"
    based = {row.need for row in routing.base}
    for code in catalogue.needs.keys() - based - {routing.unknown_need, *routing.consult_needs}:
        yield f"routing.toml: need {code!r} leads nowhere; add a [[base]]"
    added = {row.hardship for row in routing.add} | ({"other"} if routing.others else set())
    for code in catalogue.hardships.keys() - added:
        yield f"routing.toml: hardship type {code!r} changes nothing; add an [[add]]"
    reached = set(routed_items(catalogue))
    reached |= {pull.item for item in catalogue.items.values() for pull in item.pulls_in}
    for code in catalogue.open_items().keys() - reached:
        yield f"routing.toml: no need leads to item {code!r}; add it to a [[base]] or [[add]]"
    named = {code for rule in routing.exclusions for code in (*rule.items, *rule.instead)}
    named |= {code for age in routing.ages for code in age.items}
    for code in sorted(named - reached):
        yield f"routing.toml: an exclusion or age limit names item {code!r}, to which nothing leads"
    seen: set[str] = set()
    for row in routing.base:
        if row.need in seen:
            yield f"routing.toml: [[base]] for {row.need!r} is there twice; join them"
        seen.add(row.need)
    for add in routing.add:
        for code in add.check:
            if code not in add.items:
                yield f"routing.toml: [[add]] {add.hardship} {add.need}: check names {code!r}, not in items"
    if not any(row.start <= dt.date(year, 1, 1) for row in routing.retirement):
        yield f"routing.toml: no retirement age covers {year}-01-01; add a [[retirement_age]]"


def _reasons(catalogue: Catalogue) -> Iterator[str]:
    for kind in get_args(RemedyType):
        if kind not in catalogue.remedies:
            yield f"reasons.toml: no [[remedy]] of type {kind!r}; add it"
    for remedy in catalogue.remedies.values():
        yield from _placeholders(f"remedy {remedy.type}", remedy.plain, remedy.placeholders)
        if remedy.reconsideration != bool(remedy.days):
            yield f"reasons.toml: remedy {remedy.type}: give days exactly when reconsideration is true"
    for reason in catalogue.reasons.values():
        yield from _placeholders(f"reason {reason.code}", reason.plain, reason.placeholders)
    for refusal in catalogue.refusals.values():
        yield from _placeholders(f"refusal {refusal.code}", refusal.plain, refusal.placeholders)
        yield from _placeholders(f"refusal {refusal.code} (beforehand)", refusal.beforehand, ())
        for code in refusal.items:
            if code not in catalogue.items:
                yield f"reasons.toml: refusal {refusal.code}: item {code!r} has no file"


def _placeholders(what: str, text: str, names: Iterable[str]) -> Iterator[str]:
    written, listed = set(re.findall(r"\{(\w+)\}", text)), set(names)
    if written != listed:
        yield f"reasons.toml: {what}: the text has {sorted(written)}, placeholders lists {sorted(listed)}"


def _words(catalogue: Catalogue) -> Iterator[str]:
    """Words no resident may read, in texts shown to residents (domain 13.1 rule 3)."""
    for where, text in resident_texts(catalogue):
        for word in catalogue.banned_words:
            if word in text:
                yield f"{where}: {word!r} must not be read by residents; say it plainly"


def resident_texts(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Every text of the catalogue a resident may see: where it is, and the text."""
    for item in catalogue.items.values():
        yield f"{item.file}: plain_name", item.plain_name
        yield f"{item.file}: eligible", item.eligible
        yield f"{item.file}: benefit", item.benefit
        for step in item.procedure:
            yield f"{item.file}: procedure", step.do
        for entry in item.materials:
            yield f"{item.file}: remark of {entry.code}", entry.remark
        for faq in item.faq:
            yield f"{item.file}: faq", f"{faq.ask}{faq.answer}"
    for material in catalogue.materials.values():
        told = (material.name, material.plain, material.who_has, material.accepted, material.common_mistake)
        yield f"materials.toml: {material.code}", " ".join(told)
    for name, rule in catalogue.photo_rules.items():
        yield f"materials.toml: photo rule {name}", rule
    for need in catalogue.needs.values():
        yield f"needs.toml: {need.code}", need.plain
    for hardship in catalogue.hardships.values():
        yield f"hardships.toml: {hardship.code}", hardship.plain
    for department in catalogue.departments.values():
        yield f"departments.toml: {department.code}", department.plain
    for reason in catalogue.reasons.values():
        yield f"reasons.toml: reason {reason.code}", reason.plain
    for refusal in catalogue.refusals.values():
        yield f"reasons.toml: refusal {refusal.code}", f"{refusal.plain}{refusal.beforehand}"
    for remedy in catalogue.remedies.values():
        yield f"reasons.toml: remedy {remedy.type}", remedy.plain


def county_problems(county: County, catalogue: Catalogue, year: int = 2026) -> list[str]:
    """Everything wrong with a county in that year, one sentence each; empty when it may start."""
    first = dt.date(year, 1, 1)
    found: list[str] = []
    for key in SETTINGS:
        try:
            value = county.setting(key, first).value
        except CatalogueMistake as error:
            found.append(str(error))
            continue
        if value in ("", []):
            found.append(f"setting {key!r} in {county.file} is empty; fill it in")
        if key in CHOICES and value not in CHOICES[key]:
            found.append(f"setting {key!r} in {county.file} is {value!r}; use one of {', '.join(sorted(CHOICES[key]))}")
    found += [f"{county.file}: {text}" for text in _people(county, catalogue, first)]
    found += [f"{county.file}: {text}" for text in _local(county, catalogue)]
    return found


def _people(county: County, catalogue: Catalogue, day: dt.date) -> Iterator[str]:
    codes = [person.code for person in county.people]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"person {code!r} is there twice; remove one"
    towns = {town.no for town in county.towns}
    villages = {village.code for town in county.towns for village in town.villages}
    for person in county.people:
        if person.department and person.department not in catalogue.departments:
            yield f"person {person.code}: department {person.department!r} is not in departments.toml"
        if person.town and person.town not in towns:
            yield f"person {person.code}: no town {person.town!r} here"
        if person.village and person.village not in villages:
            yield f"person {person.code}: no village {person.village!r} here"
    for town in county.towns:
        if not county.with_role("window_clerk", town=town.no):
            yield f"town {town.name} has no window_clerk; a case needs someone who answers for it"
        for village in town.villages:
            if not county.with_role("village_assistant", village=village.code):
                yield f"village {village.name} has no village_assistant (MG 5: at least one)"
    for contact in county.contacts:
        for code in (contact.liaison, contact.backup):
            if code not in codes:
                yield f"department {contact.department}: liaison {code!r} is not among the people"
            elif "dept_liaison" not in county.person(code).roles:
                yield f"department {contact.department}: {code} has no role dept_liaison"
    if any(row.key == "duty_chain" for row in county.settings):
        for code in county.texts("duty_chain", day):
            if code not in codes:
                yield f"duty_chain names {code!r}, who is not among the people"


def _local(county: County, catalogue: Catalogue) -> Iterator[str]:
    if not re.fullmatch(r"\d{6}", county.code):
        yield f"code {county.code!r}; write the six digits of the division code"
    for town in county.towns:
        if not re.fullmatch(r"\d{2}", town.no):
            yield f"town {town.name}: no {town.no!r}; write two digits"
    offered = {item.department for code, item in catalogue.open_items().items() if code not in county.disabled_items}
    for code in sorted(offered - {contact.department for contact in county.contacts}):
        yield f"department {code!r} handles items but has no [[department]]; add it or disable its items"
    named = [*county.disabled_items, *(row.item for row in county.limits)]
    named += [code for row in county.authorities for code in row.items]
    named += [row.item for row in county.confirmed]
    for code in named:
        if code not in catalogue.items:
            yield f"item {code!r} has no file"
    for row in county.confirmed:
        item = catalogue.items.get(row.item)
        if item is not None and not any(basis.text == row.text for basis in item.basis):
            yield f"confirmed_basis {row.text!r} is no ground of {row.item}; copy its text exactly"
