"""Policy files become frozen values; a mistake names file, entry, field and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar

from dialogs.catalogue.county import County
from dialogs.catalogue.mistakes import CatalogueMistake
from dialogs.catalogue.model import (
    Catalogue,
    CommonMaterial,
    Department,
    EmergencyKind,
    EmergencyLine,
    HardshipType,
    Item,
    Material,
    Need,
)
from dialogs.catalogue.packs import load_pack
from dialogs.catalogue.parts import Part
from dialogs.catalogue.reading import read
from dialogs.catalogue.reasons import MeetingReason, ReasonCode, RefusalCode, Remedy, ReturnReason, SecondAskReason
from dialogs.catalogue.routes import Routing

HERE = Path(__file__).parent
NAMING = ("code", "key", "type", "name", "hardship", "need", "item", "from")  # what an entry is called by


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_C = TypeVar("_C", bound=_Coded)


class _Materials(
    Part,
    frozen=True,
    kw_only=True,
    rename={"materials": "material", "common": "common", "photo_rules": "photo_rule"},
):
    materials: tuple[Material, ...]
    common: tuple[CommonMaterial, ...]
    photo_rules: dict[str, str]


class _Needs(Part, frozen=True, kw_only=True, rename={"needs": "need"}):
    needs: tuple[Need, ...]


class _Hardships(Part, frozen=True, kw_only=True, rename={"hardships": "hardship"}):
    hardships: tuple[HardshipType, ...]


class _Departments(Part, frozen=True, kw_only=True, rename={"departments": "department"}):
    departments: tuple[Department, ...]


class _Emergencies(Part, frozen=True, kw_only=True, rename={"emergencies": "emergency", "lines": "line"}):
    emergencies: tuple[EmergencyKind, ...]
    lines: tuple[EmergencyLine, ...]


class _Reasons(
    Part,
    frozen=True,
    kw_only=True,
    rename={
        "reasons": "reason",
        "refusals": "refusal",
        "returns": "return_reason",
        "meetings": "meeting_reason",
        "second_asks": "second_ask",
        "remedies": "remedy",
    },
):
    banned_words: tuple[str, ...]
    reasons: tuple[ReasonCode, ...]
    refusals: tuple[RefusalCode, ...]
    returns: tuple[ReturnReason, ...]
    meetings: tuple[MeetingReason, ...]
    second_asks: tuple[SecondAskReason, ...]
    remedies: tuple[Remedy, ...]


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The catalogue in a folder; the packaged one when none is named (read once).

    Raises:
        CatalogueMistake: a file is missing, not TOML, or an entry is wrong.
    """
    return _packaged() if folder is None else _load(folder)


@lru_cache(maxsize=1)
def _packaged() -> Catalogue:
    return _load(HERE)


def _load(folder: Path) -> Catalogue:
    materials = read(folder / "materials.toml", _Materials)
    emergencies = read(folder / "emergencies.toml", _Emergencies)
    reasons = read(folder / "reasons.toml", _Reasons)
    return Catalogue(
        items=_items(folder / "items"),
        materials=_by_code(materials.materials, "materials.toml"),
        common=materials.common,
        photo_rules=materials.photo_rules,
        needs=_by_code(read(folder / "needs.toml", _Needs).needs, "needs.toml"),
        hardships=_by_code(read(folder / "hardships.toml", _Hardships).hardships, "hardships.toml"),
        departments=_by_code(read(folder / "departments.toml", _Departments).departments, "departments.toml"),
        emergencies=_by_code(emergencies.emergencies, "emergencies.toml"),
        lines={line.number: line for line in emergencies.lines},
        reasons=_by_code(reasons.reasons, "reasons.toml"),
        refusals=_by_code(reasons.refusals, "reasons.toml"),
        return_reasons=_by_code(reasons.returns, "reasons.toml"),
        meeting_reasons=_by_code(reasons.meetings, "reasons.toml"),
        second_ask_reasons=_by_code(reasons.second_asks, "reasons.toml"),
        remedies={remedy.type: remedy for remedy in reasons.remedies},
        routing=read(folder / "routing.toml", Routing),
        banned_words=reasons.banned_words,
    )


def load_county(name: str, folder: Path | None = None) -> County:
    """A county by its file name without `.toml`, in a folder of its own or among the packaged ones.

    Raises:
        CatalogueMistake: no such county (the known ones are named), or its file is wrong.
    """
    return _packaged_county(name) if folder is None else _county(name, folder)


def county_names(folder: Path | None = None) -> tuple[str, ...]:
    """The counties that have a file, in a folder of its own or among the packaged ones."""
    return tuple(sorted(path.stem for path in (folder or HERE / "counties").glob("*.toml")))


@lru_cache(maxsize=8)
def _packaged_county(name: str) -> County:
    return _county(name, HERE / "counties")


def _county(name: str, folder: Path) -> County:
    path = folder / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(county_names(folder)) or "none"
        raise CatalogueMistake(f"county {name!r}: no file {path.name} in {folder.name}/; known: {known}")
    county = read(path, County)
    if county.pack:
        load_pack(county.pack)  # a county of a pack that is not there must not start
    return county


def _items(folder: Path) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for path in sorted(folder.glob("*.toml")):
        item = read(path, Item)
        if item.code != path.stem:
            raise CatalogueMistake(
                f"items/{path.name}: field 'code' is {item.code!r}; name the file {item.code}.toml or correct the code"
            )
        items[item.code] = item
    if not items:
        raise CatalogueMistake(f"{folder.name}/: no item; add one file per item, see dibao.toml")
    return items


def _by_code(entries: Iterable[_C], file: str) -> dict[str, _C]:
    found: dict[str, _C] = {}
    for entry in entries:
        if entry.code in found:
            raise CatalogueMistake(f"{file}: {entry.code!r} is there twice; remove one")
        found[entry.code] = entry
    return found
