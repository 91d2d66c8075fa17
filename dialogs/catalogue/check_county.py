"""Proves a county file: settings, people, departments and places."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from dialogs.catalogue.check_packs import CHOICES
from dialogs.catalogue.county import County
from dialogs.catalogue.mistakes import CatalogueMistake
from dialogs.catalogue.model import Catalogue

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
        for code in person.villages:
            if code not in villages:
                yield f"person {person.code}: no village {code!r} here"
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
