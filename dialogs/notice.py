"""The one-time notice: everything a household must know and bring, said once, across all the items it chose.

MG 6(2): grounds, conditions, procedure, time limit, all materials, reasons for refusal. Also given for a mere
question. Values only; layout and wording of the frame belong to whoever shows it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from dialogs.catalogue.conditions import holds
from dialogs.catalogue.county import County
from dialogs.catalogue.facts import Facts
from dialogs.catalogue.mistakes import UnknownCode
from dialogs.catalogue.model import SHOWABLE, Catalogue, Item, ItemMaterial, Material

SUPPLIES = ("already_held", "we_fetch", "say_it", "sign", "photo", "original")
"""Who supplies a material, in the order a notice lists them: least work for the resident first."""


EFFORTLESS = frozenset({"already_held", "we_fetch"})

_Entries = list[tuple[Item, ItemMaterial]]  # who wants a material, and how


class NoticeStep(msgspec.Struct, frozen=True):
    """One step: who (a department code, `window`, `village`, `assistant` …) does what."""

    who: str
    do: str


class NoticeBasis(msgspec.Struct, frozen=True):
    """A ground that may be shown on this day."""

    text: str
    source_clause: str


class NoticeTime(msgspec.Struct, frozen=True):
    """How long it takes.

    Attributes:
        days: number of units.
        unit: `wd` working days, `nd` natural days, `h` hours.
        plus_nd: natural days of posting on top.
        longest: with an extension, or None.
        starts: `accept` (when the window takes it in) or `t_send` (when it is sent to the department).
        source: where the number comes from; for staff.
        confidence: of that source.
    """

    days: int
    unit: str
    plus_nd: int
    longest: int | None
    starts: str
    source: str
    confidence: str


class NoticeItem(msgspec.Struct, frozen=True):
    """One item of the notice.

    Attributes:
        pulled_in: came along with another chosen item.
        eligible: who it is for; never whether this household is.
        refusals: codes, see `OneTimeNotice.refusals` for the words.
    """

    code: str
    name: str
    plain_name: str
    department: str
    department_plain: str
    internal: bool
    pulled_in: bool
    eligible: str
    benefit: str
    steps: tuple[NoticeStep, ...]
    basis: tuple[NoticeBasis, ...]
    time: NoticeTime
    publicity: bool
    refusals: tuple[str, ...]


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


class NoticeRefusal(msgspec.Struct, frozen=True):
    """A ground on which it may be refused, said beforehand, and the items it concerns."""

    code: str
    plain: str
    items: tuple[str, ...]


class NoticeContact(msgspec.Struct, frozen=True):
    """Someone to ask: a department, or a village assistant."""

    code: str
    name: str
    address: str
    phone: str


class NoticePlace(msgspec.Struct, frozen=True):
    """The window: where, when, whom to ask, whom to complain to (SD 3.1.2)."""

    name: str
    address: str
    hours: str
    phone: str
    clerk: str
    supervision_phone: str
    hotline: str


class OneTimeNotice(msgspec.Struct, frozen=True):
    """The complete personal list.

    Attributes:
        county: county code.
        day: on which the values hold.
        version: 1 and up; see `revised`.
        hash: of the content without day and version, 64 hex digits; the same everywhere for equal content.
        emergency: help comes first; materials marked `later` may follow.
        signers: adults of the household who sign for themselves.
        supporters: legal supporters outside it who sign, when an item wants that.
    """

    county: str
    day: dt.date
    version: int
    hash: str
    emergency: bool
    signers: int
    supporters: int
    items: tuple[NoticeItem, ...]
    materials: tuple[NoticeMaterial, ...]
    refusals: tuple[NoticeRefusal, ...]
    place: NoticePlace
    departments: tuple[NoticeContact, ...]
    assistants: tuple[NoticeContact, ...]

    def supplied(self, supply: str) -> tuple[NoticeMaterial, ...]:
        """The materials of one way of supply."""
        return tuple(material for material in self.materials if material.supply == supply)


def build_notice(
    items: Iterable[str],
    facts: Facts,
    catalogue: Catalogue,
    county: County,
    day: dt.date,
    *,
    town: str = "",
    village: str = "",
    version: int = 1,
) -> OneTimeNotice:
    """The notice for these items and this household.

    Args:
        items: item codes in the order to show; items that must go along are added behind them.
        town: two digits; the county's first town when empty.
        village: code; its assistants are then named.

    Raises:
        UnknownCode: no such item or town, or an item that is not enabled, in the catalogue or here.
        NotCovered: a time limit or setting has no value on that day.
    """
    chosen = tuple(dict.fromkeys(items))
    picked = _offered(chosen, facts, catalogue, county)
    office = county.town(town) if town else county.towns[0]
    clerks = county.with_role("window_clerk", town=office.no)
    helpers = county.with_role("village_assistant", village=village) if village else ()
    materials = _materials(picked, facts, catalogue, county, day)
    departments = dict.fromkeys(item.department for item in picked)
    notice = OneTimeNotice(
        county=county.code,
        day=day,
        version=version,
        hash="",
        emergency=facts.emergency,
        signers=facts.adult_count,
        supporters=facts.supporters if _supporters_sign(picked) else 0,
        items=tuple(_item(item, item.code not in chosen, catalogue, county, day) for item in picked),
        materials=materials,
        refusals=_refusals(picked, catalogue),
        place=NoticePlace(
            name=office.window,
            address=office.address,
            hours=office.hours.text,
            phone=office.phone,
            clerk=clerks[0].title if clerks else "",
            supervision_phone=office.supervision_phone,
            hotline=county.hotline,
        ),
        departments=tuple(
            NoticeContact(row.department, row.name, row.address, row.phone)
            for row in map(county.contact, departments)
            if row is not None
        ),
        assistants=tuple(NoticeContact(one.code, one.title, "", one.phone) for one in helpers),
    )
    return msgspec.structs.replace(notice, hash=content_hash(notice))


def with_pulled_in(items: Iterable[str], facts: Facts, catalogue: Catalogue) -> tuple[str, ...]:
    """The items with those that go along under these facts (LC 2.5), each once, followers at the end.

    Raises:
        UnknownCode: no such item.
    """
    codes = list(dict.fromkeys(items))
    for code in codes:  # grows while followers bring followers
        for pull in _open_item(code, catalogue).pulls_in:
            follower = catalogue.items.get(pull.item)
            if follower and follower.enabled and pull.item not in codes and holds(pull.when, facts):
                codes.append(pull.item)
    return tuple(codes)


def content_hash(notice: OneTimeNotice) -> str:
    """SHA-256 of everything a reader sees, without the day it was made and its version."""
    bare = msgspec.structs.replace(notice, day=dt.date.min, version=0, hash="")
    return hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()


def revised(previous: OneTimeNotice | None, now: OneTimeNotice) -> OneTimeNotice:
    """`now` with its version: the previous one's when nothing changed, the next number when something did."""
    if previous is None:
        return msgspec.structs.replace(now, version=1)
    same = previous.hash == now.hash
    return msgspec.structs.replace(now, version=previous.version if same else previous.version + 1)


