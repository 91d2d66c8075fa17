"""Recorded cases: what rules depend on and nothing else, so that a file of them names nobody.

A record holds codes and small numbers only. No name, number, phone, address, village, day or word of her own has a
field in it; ages stand in bands; kin is spouse or other; several cases that are alike are one line with their number;
lines are ordered by content, so that the order of filing does not show. Everything read is held against the known
codes, so that no other text can be in such a file (domain 12.2, 12.4).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from backend.errors import YimenError
from dialogs.catalogue.model import Catalogue
from dialogs.understanding.health import MARKS

RECORDED = Path(__file__).parent / "recorded"

#: Where a band of ages begins. Every age a rule asks for begins one (tests/packs/test_recorded.py).
BANDS = (0, 3, 6, 14, 16, 18, 22, 26, 35, 45, 50, 55, 56, 57, 58, 60, 61, 62, 63, 65, 70, 75, 80, 85, 90)
KIN = ("self", "spouse", "other")
CLAIMS = ("claimed", "photo", "inferred", "verified")
LEVELS = ("none", "e1", "e2", "e3", "e4")


class RecordError(YimenError):
    """A file of recorded cases cannot be replayed; names file, line and what to mend."""

    code = "record"


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody of the household.

    Attributes:
        kin: self, spouse or other.
        age: where the band begins, None when not known.
        marks: what was written of the health means (`dialogs.understanding.health`).
    """

    kin: str
    age: int | None = None
    marks: tuple[str, ...] = ()


class Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An item that went to a department.

    Attributes:
        received, decided: working days after it was sent; None when it has not happened.
    """

    item: str
    dept: str
    received: int | None = None
    decided: int | None = None


class Recorded(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One case, or several that are alike.

    Attributes:
        count: how many.
        town: two digits; which window, nothing closer.
        members: the applicant first.
        hardships: type to claim status.
        other: words of the catalogue that were found in what was said under "other".
        told: what the story means for papers, the same marks as of a member.
        elsewhere: registered outside the county.
        mandated: filed by somebody else whose mandate is there.
        items: what it was taken in for; () while it was not.
        accepted: working days from filing to being taken in; None while it was not.
        sent: working days from there to being sent; None while it was not.
        parts: what was sent.
    """

    count: int = 1
    town: str
    members: tuple[Member, ...]
    hardships: dict[str, str] = {}
    needs: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    elsewhere: bool = False
    emergency: str = "none"
    green: bool = False
    proxy: bool = False
    mandated: bool = False
    items: tuple[str, ...] = ()
    accepted: int | None = None
    sent: int | None = None
    parts: tuple[Sent, ...] = ()


def band(age: int | None) -> int | None:
    """Where the band of an age begins."""
    return None if age is None else BANDS[max(0, bisect_right(BANDS, age) - 1)]


def kin(relation: str) -> str:
    """As much of a relation as rules ask for."""
    return relation if relation in KIN else "other"


_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(Recorded).decode


def write_records(cases: Iterable[Recorded], path: Path) -> int:
    """Write them, alike ones as one; how many lines there are."""
    alike: Counter[bytes] = Counter()
    for one in cases:
        alike[_encode(msgspec.structs.replace(one, count=1))] += one.count
    lines = [_encode(msgspec.structs.replace(_decode(line), count=number)) for line, number in sorted(alike.items())]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return len(lines)


def read_records(path: Path, catalogue: Catalogue) -> tuple[Recorded, ...]:
    """The cases of a file, each value held against what it can be.

    Raises:
        RecordError: no file, no case in it, or a line that is none; names the line and what to mend.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror}; name a file of recorded cases") from None
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            one = _decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RecordError(f"{path.name}, line {number}: {error}; record the cases again") from None
        for problem in unknown(one, catalogue):
            raise RecordError(f"{path.name}, line {number}: {problem}; correct it or record the cases again")
        found.append(one)
    if not found:
        raise RecordError(f"{path.name}: there is no case in it; record some first")
    return tuple(found)


def unknown(one: Recorded, catalogue: Catalogue) -> Iterator[str]:
    """Everything in a record that is no code of the catalogue and no small number; nothing personal passes this."""
    words = {word for row in catalogue.routing.others for word in row.words}
    items, departments = (*one.items, *(part.item for part in one.parts)), (part.dept for part in one.parts)
    for what, values, known in (
        ("relation", (member.kin for member in one.members), KIN),
        ("hardship", one.hardships, catalogue.hardships),
        ("claim", one.hardships.values(), CLAIMS),
        ("need", one.needs, catalogue.needs),
        ("word", one.other, words),
        ("mark", (*one.told, *(mark for member in one.members for mark in member.marks)), MARKS),
        ("emergency level", (one.emergency,), LEVELS),
        ("item", items, catalogue.items),
        ("department", departments, catalogue.departments),
    ):
        yield from (f"no {what} {value!r}" for value in values if value not in known)
    if not (len(one.town) == 2 and one.town.isdecimal()):
        yield f"no town {one.town!r}"
    if not one.members or one.members[0].kin != "self":
        yield "the first member is not the applicant"
    yield from (f"no band of ages begins at {row.age}" for row in one.members if row.age not in (None, *BANDS))
    days = (one.accepted, one.sent, *(day for part in one.parts for day in (part.received, part.decided)))
    yield from (f"{day} working days are none" for day in days if day is not None and not 0 <= day <= 400)


__all__ = [
    "BANDS",
    "RECORDED",
    "Member",
    "RecordError",
    "Recorded",
    "Sent",
    "band",
    "kin",
    "read_records",
    "write_records",
]
