"""What a household is asked for: which materials its items want, who supplies each, who signs.

Shared by the one-time notice and by the examples in the item files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from dialogs.catalogue.conditions import holds
from dialogs.catalogue.county import County
from dialogs.catalogue.facts import Facts
from dialogs.catalogue.mistakes import UnknownCode
from dialogs.catalogue.model import Catalogue, Item, ItemMaterial, Material
from dialogs.catalogue.parts import holding

SUPPLIES = ("already_held", "we_fetch", "say_it", "sign", "photo", "original")
"""Who supplies a material, in the order a notice lists them: least work for the resident first."""


EFFORTLESS = frozenset({"already_held", "we_fetch"})

_Entries = list[tuple[Item, ItemMaterial]]  # who wants a material, and how


class NoticeMaterial(msgspec.Struct, frozen=True):
    """One material, listed once whatever number of items want it.

    Attributes:
        supply: one of `SUPPLIES`.
        items: the items that want it.
        one_of: materials with the same name here are alternatives, one is enough; "" when wanted itself.
        optional: another material of its `one_of` is held, fetched or wanted anyway.
        later: may follow after the help.
        signatures: how many people sign, each for himself; 0 when nobody does.
        remarks: one sentence per item that has something to say.
        because: why it was asked for later than everything else; "" for what was listed from the beginning.
    """

    code: str
    name: str
    plain: str
    supply: str
    items: tuple[str, ...]
    one_of: str
    optional: bool
    later: bool
    signatures: int
    who_has: str
    accepted: str
    common_mistake: str
    photo_rule: str
    remarks: tuple[str, ...]
    because: str = ""


def asked_for(
    items: Iterable[Item], facts: Facts, catalogue: Catalogue, county: County, day: dt.date
) -> tuple[NoticeMaterial, ...]:
    """All materials of these items for this household, each once, least work for the resident first.

    Raises:
        NotCovered: a material does not hold on that day, or the county does not say how papers are taken.
    """
    wanted: dict[str, _Entries] = {}
    carries: dict[str, bool] = {}
    for item in items:
        carries[item.code] = county.materials_mode(item.department, day) == "carry"
        for entry in _wanted(item, facts, catalogue, day):
            wanted.setdefault(entry.code, []).append((item, entry))
    supplies = {
        code: _supply(
            holding(catalogue.materials, "material", code, day, "materials.toml"),
            entries,
            facts,
            carried=any(carries[item.code] for item, _ in entries),
        )
        for code, entries in wanted.items()
    }
    groups = _groups(wanted)
    found = []
    for code, entries in wanted.items():
        group = _group(entries, groups)
        others = [other for other in groups.get(group, ()) if other != code]
        settled = [other for other in others if supplies[other] in EFFORTLESS or _outright(wanted[other])]
        optional = bool(settled) and supplies[code] not in EFFORTLESS
        material = catalogue.materials[code]
        found.append(
            NoticeMaterial(
                code=code,
                name=material.name,
                plain=material.plain,
                supply=supplies[code],
                items=tuple(item.code for item, _ in entries),
                one_of=group,
                optional=optional,
                later=all(entry.later for _, entry in entries),
                signatures=_signatures(material, entries, facts),
                who_has=material.who_has,
                accepted=material.accepted,
                common_mistake=material.common_mistake,
                photo_rule=material.photo_rule,
                remarks=tuple(dict.fromkeys(entry.remark for _, entry in entries if entry.remark)),
            )
        )
    return tuple(sorted(found, key=lambda material: SUPPLIES.index(material.supply)))


def asked_besides(code: str, facts: Facts, catalogue: Catalogue, reason: str) -> NoticeMaterial:
    """A material that no item of the notice wants and that is asked for all the same.

    Args:
        reason: why it was not listed before (`second_ask` of reasons.toml); "" with the first notice.

    Raises:
        UnknownCode: no such material.
    """
    material = catalogue.materials.get(code)
    if material is None:
        raise UnknownCode("material", code, "materials.toml")
    return NoticeMaterial(
        code=code,
        name=material.name,
        plain=material.plain,
        supply="sign" if material.mode == "sign" else "photo",
        items=(),
        one_of="",
        optional=False,
        later=False,
        signatures=0 if material.mode != "sign" else facts.adult_count if material.each_adult else 1,
        who_has=material.who_has,
        accepted=material.accepted,
        common_mistake=material.common_mistake,
        photo_rule=material.photo_rule,
        remarks=(),
        because=reason,
    )


def supplies_of(item: Item, facts: Facts, catalogue: Catalogue) -> dict[str, str]:
    """Material -> supply for one item alone, in a county that takes photos; what examples are held against."""
    found: dict[str, str] = {}
    for entry in _wanted(item, facts, catalogue):
        if entry.code not in catalogue.materials:
            raise UnknownCode("material", entry.code, "materials.toml")
        found[entry.code] = _supply(catalogue.materials[entry.code], [(item, entry)], facts, carried=False)
    return found


def _wanted(item: Item, facts: Facts, catalogue: Catalogue, day: dt.date | None = None) -> list[ItemMaterial]:
    """What one item wants from this household: its own entries and the common additions that hold on the day."""
    own = [entry for entry in item.materials if holds(entry.when, facts)]
    listed = {entry.code for entry in own}
    for rule in catalogue.common:
        if rule.code in listed or item.code in rule.not_items or (day is not None and not rule.holds_on(day)):
            continue
        if (not rule.items or item.code in rule.items) and holds(rule.when, facts):
            own.append(ItemMaterial(code=rule.code, exempt=rule.exempt, later=facts.emergency))
    return own


def _outright(entries: _Entries) -> bool:
    """Some item wants it whatever else is there."""
    return any(not entry.one_of for _, entry in entries)


def _groups(wanted: Mapping[str, _Entries]) -> dict[str, list[str]]:
    """Group of alternatives -> its materials, for groups that leave a choice."""
    groups: dict[str, list[str]] = {}
    for code, entries in wanted.items():
        for name in dict.fromkeys(entry.one_of for _, entry in entries if entry.one_of):
            groups.setdefault(name, []).append(code)
    return {name: codes for name, codes in groups.items() if len(codes) > 1}


def _group(entries: _Entries, groups: Mapping[str, list[str]]) -> str:
    """The group a material may be chosen from; "" when it is wanted outright or has no alternative here."""
    names = [entry.one_of for _, entry in entries]
    return names[0] if all(name in groups for name in names) else ""


def _supply(material: Material, entries: _Entries, facts: Facts, *, carried: bool) -> str:
    """Fetched for one item means fetched for all: what we hold or can look up is not asked for (art. 62)."""
    if material.code in facts.held:
        return "already_held"
    if any(entry.exempt for _, entry in entries) and material.code not in facts.not_found:
        return "we_fetch"
    if material.mode == "sign":
        return "sign"
    if material.mode == "system":
        return "say_it"
    if material.mode == "home":
        return "we_fetch"
    return "original" if carried else "photo"


def _signatures(material: Material, entries: _Entries, facts: Facts) -> int:
    if material.mode != "sign":
        return 0
    if not material.each_adult:
        return 1
    outside = facts.supporters if any(entry.supporters_sign for _, entry in entries) else 0
    return facts.adult_count + outside
