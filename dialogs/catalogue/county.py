"""A county: places, people, departments and settings. Adding a county is adding a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Literal

import msgspec

from dialogs.catalogue.mistakes import CatalogueMistake, NotCovered, UnknownCode
from dialogs.catalogue.model import Item, Limit
from dialogs.catalogue.packs import Pack, load_pack
from dialogs.catalogue.parts import Basis, Confidence, Part, RemedyType, Unit, latest

Role = Literal[
    "village_assistant",
    "station_head",
    "community_reporter",
    "hotline_operator",
    "window_clerk",
    "township_approver",
    "township_lead",
    "dept_liaison",
    "dept_handler",
    "county_center",
    "joint_meeting_office",
    "supervisor",
    "charity_partner",
    "auditor",
    "sys_admin",
]
Value = bool | int | float | str | list[str]


class Hours(Part, frozen=True, kw_only=True):
    """When an office is open, as printed (`text`) and as `HH:MM`."""

    open: str
    close: str
    text: str


class Village(Part, frozen=True, kw_only=True):
    """A village of a town; `groups` is the number of its groups, `others` names people also use for it."""

    code: str
    name: str
    groups: int
    others: tuple[str, ...] = ()


class Town(Part, frozen=True, kw_only=True, rename={"villages": "village"}):
    """A town with its window; `no` is its two digits in register numbers."""

    no: str
    name: str
    window: str
    address: str
    phone: str
    supervision_phone: str
    hours: Hours
    staff_group: str
    villages: tuple[Village, ...]


class Contact(Part, frozen=True, kw_only=True):
    """How a department of this county is reached; `group` is the name of its message group."""

    department: str
    name: str
    address: str
    phone: str
    group: str
    liaison: str
    backup: str
    sits_in_window: bool = False


class Person(Part, frozen=True, kw_only=True):
    """Someone with one or more roles (domain 2.1).

    Attributes:
        title: how residents are told to call the person.
        department: of a liaison or handler.
        town: two digits, of town staff.
        village: code, of village staff.
        more_villages: codes, where one looks after several.
    """

    code: str
    name: str
    title: str
    roles: tuple[Role, ...]
    phone: str
    department: str = ""
    town: str = ""
    village: str = ""
    more_villages: tuple[str, ...] = ()

    @property
    def villages(self) -> tuple[str, ...]:
        """Every village of hers, her own first."""
        return (self.village, *self.more_villages) if self.village else self.more_villages


class Setting(Part, frozen=True, kw_only=True, rename={"start": "from"}):
    """One configuration value from a day on (domain 15.1)."""

    key: str
    value: Value
    unit: str = ""
    start: dt.date
    source: str
    confidence: Confidence


class Authority(Part, frozen=True, kw_only=True, rename={"start": "from"}):
    """Who decides an item in this county, which settles where an objection goes (domain 3.7, 15.1)."""

    items: tuple[str, ...]
    decides: Literal["county", "township_delegated", "township_statutory"]
    start: dt.date
    source: str
    confidence: Confidence


class LocalLimit(Part, frozen=True, kw_only=True, rename={"start": "from"}):
    """A county's own, shorter time limit for an item."""

    item: str
    start: dt.date
    days: int
    unit: Unit
    source: str
    confidence: Confidence


class ConfirmedBasis(Part, frozen=True, kw_only=True):
    """A ground of the catalogue that this county has confirmed and may show to residents."""

    item: str
    text: str
    by: str
    on: dt.date


