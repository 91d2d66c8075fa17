"""Proves the policy files before start: references, examples, days, reach and plain words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import get_args

from dialogs.catalogue.check_county import county_problems
from dialogs.catalogue.check_items import item_problems
from dialogs.catalogue.conditions import CONDITIONS
from dialogs.catalogue.model import Catalogue
from dialogs.catalogue.parts import Held, RemedyType
from dialogs.understanding.lexicon import load

__all__ = ["county_problems", "missing_items", "problems", "resident_texts", "routed_items"]


def problems(catalogue: Catalogue, year: int = 2026) -> list[str]:
    """Everything wrong with the catalogue in that year, one sentence each; empty when it may start."""
    found: list[str] = []
    for item in catalogue.items.values():
        found += [f"{item.file}: {text}" for text in item_problems(item, catalogue, year)]
    found += _held(catalogue, year)
    found += _materials(catalogue)
    found += _lists(catalogue)
    found += _routing(catalogue, year)
    found += _emergencies(catalogue)
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


def _held(catalogue: Catalogue, year: int) -> Iterator[str]:
    """Every entry holds all the year; an item may begin or end in it."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    lists: dict[str, Iterable[tuple[str, Held]]] = {
        "materials.toml": catalogue.materials.items(),
        "materials.toml [[common]]": [(rule.code, rule) for rule in catalogue.common],
        "needs.toml": catalogue.needs.items(),
        "hardships.toml": catalogue.hardships.items(),
        "departments.toml": catalogue.departments.items(),
        "emergencies.toml": [*catalogue.emergencies.items(), *catalogue.lines.items()],
        "reasons.toml": [
            *catalogue.reasons.items(),
            *catalogue.refusals.items(),
            *catalogue.return_reasons.items(),
            *catalogue.meeting_reasons.items(),
            *catalogue.second_ask_reasons.items(),
            *catalogue.remedies.items(),
        ],
    }
    for file, entries in lists.items():
        for code, entry in entries:
            if not (entry.holds_on(first) and entry.holds_on(last)):
                yield f"{file}: {code} does not hold all of {year}; correct `from` or `until`"
    for item in catalogue.items.values():
        if item.end is not None and item.end < item.start:
            yield f"{item.file}: until {item.end} is before from {item.start}"


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


def _emergencies(catalogue: Catalogue) -> Iterator[str]:
    """What is heard leads somewhere, and leads to things there are."""
    heard: dict[str, set[str]] = {}
    for rule in load("emergency")["rule"]:
        heard.setdefault(str(rule["code"]), set()).add(str(rule["level"]))
    for code, levels in heard.items():
        kind = catalogue.emergencies.get(code)
        if kind is None:
            yield f"emergencies.toml: {code!r} is heard, but nothing is written for it; add an [[emergency]]"
        elif not levels & set(kind.levels):
            yield f"emergencies.toml: {code} is heard as {sorted(levels)}, written as {sorted(kind.levels)}"
    for kind in catalogue.emergencies.values():
        for what, codes, known in (
            ("item", kind.items, catalogue.open_items().keys()),
            ("department", kind.tell, catalogue.departments.keys()),
            ("line", kind.lines, catalogue.lines.keys()),
        ):
            for code in codes:
                if code not in known:
                    yield f"emergencies.toml: {kind.code}: {what} {code!r} is not there; correct it or add it"
        if kind.code not in heard:
            yield f"emergencies.toml: {kind.code} is never heard; add patterns for it or remove it"
        if kind.items and not kind.ordinary:
            yield f"emergencies.toml: {kind.code} sends nothing and names items; take one out"


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
            yield f"{item.file}: faq", faq.ask
            yield f"{item.file}: faq", faq.answer
    for material in catalogue.materials.values():
        for text in (material.plain, material.who_has, material.accepted, material.common_mistake):
            yield f"materials.toml: {material.code}", text
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
        yield f"reasons.toml: reason {reason.code}", reason.opening
    for refusal in catalogue.refusals.values():
        for text in (refusal.plain, refusal.beforehand, refusal.after):
            yield f"reasons.toml: refusal {refusal.code}", text
    for remedy in catalogue.remedies.values():
        yield f"reasons.toml: remedy {remedy.type}", remedy.plain
