"""The one-time notice: everything a household must know and bring, said once, across all the items it chose.

MG 6(2): grounds, conditions, procedure, time limit, all materials, reasons for refusal. Also given for a mere
question. Values only; layout and wording of the frame belong to whoever shows it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from dialogs.catalogue.asking import SUPPLIES, NoticeMaterial, asked_for
from dialogs.catalogue.conditions import holds
from dialogs.catalogue.county import County
from dialogs.catalogue.facts import Facts
from dialogs.catalogue.grounds import Ground, cite, item_grounds, law, rule_ground
from dialogs.catalogue.mistakes import UnknownCode
from dialogs.catalogue.model import Catalogue, Item
from dialogs.catalogue.parts import SHOWABLE, holding
from dialogs.catalogue.ways import way_of

__all__ = [
    "AMOUNTS",
    "HER_FORMS",
    "SUPPLIES",
    "NoticeApply",
    "NoticeBasis",
    "NoticeContact",
    "NoticeItem",
    "NoticeMaterial",
    "NoticePlace",
    "NoticeRefusal",
    "NoticeRule",
    "NoticeStep",
    "NoticeTime",
    "OneTimeNotice",
    "build_notice",
    "content_hash",
    "materials_for",
    "revised",
    "with_asked",
    "with_pulled_in",
]


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
        source: where the number comes from; for staff, unless `ground` has it too.
        confidence: of that source.
        ground: the source when it may be shown to residents, else "".
    """

    days: int
    unit: str
    plus_nd: int
    longest: int | None
    starts: str
    source: str
    confidence: str
    ground: str = ""


class NoticeApply(msgspec.Struct, frozen=True):
    """Who may apply and where, as codes (`dialogs.catalogue.model.Apply`)."""

    who: tuple[str, ...]
    at: tuple[str, ...]