class County(
    Part,
    frozen=True,
    kw_only=True,
    eq=False,  # equal to itself alone, so that what follows from it can be kept
    dict=True,
    rename={
        "towns": "town",
        "contacts": "department",
        "people": "person",
        "settings": "setting",
        "authorities": "authority",
        "limits": "limit",
        "confirmed": "confirmed_basis",
    },
):
    """Everything local. Lookups by day raise `NotCovered` instead of falling back.

    Attributes:
        pack: the document whose values hold here where the county sets none of its own; "" for none.
    """

    code: str
    name: str
    brand: str
    hotline: str
    center: str
    center_address: str
    center_phone: str
    center_group: str
    reconsideration_office: str
    court: str
    towns: tuple[Town, ...]
    contacts: tuple[Contact, ...]
    people: tuple[Person, ...]
    settings: tuple[Setting, ...]
    authorities: tuple[Authority, ...] = ()
    limits: tuple[LocalLimit, ...] = ()
    confirmed: tuple[ConfirmedBasis, ...] = ()
    disabled_items: tuple[str, ...] = ()
    pack: str = ""

    @cached_property
    def rules(self) -> Pack | None:
        """The county's rule pack."""
        return load_pack(self.pack) if self.pack else None

    def following(self, pack: Pack) -> County:
        """The same county under another document."""
        found = msgspec.structs.replace(self, pack=pack.code)
        found.__dict__["rules"] = pack
        return found

    @property
    def file(self) -> str:
        """What to name in a message about this county."""
        return f"the county file of {self.name} ({self.code})"

    def setting(self, key: str, day: dt.date) -> Setting:
        """The setting in force on that day: the county's own, before what its pack says.

        Raises:
            UnknownCode: neither the county nor its pack has such a key.
            NotCovered: one has, but nothing holds on that day; what held last is not taken instead.
        """
        rows = self._settings.get(key, ())
        own = latest(rows, day)
        if own is not None:
            return own
        said = self.rules.value(key, day) if self.rules is not None else None
        if said is not None and self.rules is not None:
            return Setting(
                key=key,
                value=said.value,
                unit=said.unit,
                start=said.start,
                source=self.rules.clause(said),
                confidence=said.confidence,
            )
        if not rows:
            raise UnknownCode("setting", key, self.file)
        raise NotCovered(f"setting {key!r}", day, self.file)

    def says(self, key: str, day: dt.date) -> Setting | None:
        """The setting in force on that day; None when neither the county nor its pack has such a key.

        Raises:
            NotCovered: as `setting`.
        """
        try:
            return self.setting(key, day)
        except UnknownCode:
            return None

    @cached_property
    def _settings(self) -> dict[str, list[Setting]]:
        rows: dict[str, list[Setting]] = {}
        for row in self.settings:
            rows.setdefault(row.key, []).append(row)
        return rows

    def number(self, key: str, day: dt.date) -> int:
        """The setting as a whole number."""
        value = self.setting(key, day).value
        if isinstance(value, bool) or not isinstance(value, int):
            raise CatalogueMistake(f"setting {key!r} in {self.file} is {value!r}; write a whole number")
        return value

    def flag(self, key: str, day: dt.date) -> bool:
        """The setting as a switch."""
        value = self.setting(key, day).value
        if not isinstance(value, bool):
            raise CatalogueMistake(f"setting {key!r} in {self.file} is {value!r}; write true or false")
        return value

    def text(self, key: str, day: dt.date) -> str:
        """The setting as text."""
        value = self.setting(key, day).value
        if not isinstance(value, str):
            raise CatalogueMistake(f"setting {key!r} in {self.file} is {value!r}; write it in quotes")
        return value

    def texts(self, key: str, day: dt.date) -> tuple[str, ...]:
        """The setting as a list of texts."""
        value = self.setting(key, day).value
        if not isinstance(value, list):
            raise CatalogueMistake(f"setting {key!r} in {self.file} is {value!r}; write a list")
        return tuple(value)

    def materials_mode(self, department: str, day: dt.date) -> str:
        """`electronic` or `carry`: how a department takes papers (domain 0.4 row 5).

        A setting `materials_mode.<dept>` of the county goes before `materials_mode`.
        """
        own = f"materials_mode.{department}"
        return self.text(own if latest(self._settings.get(own, ()), day) is not None else "materials_mode", day)

    @lru_cache(maxsize=50)  # noqa: B019 - a service has one county
    def switches(self, day: dt.date) -> Mapping[str, bool]:
        """All settings that are true or false on that day, for limits and routes with `when`."""
        keys = {row.key for row in self.settings if isinstance(row.value, bool) and row.start <= day}
        if self.rules is not None:
            keys |= {row.key for row in self.rules.values if isinstance(row.value, bool) and row.holds(day)}
        return MappingProxyType({key: self.flag(key, day) for key in sorted(keys)})

    def limit(self, item: Item, day: dt.date) -> Limit:
        """The time limit of an item here: the county's own if it has one, else the catalogue's.

        Raises:
            NotCovered: neither covers the day.
        """
        own = latest((row for row in self.limits if row.item == item.code), day)
        if own is None:
            return item.limit_on(day, self.switches(day))
        return Limit(start=own.start, days=own.days, unit=own.unit, source=own.source, confidence=own.confidence)

    def decides(self, item: str, day: dt.date) -> str:
        """Who decides an item: `county`, `township_delegated` or `township_statutory`."""
        begun = [row for row in self.authorities if item in row.items and row.start <= day]
        return max(begun, key=lambda row: row.start).decides if begun else "county"

    def remedy(self, item: Item, department_remedy: RemedyType, day: dt.date) -> RemedyType:
        """Which way to object a refusal of this item must name (domain 3.7).

        A township that decides by its own power answers to the county government; one that was only asked to
        decide acts in the county bureau's name, so the county's way stays.
        """
        if item.remedy_type is not None:
            return item.remedy_type
        if self.decides(item.code, day) == "township_statutory":
            return "reconsideration_upper"
        return department_remedy

    def shows(self, item: str, basis: Basis) -> bool:
        """Whether this county has confirmed a ground that the catalogue alone would not show."""
        return any(row.item == item and row.text == basis.text for row in self.confirmed)

    def town(self, no: str) -> Town:
        """The town with that number.

        Raises:
            UnknownCode: no such town.
        """
        for town in self.towns:
            if town.no == no:
                return town
        raise UnknownCode("town", no, self.file)

    def contact(self, department: str) -> Contact | None:
        """How a department is reached here, or None when the county has none."""
        return next((row for row in self.contacts if row.department == department), None)

    def person(self, code: str) -> Person:
        """The person with that code.

        Raises:
            UnknownCode: no such person.
        """
        for person in self.people:
            if person.code == code:
                return person
        raise UnknownCode("person", code, self.file)

    def with_role(self, role: str, *, department: str = "", town: str = "", village: str = "") -> tuple[Person, ...]:
        """People with a role, narrowed by department, town or village."""
        return tuple(
            person
            for person in self.people
            if role in person.roles
            and (not department or person.department == department)
            and (not town or person.town == town)
            and (not village or village in person.villages)
        )


def register_prefix(county: County, town: Town) -> str:
    """The first eight digits of register numbers (domain 9.10): county code and town number."""
    return f"{county.code}{town.no}"


__all__ = [
    "Authority",
    "ConfirmedBasis",
    "Contact",
    "County",
    "Hours",
    "LocalLimit",
    "Person",
    "Role",
    "Setting",
    "Town",
    "Village",
    "register_prefix",
]
