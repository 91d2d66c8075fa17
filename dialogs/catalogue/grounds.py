"""By which clause: a source as it is cited where a county works, and the ground of every message and refusal.

Our tables name the five documents by the short codes of the specification (domain 0.1). In a county that follows one of
them the code becomes that document's number; another county's document is no ground here and is left out.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec

from dialogs.catalogue.county import County
from dialogs.catalogue.model import Item
from dialogs.catalogue.packs import Pack, load_pack, pack_names
from dialogs.catalogue.parts import SHOWABLE, Basis, Confidence, Part
from dialogs.catalogue.reading import read
from dialogs.catalogue.reasons import ReasonCode

TABLE = Path(__file__).parent / "grounds.toml"
LAW = "law:"

_SHORT = re.compile(r"(?<![A-Za-z])(?:HN|SD|JS|LC|MG)(?![A-Za-z])")
_MARK = re.compile(r"\s*[\u3010\[][^\u3011\]]*[\u3011\]]")
_BETWEEN = "\uff1b"  # parts of a source stand apart by a Chinese semicolon
_LIST = "\u3001"  # and documents within a part by an enumeration comma


class Ground(msgspec.Struct, frozen=True):
    """A clause and how sure it is (domain 0.2)."""

    text: str
    confidence: Confidence

    @property
    def showable(self) -> bool:
        """Whether a resident may be shown it."""
        return self.confidence in SHOWABLE


class Law(Part, frozen=True, kw_only=True):
    """An article of a law, valid everywhere."""

    code: str
    text: str
    confidence: Confidence


class OfMessages(Part, frozen=True, kw_only=True):
    """What messages rest on: keys of the county or its pack, or laws, the first that speaks."""

    keys: tuple[str, ...]
    by: tuple[str, ...]


class OfRefusals(Part, frozen=True, kw_only=True):
    """What refused acts rest on, as above."""

    codes: tuple[str, ...]
    by: tuple[str, ...]


class Slips(Part, frozen=True, kw_only=True):
    """Refusals that are no rule: something was left out, or is not there to be chosen."""

    codes: tuple[str, ...]


class Grounds(
    Part,
    frozen=True,
    kw_only=True,
    eq=False,
    dict=True,
    rename={"laws": "law", "messages": "message", "refusals": "refusal"},
):
    """The whole table."""

    laws: tuple[Law, ...]
    messages: tuple[OfMessages, ...]
    refusals: tuple[OfRefusals, ...]
    slips: Slips

    @cached_property
    def articles(self) -> dict[str, Ground]:
        """Articles by code."""
        return {row.code: Ground(row.text, row.confidence) for row in self.laws}

    @cached_property
    def of_message(self) -> dict[str, tuple[str, ...]]:
        """What each message rests on."""
        return {key: row.by for row in self.messages for key in row.keys}

    @cached_property
    def of_refusal(self) -> dict[str, tuple[str, ...]]:
        """What each refused act rests on."""
        return {code: row.by for row in self.refusals for code in row.codes}


@lru_cache(maxsize=1)
def grounds() -> Grounds:
    """The packaged table."""
    return read(TABLE, Grounds)


def law(code: str) -> Ground:
    """An article of the table by its code."""
    return grounds().articles[code]


def message_ground(key: str, county: County, day: dt.date) -> Ground | None:
    """By which clause a message is sent in this county; None for a message the table does not know.

    Raises:
        NotCovered: the rule it rests on has no value on that day.
    """
    return _first(grounds().of_message.get(key, ()), county, day)


def refusal_ground(code: str, county: County, day: dt.date) -> Ground | None:
    """By which clause an act is refused; None where the refusal is no rule (`slips`). Raises as `message_ground`."""
    return _first(grounds().of_refusal.get(code, ()), county, day)


def declined_ground(reason: ReasonCode, county: County, day: dt.date) -> Ground:
    """What a resident is shown when her application is not taken in: the reason's own source where it may be shown,
    else the clause that says she must be told why. Raises as `message_ground`."""
    own = Ground(cite(reason.source, county.rules), reason.confidence)
    if own.text and own.showable:
        return own
    told = message_ground("msg.not_accepted", county, day)
    return told if told is not None and told.showable else law("reasons")


def rule_ground(key: str, county: County, day: dt.date) -> Ground | None:
    """The clause of a setting of the county or its pack; None when both are silent. Raises as `message_ground`."""
    rule = county.says(key, day)
    if rule is None:
        return None
    text = cite(rule.source, county.rules)
    return Ground(text, rule.confidence) if text else None


def _first(by: tuple[str, ...], county: County, day: dt.date) -> Ground | None:
    for one in by:
        found = law(one.removeprefix(LAW)) if one.startswith(LAW) else rule_ground(one, county, day)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=1000)  # with every clock that starts
def cite(source: str, pack: Pack | None) -> str:
    """What may be shown of a source; "" when nothing of it holds in a county under this pack."""
    found = (_part(part.strip(), pack) for part in _MARK.sub("", source).split(_BETWEEN))
    return _BETWEEN.join(part for part in found if part)


def item_grounds(item: Item, county: County, day: dt.date) -> tuple[Basis, ...]:
    """The grounds of an item that are in force here on that day and may be shown (domain 0.2)."""
    return tuple(
        basis
        for basis in item.basis
        if basis.holds_on(day)
        and (basis.confidence in SHOWABLE or county.shows(item.code, basis))
        and valid_here(basis.text, county.rules)
    )


def valid_here(text: str, pack: Pack | None) -> bool:
    """Whether a ground of the catalogue holds in a county under this pack: another place's document does not."""
    if pack is None:
        return True
    others = (load_pack(name) for name in pack_names() if name != pack.code)
    return not any(other.document in text or other.title in text for other in others)


def _part(part: str, pack: Pack | None) -> str:
    codes = _SHORT.findall(part)
    if not codes:
        return part
    if pack is None or pack.short not in codes:
        return ""
    for other in (code for code in codes if code != pack.short):
        part = re.sub(rf"{_LIST}?(?<![A-Za-z]){other}(?![A-Za-z]){_LIST}?", "", part)
    return re.sub(rf"(?<![A-Za-z]){pack.short}(?![A-Za-z])", pack.document, part)


__all__ = [
    "Ground",
    "cite",
    "declined_ground",
    "grounds",
    "item_grounds",
    "law",
    "message_ground",
    "refusal_ground",
    "rule_ground",
    "valid_here",
]