class NoticeItem(msgspec.Struct, frozen=True):
    """One item of the notice.

    Attributes:
        pulled_in: came along with another chosen item.
        eligible: who it is for; never whether this household is.
        refusals: codes, see `OneTimeNotice.refusals` for the words.
        applies: who may apply and where, as far as it goes for this household.
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
    applies: tuple[NoticeApply, ...] = ()


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


class NoticeRule(msgspec.Struct, frozen=True):
    """A rule of the window here, from the county or the document it follows (SD 3(3), HN annex 4, JS 5, LC 3).

    Attributes:
        key: which rule; `way` is the road from the window to who decides, its modes are those of `ways.Mode`.
        codes: what it says when it is no amount: a mode, forms, levels, the name of the service.
        departments: whom it concerns.
        amount, unit: of a time limit; 0 and "" otherwise.
        ground: the clause when residents may be shown it, else "".
    """

    key: str
    codes: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    amount: int = 0
    unit: str = ""
    ground: str = ""


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
        rules: by what rules the window works here; empty in notices of before there were any.
        also: other doors that accept it, by level: `county`.
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
    rules: tuple[NoticeRule, ...] = ()
    also: tuple[NoticeContact, ...] = ()

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
        NotCovered: an item, material, time limit or setting has no value on that day.
    """
    chosen = tuple(dict.fromkeys(items))
    picked = _offered(chosen, facts, catalogue, county, day)
    office = county.town(town) if town else county.towns[0]
    clerks = county.with_role("window_clerk", town=office.no)
    helpers = county.with_role("village_assistant", village=village) if village else ()
    told = tuple(
        msgspec.structs.replace(
            _item(item.code, item.code not in chosen, catalogue, county, day),
            applies=tuple(NoticeApply(row.who, row.at) for row in item.applies if holds(row.when, facts)),
        )
        for item in picked
    )
    departments = dict.fromkeys(item.department for item in picked)
    notice = OneTimeNotice(
        county=county.code,
        day=day,
        version=version,
        hash="",
        emergency=facts.emergency,
        signers=facts.adult_count,
        supporters=facts.supporters if _supporters_sign(picked) else 0,
        items=told,
        materials=asked_for(picked, facts, catalogue, county, day),
        refusals=_refusals(picked, catalogue, day),
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
        rules=_rules(picked, facts, county, day),
        also=_other_doors(county, day),
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


def with_asked(notice: OneTimeNotice, besides: Iterable[NoticeMaterial]) -> OneTimeNotice:
    """The notice with materials that none of its items wants; one that it lists already is not listed twice."""
    listed = {one.code for one in notice.materials}
    fresh = tuple({one.code: one for one in besides if one.code not in listed}.values())
    if not fresh:
        return notice
    ordered = sorted((*notice.materials, *fresh), key=lambda one: SUPPLIES.index(one.supply))
    more = msgspec.structs.replace(notice, materials=tuple(ordered))
    return msgspec.structs.replace(more, hash=content_hash(more))


def materials_for(
    items: Iterable[str], facts: Facts, catalogue: Catalogue, county: County, day: dt.date
) -> tuple[NoticeMaterial, ...]:
    """Only the materials of `build_notice`, same arguments and errors."""
    picked = _offered(tuple(dict.fromkeys(items)), facts, catalogue, county, day)
    return asked_for(picked, facts, catalogue, county, day)


def _offered(chosen: tuple[str, ...], facts: Facts, catalogue: Catalogue, county: County, day: dt.date) -> list[Item]:
    """The chosen items, which the county must offer on that day, and their followers as far as it does."""
    for code in chosen:
        if code in county.disabled_items:
            raise UnknownCode("item", code, f"the items offered by {county.file}")
    codes = with_pulled_in(chosen, facts, catalogue)
    offered = [_open_item(code, catalogue) for code in codes if code not in county.disabled_items]
    for item in offered:
        if item.code in chosen:
            holding(catalogue.items, "item", item.code, day, item.file)
    return [item for item in offered if item.holds_on(day)]


def _open_item(code: str, catalogue: Catalogue) -> Item:
    item = catalogue.items.get(code)
    if item is None or not item.enabled:
        raise UnknownCode("item", code, "the enabled items of dialogs/catalogue/items/")
    return item


@lru_cache(maxsize=500)  # the same for every household of a day
def _item(code: str, pulled_in: bool, catalogue: Catalogue, county: County, day: dt.date) -> NoticeItem:
    item = catalogue.items[code]
    limit = county.limit(item, day)
    return NoticeItem(
        code=item.code,
        name=item.name,
        plain_name=item.plain_name,
        department=item.department,
        department_plain=holding(catalogue.departments, "department", item.department, day, "departments.toml").plain,
        internal=item.internal,
        pulled_in=pulled_in,
        eligible=item.eligible,
        benefit=item.benefit,
        steps=tuple(NoticeStep(step.who, step.do) for step in item.procedure),
        basis=_basis(item, county, day),
        time=NoticeTime(
            days=limit.days,
            unit=limit.unit,
            plus_nd=limit.plus_nd,
            longest=limit.longest,
            starts=item.clock_start,
            source=limit.source,
            confidence=limit.confidence,
            ground=cite(limit.source, county.rules) if limit.confidence in SHOWABLE else "",
        ),
        publicity=item.publicity,
        refusals=item.refusals,
    )


def _basis(item: Item, county: County, day: dt.date) -> tuple[NoticeBasis, ...]:
    """What an item rests on here; where only another place's document names it, the law that has the window send it."""
    found = tuple(NoticeBasis(basis.text, basis.source_clause) for basis in item_grounds(item, county, day))
    return found or (NoticeBasis(law("window").text, ""),)


#: Papers of the window that pass through her hands.
HER_FORMS = ("application", "combined_application", "acceptance_slip")
AMOUNTS = ("dispatch_days", "feedback_days")


def _rules(items: list[Item], facts: Facts, county: County, day: dt.date) -> tuple[NoticeRule, ...]:
    """What the county's rules mean for this household: the way, its days, the papers."""
    outside = tuple(dict.fromkeys(item.department for item in items if not item.internal))
    way = way_of(outside, county, day, urgent=facts.emergency)
    found = [NoticeRule("way", (way.mode,), way.departments, ground=_shown(Ground(way.source, way.confidence)))]
    for key in AMOUNTS:
        rule = county.says(key, day)
        if rule is not None and not (key == "dispatch_days" and way.mode == "stays"):
            amount = county.number(key, day)
            found.append(NoticeRule(key, amount=amount, unit=rule.unit, ground=_shown(rule_ground(key, county, day))))
    if county.says("brand", day) is not None:
        brand = county.text("brand", day)
        found.append(NoticeRule("brand", (brand,), ground=_shown(rule_ground("brand", county, day))))
    if county.says("forms", day) is not None:
        hers = tuple(form for form in county.texts("forms", day) if form in HER_FORMS)
        if hers:
            found.append(NoticeRule("forms", hers, ground=_shown(rule_ground("forms", county, day))))
    if county.says("accepting_levels", day) is not None:
        levels = county.texts("accepting_levels", day)
        found.append(NoticeRule("levels", levels, ground=_shown(rule_ground("accepting_levels", county, day))))
    return tuple(found)


def _shown(ground: Ground | None) -> str:
    return ground.text if ground is not None and ground.showable else ""


def _other_doors(county: County, day: dt.date) -> tuple[NoticeContact, ...]:
    """The county's centre where its rules say that it accepts; the village's people stand among the assistants."""
    rule = county.says("accepting_levels", day)
    if rule is None or "county" not in county.texts("accepting_levels", day):
        return ()
    return (NoticeContact("county", county.center, county.center_address, county.center_phone),)


def _refusals(items: list[Item], catalogue: Catalogue, day: dt.date) -> tuple[NoticeRefusal, ...]:
    by_code: dict[str, list[str]] = {}
    for item in items:
        for code in item.refusals:
            by_code.setdefault(code, []).append(item.code)
    ordered = sorted(by_code, key=list(catalogue.refusals).index)
    held = {code: holding(catalogue.refusals, "refusal", code, day, "reasons.toml") for code in ordered}
    return tuple(NoticeRefusal(code, ground.beforehand, tuple(by_code[code])) for code, ground in held.items())


def _supporters_sign(items: list[Item]) -> bool:
    return any(entry.supporters_sign for item in items for entry in item.materials)
