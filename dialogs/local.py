"""What the dialogs need to know of a county and its catalogue, worked out once: places, and names for options."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.catalogue.county import County
from dialogs.catalogue.model import Catalogue
from dialogs.hearing import place_value
from dialogs.places.country import Country
from dialogs.state import Value
from dialogs.understanding.places import Gazetteer, Place, read_address
from dialogs.understanding.problems import Problem

LONGEST = 120


def gazetteer_of(county: County) -> Gazetteer:
    """The villages of a county, under every name people use."""
    return Gazetteer(
        Place(county.name, town.name, village.name, village.code, village.others)
        for town in county.towns
        for village in town.villages
    )


def towns_of(county: County) -> dict[str, str]:
    """Village code to the two digits of its town."""
    return {village.code: town.no for town in county.towns for village in town.villages}


def place_reader(county: County, country: Country | None = None) -> Callable[[str], Value | Problem]:
    """Reads an address of this county; one from elsewhere is taken as said, for the window to look at (B049).

    Args:
        country: looks up what the county's own places do not hold; without it nothing is.
    """
    gazetteer, towns = gazetteer_of(county), towns_of(county)
    mended = dict if country is None else country.mended

    def read(text: str) -> Value | Problem:
        found = read_address(text, gazetteer)
        if isinstance(found, Problem):
            if found.code == "address_unknown_village":
                return mended({"text": text.strip()[:LONGEST]})
            elsewhere = mended({"text": text.strip()[:LONGEST]})
            return elsewhere if len(elsewhere) > 1 else found
        return mended(place_value(found, towns))

    return read


def option_labels(catalogue: Catalogue, words: Callable[[str], str | None]) -> Callable[[str, str], tuple[str, ...]]:
    """The wordings an option may be called by: what its button says, its name, and what people say for it.

    Args:
        words: the words of a key, None when it has none.
    """
    names: dict[tuple[str, str], tuple[str, ...]] = {}

    def own(key: str) -> tuple[str, ...]:
        said = words(key)
        return (said,) if said else ()

    for need in catalogue.needs.values():
        names["need", need.code] = (*own(f"need.{need.code}"), need.plain, need.name, *need.words)
    for hardship in catalogue.hardships.values():
        names["hardship", hardship.code] = (*own(f"hardship.{hardship.code}"), hardship.plain, hardship.name)

    def labels(group: str, code: str) -> tuple[str, ...]:
        known = names.get((group, code))
        if known is None:
            known = names[group, code] = own(f"option.{group}.{code}")
        return known

    return labels
