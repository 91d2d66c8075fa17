"""The common ground of policy values: what a file entry is, how sure it is, and which one holds on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Literal, Protocol, TypeVar

import msgspec

from dialogs.catalogue.mistakes import NotCovered, UnknownCode

Confidence = Literal["seed", "verified", "verified_local", "confirmed_local", "known", "default"]
SHOWABLE: frozenset[str] = frozenset({"seed", "verified", "confirmed_local"})
"""What a resident may be shown as a legal ground (domain 0.2); `known` and the rest stay inside."""

Unit = Literal["wd", "nd", "h"]
Mode = Literal["share", "system", "photo", "sign", "home"]
Group = Literal["urgent", "status", "benefit", "service"]
RemedyType = Literal[
    "reconsideration_county",
    "reconsideration_upper",
    "legal_aid_objection",
    "school_review",
    "org_review",
    "health_complaint",
]
ReviewForm = Literal[
    "on_spot_check",
    "data_match",
    "household_survey",
    "verification_visit",
    "expert_assessment",
    "document_review",
]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of everything read from a catalogue file: an unknown field is a mistake, not a note."""


class Held(Part, frozen=True, kw_only=True, rename={"start": "from", "end": "until"}):
    """A whole entry that may be used from a day on.

    Attributes:
        start: the day its source took effect where that is known, else the first day the catalogue answers for.
        end: last day it may be used; None while nobody has ended it.
    """

    start: dt.date
    end: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Whether it may be used on that day."""
        return self.start <= day and (self.end is None or day <= self.end)


class Basis(Part, frozen=True, kw_only=True, rename={"start": "from", "end": "until"}):
    """A legal ground.

    Attributes:
        text: the document.
        source_clause: articles or sections, or where our seed says so.
        start: first day it may be cited; None when it was in force before 2026.
        end: last day it may be cited, or None.
    """

    text: str
    source_clause: str = ""
    confidence: Confidence
    start: dt.date | None = None
    end: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Whether the document is in force on that day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


class Dated(Protocol):
    """Something that holds from a day on."""

    @property
    def start(self) -> dt.date: ...


_Dated = TypeVar("_Dated", bound=Dated)
_Held = TypeVar("_Held", bound=Held)


def holding(entries: Mapping[str, _Held], kind: str, code: str, day: dt.date, file: str) -> _Held:
    """The entry of that code, which must hold on that day.

    Raises:
        UnknownCode: nobody defined it.
        NotCovered: it does not hold on that day; what held before or comes later is not taken instead.
    """
    entry = entries.get(code)
    if entry is None:
        raise UnknownCode(kind, code, file)
    if not entry.holds_on(day):
        raise NotCovered(f"{kind} {code!r}", day, file)
    return entry


def latest(values: Iterable[_Dated], day: dt.date) -> _Dated | None:
    """The value with the latest `from` not after that day, or None when none has begun."""
    begun = [value for value in values if value.start <= day]
    return max(begun, key=lambda value: value.start) if begun else None
