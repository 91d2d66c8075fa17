"""An address that the county's own places do not hold, looked up in the whole country in the light of the county."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialogs.catalogue.county import County
from dialogs.places.index import Divisions, IndexUnusable, the_index
from dialogs.places.locate import Candidate, locate
from dialogs.places.sounds import stem
from dialogs.state import Value
from dialogs.understanding.clean import level
from dialogs.understanding.lexicon import load

SURE = 0.88
"""Score from which the one village that fits is taken, and shown on the card."""
LIKELY = 0.78
"""Score from which a village is worth asking about."""
CLOSE = 0.12
"""Villages this near the best are as good as it."""
CHOICES = 4
SHORTEST = 4  # characters: less names no division and a village in it


class Country:
    """The country as seen from one county: her own county first, another one only where it is named.

    Args:
        county: the county served.
        index: gives the index; it is unpacked at first use.
    """

    def __init__(self, county: County, index: Callable[[], Divisions] = the_index) -> None:
        self._county = county
        self._index = index
        self._stem = stem(county.name, "county")
        self._towns = {town.name: town.no for town in county.towns}
        self.broken = ""
        """Why the index cannot be used; empty while it can, or was not needed yet."""

    def mended(self, value: dict[str, Value]) -> dict[str, Value]:
        """The value of an address (`dialogs.kinds.Place`) with what the country's index knows of it.

        One village that surely is meant is kept as `division`, several good ones as `may_be`; nothing is added where
        the county's own places hold it, or no other county is named.
        """
        text = str(value.get("text") or "")
        if len(text) < SHORTEST or value.get("division") or value.get("may_be"):
            return value
        plain = level(text)
        known = bool(value.get("village"))
        if known and (self._stem in plain or not any(kind in plain for kind in load("divisions")["county"])):
            return value
        try:
            found = self._elsewhere_after_all(plain) if known else self._candidates(plain)
        except IndexUnusable as problem:
            self.broken = str(problem)
            return value
        if found is None:
            return value
        if not found:
            return {"text": value["text"]} if known else value
        kept: dict[str, Value] = {"text": value["text"]}
        if len(found) == 1 and found[0].score >= SURE:
            division = as_value(found[0])
            if found[0].division.code.startswith(self._county.code):
                kept["town"] = self._towns.get(found[0].division.path[3])
            return kept | {"division": division}
        return kept | {"may_be": [as_value(one) for one in found[:CHOICES]]}

    def _elsewhere_after_all(self, text: str) -> list[Candidate] | None:
        """What is meant where her own county has a village of that name, and another county stands written before it.

        None where no other county does; nothing where it does and no village of it is sure.
        """
        vague = load("divisions")["vague"]
        there = [one for one in locate(text, self._index()) if one.division.path[2] in text]
        there = [one for one in there if one.division.path[2] not in vague]
        if not there:
            return None
        sure = _best(there)
        return sure if len(sure) == 1 and sure[0].score >= SURE else []

    def _candidates(self, text: str) -> list[Candidate]:
        """The villages that are meant: one that is sure, or several that fit as well."""
        index = self._index()
        home = index.within(self._county.code)
        if home is not None:
            own = _best(locate(text, index, within=home))
            if own and (own[0].score >= SURE or self._stem in text):
                return own
        if self._stem in text or any(town in text for town in self._towns):
            return []
        return [one for one in _best(locate(text, index)) if _elsewhere(one, text)]


def _best(found: list[Candidate]) -> list[Candidate]:
    return [one for one in found if one.score >= LIKELY and one.score >= found[0].score - CLOSE]


def _elsewhere(found: Candidate, text: str) -> bool:
    """Whether the address says that it is not of this county: by another's name as it is written, or by two names."""
    county = stem(found.division.path[2], "county")
    return len(found.named) > 1 or ("county" in found.named and bool(county) and county in text)


def as_value(found: Candidate) -> dict[str, Value]:
    """What is kept of a village: its code and its name from the province down, as people write it."""
    return {"code": found.division.code, "place": written_out(found.division.path)}


def place_line(value: Mapping[str, Value]) -> str | None:
    """The address staff read: her words and, where it is of the country, the village they stand for with its code."""
    text, division = value.get("text"), value.get("division")
    return f"{text} ({division['place']} {division['code']})" if isinstance(division, dict) else text


def written_out(path: tuple[str, ...]) -> str:
    """A path in one line, without names that only fill a level and with a village instead of its committee."""
    book = load("divisions")
    names = [name for name in path[:-1] if name not in book["placeholder"]]
    village = path[-1]
    for committee in book["committee"]:
        if village.endswith(committee):
            village = village[: -len(committee)]
            village += "" if village.endswith(tuple(book["settlement"])) else book["committee"][committee]
            break
    return "".join([*names, village])
