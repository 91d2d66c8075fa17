"""Compares what recorded cases are told under the present rules and under changed ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import msgspec

from backend.rehearsal.records import Recorded
from backend.rehearsal.replay import Outcome, Part, RuleSet, Said, replay
from dialogs.catalogue.county import County
from dialogs.catalogue.load import HERE, load_catalogue, load_county
from dialogs.catalogue.mistakes import CatalogueMistake
from dialogs.catalogue.model import Catalogue
from dialogs.catalogue.packs import PACKS, load_pack

PARTS: tuple[Part, ...] = ("notice", "route", "date")


class Change(msgspec.Struct, frozen=True):
    """The same difference in one case or more.

    Attributes:
        what: `limit:dibao`, `material:mat_id_card`, `way`, `clk_dispatch` …; see `replay`.
        before, after: None where there is nothing of the kind.
        cases: numbers of the recorded cases, from 1.
        count: how many cases those lines stand for.
    """

    part: Part
    what: str
    before: Said | None
    after: Said | None
    cases: tuple[int, ...]
    count: int

    @property
    def of_clause(self) -> bool:
        """Whether only the clause is another."""
        return self.before is not None and self.after is not None and self.before.value == self.after.value


class Side(msgspec.Struct, frozen=True):
    """The rules of one side: the pack's code and the document."""

    pack: str
    document: str


class Rehearsal(msgspec.Struct, frozen=True):
    """The outcome of a rehearsal.

    Attributes:
        cases: how many cases were replayed.
        differ: by part, how many of them would be told, sent or due otherwise.
        changes: differences of value, those of most cases first.
        clauses: where the value stays and only the clause is another.
        late: days that the recorded course kept before and would miss after.
    """

    on: dt.date
    county: str
    before: Side
    after: Side
    cases: int
    differ: dict[str, int]
    changes: tuple[Change, ...]
    clauses: tuple[Change, ...]
    late: tuple[Change, ...]


def rehearse(cases: Iterable[Recorded], before: RuleSet, after: RuleSet) -> Rehearsal:
    """Replay every case under both.

    Raises:
        NotCovered: a value does not hold on the day; names value, day and file.
        UnknownCode: changed files no longer know a need or hardship of a record.
    """
    kept: dict[tuple[Part, str, Said | None, Said | None], list[tuple[int, int]]] = {}
    differ = dict.fromkeys(PARTS, 0)
    total = 0
    for number, case in enumerate(cases, start=1):
        total += case.count
        was, is_now = replay(case, before), replay(case, after)
        changed: set[Part] = set()
        for part, what in _keys(was, is_now):
            old, new = was.get((part, what)), is_now.get((part, what))
            if old == new:
                continue
            kept.setdefault((part, what, old, new), []).append((number, case.count))
            if old is None or new is None or old.value != new.value:
                changed.add(part)
        for part in changed:
            differ[part] += case.count
    found = [
        Change(part, what, old, new, tuple(number for number, _ in rows), sum(count for _, count in rows))
        for (part, what, old, new), rows in kept.items()
    ]
    found.sort(key=lambda one: (PARTS.index(one.part), -one.count, one.what, one.cases))
    return Rehearsal(
        on=before.today,
        county=before.county.name,
        before=_side(before.county),
        after=_side(after.county),
        cases=total,
        differ={str(part): number for part, number in differ.items()},
        changes=tuple(one for one in found if not one.of_clause),
        clauses=tuple(one for one in found if one.of_clause),
        late=tuple(one for one in found if one.after and one.after.late and not (one.before and one.before.late)),
    )


def _keys(was: Outcome, is_now: Outcome) -> list[tuple[Part, str]]:
    return list(dict.fromkeys((*was, *is_now)))


def _side(county: County) -> Side:
    return Side(county.pack, county.rules.document if county.rules else "")


def changed_files(county: str, pack: str = "", folder: Path | None = None) -> tuple[Catalogue, County]:
    """Policy files with something changed.

    Args:
        pack: the document the county is to follow; its own when empty.
        folder: where changed files lie, laid out as `dialogs/catalogue/`; what is not there is taken as installed.

    Raises:
        CatalogueMistake: no such pack or county (the known ones are named), a folder with nothing of the kind, or a
            file that is wrong.
    """
    if folder is not None and not any((folder / one).is_dir() for one in ("items", "counties", "packs")):
        raise CatalogueMistake(
            f"{folder}: no items/, counties/ or packs/ in it; lay changed files out as in {HERE.name}/"
        )
    own = folder or HERE
    catalogue = load_catalogue(own if (own / "items").is_dir() and folder is not None else None)
    found = load_county(county, own / "counties" if (own / "counties").is_dir() and folder is not None else None)
    packs = own / "packs" if (own / "packs").is_dir() else PACKS
    name = pack or found.pack
    return catalogue, found.following(load_pack(name, packs)) if name else found


__all__ = ["PARTS", "Change", "Rehearsal", "Side", "changed_files", "rehearse"]