def materials_for(
    items: Iterable[str], facts: Facts, catalogue: Catalogue, county: County, day: dt.date
) -> tuple[NoticeMaterial, ...]:
    """Only the materials of `build_notice`, same arguments and errors."""
    picked = _offered(tuple(dict.fromkeys(items)), facts, catalogue, county)
    return _materials(picked, facts, catalogue, county, day)


def supplies_of(item: Item, facts: Facts, catalogue: Catalogue) -> dict[str, str]:
    """Material -> supply for one item alone, in a county that takes photos; what examples are held against."""
    found: dict[str, str] = {}
    for entry in _wanted(item, facts, catalogue):
        if entry.code not in catalogue.materials:
            raise UnknownCode("material", entry.code, "materials.toml")
        found[entry.code] = _supply(catalogue.materials[entry.code], [(item, entry)], facts, carried=False)
    return found


def _offered(chosen: tuple[str, ...], facts: Facts, catalogue: Catalogue, county: County) -> list[Item]:
    """The chosen items, which the county must offer, and their followers as far as it does."""
    for code in chosen:
        if code in county.disabled_items:
            raise UnknownCode("item", code, f"the items offered by {county.file}")
    codes = with_pulled_in(chosen, facts, catalogue)
    return [_open_item(code, catalogue) for code in codes if code not in county.disabled_items]


def _open_item(code: str, catalogue: Catalogue) -> Item:
    item = catalogue.items.get(code)
    if item is None or not item.enabled:
        raise UnknownCode("item", code, "the enabled items of dialogs/catalogue/items/")
    return item


def _item(item: Item, pulled_in: bool, catalogue: Catalogue, county: County, day: dt.date) -> NoticeItem:
    limit = county.limit(item, day)
    return NoticeItem(
        code=item.code,
        name=item.name,
        plain_name=item.plain_name,
        department=item.department,
        department_plain=catalogue.departments[item.department].plain,
        internal=item.internal,
        pulled_in=pulled_in,
        eligible=item.eligible,
        benefit=item.benefit,
        steps=tuple(NoticeStep(step.who, step.do) for step in item.procedure),
        basis=tuple(
            NoticeBasis(basis.text, basis.source_clause)
            for basis in item.basis
            if basis.holds_on(day) and (basis.confidence in SHOWABLE or county.shows(item.code, basis))
        ),
        time=NoticeTime(
            days=limit.days,
            unit=limit.unit,
            plus_nd=limit.plus_nd,
            longest=limit.longest,
            starts=item.clock_start,
            source=limit.source,
            confidence=limit.confidence,
        ),
        publicity=item.publicity,
        refusals=item.refusals,
    )


def _refusals(items: list[Item], catalogue: Catalogue) -> tuple[NoticeRefusal, ...]:
    by_code: dict[str, list[str]] = {}
    for item in items:
        for code in item.refusals:
            by_code.setdefault(code, []).append(item.code)
    ordered = sorted(by_code, key=list(catalogue.refusals).index)
    return tuple(NoticeRefusal(code, catalogue.refusals[code].beforehand, tuple(by_code[code])) for code in ordered)


def _supporters_sign(items: list[Item]) -> bool:
    return any(entry.supporters_sign for item in items for entry in item.materials)


def _wanted(item: Item, facts: Facts, catalogue: Catalogue) -> list[ItemMaterial]:
    """What one item wants from this household: its own entries and the common additions."""
    own = [entry for entry in item.materials if holds(entry.when, facts)]
    listed = {entry.code for entry in own}
    for rule in catalogue.common:
        if rule.code in listed or item.code in rule.not_items:
            continue
        if (not rule.items or item.code in rule.items) and holds(rule.when, facts):
            own.append(ItemMaterial(code=rule.code, exempt=rule.exempt, later=facts.emergency))
    return own


def _materials(
    items: list[Item], facts: Facts, catalogue: Catalogue, county: County, day: dt.date
) -> tuple[NoticeMaterial, ...]:
    wanted: dict[str, _Entries] = {}
    for item in items:
        for entry in _wanted(item, facts, catalogue):
            wanted.setdefault(entry.code, []).append((item, entry))
    supplies = {
        code: _supply(
            catalogue.materials[code],
            entries,
            facts,
            carried=any(county.materials_mode(item.department, day) == "carry" for item, _ in entries),
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
