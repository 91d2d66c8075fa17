"""From hardship types and needs to items and departments (domain 6.4); a suggestion, the window decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

import msgspec

from dialogs.catalogue.mistakes import NotCovered, UnknownCode
from dialogs.catalogue.model import Catalogue
from dialogs.catalogue.parts import latest
from dialogs.catalogue.routes import AgeRoute

GROUPS = ("urgent", "status", "benefit", "service")
VERIFIED = "verified"
EMERGENCY = "emergency"


class Reason(msgspec.Struct, frozen=True, order=True):
    """What caused a suggestion.

    Attributes:
        kind: `emergency`, `need`, `hardship` or `other_text`.
        code: need code; hardship type; the word found in the free text; "" for an emergency.
        need: for a hardship, the need it was combined with.
    """

    kind: str
    code: str = ""
    need: str = ""


class Suggestion(msgspec.Struct, frozen=True):
    """An item suggested to the window.

    Attributes:
        item: item code.
        dept: department code.
        reasons: what caused it, without repeats.
        needs_check: the window must look first: a claimed status would rule it out, the age is not known, or the
            need is unclear.
        variant: sub-kind, e.g. `support_change` of tekun for who has it already; "" for the item itself.
    """

    item: str
    dept: str
    reasons: tuple[Reason, ...]
    needs_check: bool = False
    variant: str = ""


class LeftOut(msgspec.Struct, frozen=True):
    """An item that came up and was dropped.

    Attributes:
        item: item code.
        why: `hardship` (verified status rules it out), `age`, `closed` (no file, or not enabled here).
        by: the hardship type, or "".
    """

    item: str
    why: str
    by: str = ""


class Routed(msgspec.Struct, frozen=True):
    """Suggestions in order and what was left out, for staff."""

    suggestions: tuple[Suggestion, ...]
    left_out: tuple[LeftOut, ...]


class _Found:
    """Items as they come up: their reasons, first place and marks."""

    def __init__(self) -> None:
        self.reasons: dict[str, list[Reason]] = {}
        self.place: dict[str, tuple[int, int]] = {}
        self.check: set[str] = set()
        self.variant: dict[str, str] = {}

    def add(self, item: str, reason: Reason, order: int) -> None:
        known = self.reasons.setdefault(item, [])
        if reason not in known:
            known.append(reason)
        place = (order, len(self.place))
        self.place[item] = min(self.place.get(item, place), place)

    def drop(self, item: str) -> None:
        self.reasons.pop(item, None)


def items_for(
    hardships: Mapping[str, str],
    needs: Iterable[str],
    age: int | Collection[int] | None,
    emergency: bool,
    config: Mapping[str, bool],
    catalogue: Catalogue,
    day: dt.date,
    *,
    sex: str = "",
    other_text: str = "",
    closed: Collection[str] = (),
) -> tuple[Suggestion, ...]:
    """The items to suggest, in order: urgent help, recognition, lasting benefits, services.

    Args:
        hardships: hardship type -> `claimed`, `inferred` or `verified`.
        needs: need codes.
        age: full years of whom the items would be for: one number, several people, or None when not known.
            An age limit drops an item only when every one of them is outside.
        emergency: an emergency was found; nothing then rules out the emergency item.
        config: county switches (`County.switches(day)`): `extend_to_marginal`, `union_retired`.
        day: which items are there, and which retirement age holds.
        sex: `male`, `female` or "" when not known or several people are meant.
        other_text: what was said under hardship type `other`.
        closed: items this county does not offer.

    Raises:
        UnknownCode: a need or hardship type nobody defined.
        NotCovered: no retirement age holds on that day.
    """
    return route(
        hardships,
        needs,
        age,
        emergency,
        config,
        catalogue,
        day,
        sex=sex,
        other_text=other_text,
        closed=closed,
    ).suggestions


def route(
    hardships: Mapping[str, str],
    needs: Iterable[str],
    age: int | Collection[int] | None,
    emergency: bool,
    config: Mapping[str, bool],
    catalogue: Catalogue,
    day: dt.date,
    *,
    sex: str = "",
    other_text: str = "",
    closed: Collection[str] = (),
    emergency_code: str = "",
    alone: bool = True,
) -> Routed:
    """`items_for` with what was left out and why; same arguments and errors.

    Args:
        alone: no second adult lives in the household, or nothing is known of one.
        emergency_code: which emergency it is, as far as one was heard; brings what domain 8.2 names for it.
    """
    for hardship in hardships:
        if hardship not in catalogue.hardships:
            raise UnknownCode("hardship type", hardship, "hardships.toml")
    wanted = dict.fromkeys(needs)
    for need in wanted:
        if need not in catalogue.needs:
            raise UnknownCode("need", need, "needs.toml")
    in_order = sorted(wanted, key=lambda code: catalogue.needs[code].order)

    found = _Found()
    left: list[LeftOut] = []
    for need in in_order:
        _gather(need, hardships, config, catalogue, found, alone)
    if "other" in hardships:
        _read_other(other_text, catalogue, found)
    _exclude(hardships, config, catalogue, found, left)
    ages = () if age is None else (age,) if isinstance(age, int) else tuple(age)
    _by_age(ages, sex, catalogue, day, found, left)

    first = catalogue.routing.emergency_item
    kind = catalogue.emergencies.get(emergency_code)
    for item in kind.items if emergency and kind is not None else ():
        found.add(item, Reason(EMERGENCY), -1)
    if emergency and (kind is None or kind.ordinary):
        found.add(first, Reason(EMERGENCY), -1)
    for item in [code for code in found.reasons if code in closed or not _is_open(code, catalogue, day)]:
        found.drop(item)
        left.append(LeftOut(item, "closed"))

    def rank(code: str) -> tuple[bool, int, tuple[int, int]]:
        group = GROUPS.index(catalogue.items[code].group)
        return (not (emergency and code == first), group, found.place[code])

    return Routed(
        tuple(
            Suggestion(
                item=code,
                dept=catalogue.items[code].department,
                reasons=tuple(found.reasons[code]),
                needs_check=code in found.check,
                variant=found.variant.get(code, ""),
            )
            for code in sorted(found.reasons, key=rank)
        ),
        tuple(left),
    )


def _is_open(code: str, catalogue: Catalogue, day: dt.date) -> bool:
    item = catalogue.items.get(code)
    return item is not None and item.enabled and item.holds_on(day)


def _gather(
    need: str,
    hardships: Mapping[str, str],
    config: Mapping[str, bool],
    catalogue: Catalogue,
    found: _Found,
    alone: bool,
) -> None:
    """BASE of the need and ADD of every hardship; for an unknown need every ADD row and the core ones."""
    routing = catalogue.routing
    order = catalogue.needs[need].order
    if need in routing.consult_needs:
        return
    unknown = need == routing.unknown_need
    base_needs = routing.unknown_needs if unknown else (need,)
    for row in routing.base:
        if row.need in base_needs:
            for item in row.items:
                found.add(item, Reason("need", need), order)
                if unknown:
                    found.check.add(item)
    for add in routing.add:
        if add.hardship not in hardships or not (unknown or add.need == need):
            continue
        if add.when is not None and not config.get(add.when, False):
            continue
        for item in add.items if alone else (item for item in add.items if item not in add.alone):
            found.add(item, Reason("hardship", add.hardship, add.need), order)
            doubtful = item in add.check and not any(other in hardships for other in add.sure_with)
            if unknown or doubtful:
                found.check.add(item)


def _read_other(text: str, catalogue: Catalogue, found: _Found) -> None:
    """Words in the free text of type `other`."""
    order = len(catalogue.needs) + 1
    for row in catalogue.routing.others:
        word = next((word for word in row.words if word in text), None)
        if word is not None:
            for item in row.items:
                found.add(item, Reason("other_text", word), order)


def _exclude(
    hardships: Mapping[str, str],
    config: Mapping[str, bool],
    catalogue: Catalogue,
    found: _Found,
    left: list[LeftOut],
) -> None:
    """EXCL: a verified status drops items, a claimed one only marks them."""
    for row in catalogue.routing.exclusions:
        if row.hardship not in hardships or (row.unless is not None and config.get(row.unless, False)):
            continue
        verified = hardships[row.hardship] == VERIFIED
        for item in row.items:
            if item not in found.reasons:
                continue
            if verified:
                found.drop(item)
                left.append(LeftOut(item, "hardship", row.hardship))
            else:
                found.check.add(item)
        for item, variant in row.instead.items():
            if item in found.reasons:
                if verified:
                    found.variant[item] = variant
                else:
                    found.check.add(item)


def _by_age(
    ages: tuple[int, ...],
    sex: str,
    catalogue: Catalogue,
    day: dt.date,
    found: _Found,
    left: list[LeftOut],
) -> None:
    for row in catalogue.routing.ages:
        here = [item for item in row.items if item in found.reasons]
        if not here:
            continue
        if not ages:
            found.check.update(here)
            continue
        if all(_outside(age, sex, row, catalogue, day) for age in ages):
            for item in here:
                found.drop(item)
                left.append(LeftOut(item, "age"))


def _outside(age: int, sex: str, row: AgeRoute, catalogue: Catalogue, day: dt.date) -> bool:
    if row.under is not None and age < row.under:
        return True
    if row.from_age is not None and age >= row.from_age:
        return True
    if row.over == "retirement":
        limit = latest(catalogue.routing.retirement, day)
        if limit is None:
            raise NotCovered("retirement age", day, "routing.toml")
        return age > (limit.women if sex == "female" else limit.men)
    return False
