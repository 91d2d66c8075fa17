"""Compares what is kept of a case with the hand-made one, by the rules of the understanding guidelines (`alt` counts)."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

APPLICANT = ("name", "age", "id_number", "phone", "address")
MEMBER = ("name", "relation", "age", "id_number", "monthly_income")
_CORRECTED = re.compile(r"applicant\.(?:name|age|id_number|phone|address)|members\.[^.]+\.(?:name|age|monthly_income)")


class Fact(NamedTuple):
    """One fact of one case: what it should be and what was kept; `place` is its field."""

    place: str
    wanted: Any
    kept: Any

    @property
    def equal(self) -> bool:
        return bool(self.wanted == self.kept)

    @property
    def miss(self) -> str:
        """Which way it went wrong: `missing`, `invented` or `other`."""
        if self.kept in (None, frozenset()):
            return "missing"
        return "invented" if self.wanted in (None, frozenset()) else "other"


def plain(value: Any, field: str = "") -> Any:
    """The same value written in one way: half width, no blanks, capitals."""
    if value in (None, ""):
        return None
    if field in ("age", "monthly_income"):
        return int(value)
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value)))
    if field == "address":
        return re.sub(r"[,，。.、;；]", "", text)
    if field in ("id_number", "phone"):
        text = text.upper()
    return text.replace("-", "") if field == "phone" else text


def accepted(gold: Mapping[str, Any], field: str) -> list[Any]:
    """The hand-made value of a field and every accepted replacement, the former first."""
    top, *rest = field.split(".")
    held: Any
    if top == "applicant":
        held = (gold.get("applicant") or {}).get(rest[0])
    elif top == "members":
        held = gold["members"][int(rest[0])].get(rest[1])
    else:
        held = gold.get(field)
    return [held, *(gold.get("alt") or {}).get(field, [])]


def facts(gold: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[Fact]:
    """Every fact that is wanted or was kept; what neither has is none."""
    for field in APPLICANT:
        yield from _fact(gold, f"applicant.{field}", field, (said.get("applicant") or {}).get(field))
    yield from _members(gold, said.get("members") or [])
    for field in ("hardship", "needs"):
        kept = frozenset(said.get(field) or ())
        options = [frozenset(one or ()) for one in accepted(gold, field)]
        yield Fact(field, kept if kept in options else options[0], kept)
    for field in ("urgent", "emergency"):
        wanted = accepted(gold, field)
        if wanted[0] or said.get(field):
            yield Fact(field, said.get(field) if said.get(field) in wanted else wanted[0], said.get(field))
    for change in gold.get("corrections", []):
        if _CORRECTED.fullmatch(change["field"]):
            last = change["field"].rsplit(".", 1)[1]
            yield Fact("correction", plain(change["to"], last), _held(said, change["field"]))


def _fact(gold: Mapping[str, Any], path: str, field: str, value: Any) -> Iterator[Fact]:
    options = [plain(one, field) for one in accepted(gold, path)]
    kept = plain(value, field)
    if options[0] is not None or kept is not None:
        place = path if path.startswith("applicant") else f"member.{field}"
        yield Fact(place, kept if kept in options else options[0], kept)


def _members(gold: Mapping[str, Any], said: list[dict[str, Any]]) -> Iterator[Fact]:
    pairs = _pairs(gold, said)
    for index, wanted in enumerate(gold.get("members") or []):
        if index not in pairs:
            yield Fact("member.found", wanted.get("relation"), None)
            continue
        kept = said[pairs[index]]
        yield Fact("member.found", True, True)
        for field in MEMBER:
            yield from _fact(gold, f"members.{index}.{field}", field, kept.get(field))
        if wanted.get("condition"):
            yield Fact("member.condition", True, True if kept.get("condition") else None)
    for index, kept in enumerate(said):
        if index not in pairs.values() and not _optional(gold, kept):
            yield Fact("member.found", None, kept.get("relation"))


def _pairs(gold: Mapping[str, Any], said: list[dict[str, Any]]) -> dict[int, int]:
    """Hand-made member -> kept member, so that the pairs are as like as can be; fewer than 3 points are no pair."""
    wanted = gold.get("members") or []
    points = [[_likeness(gold, index, one) for one in said] for index in range(len(wanted))]

    @functools.cache
    def best(index: int, used: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        if index == len(wanted):
            return 0, ()
        found = best(index + 1, used)
        for other, worth in enumerate(points[index]):
            if worth and not used >> other & 1:
                rest, pairs = best(index + 1, used | 1 << other)
                if worth + rest > found[0]:
                    found = worth + rest, ((index, other), *pairs)
        return found

    return dict(best(0, 0)[1])


def _likeness(gold: Mapping[str, Any], index: int, said: Mapping[str, Any]) -> int:
    points = 0
    for field, worth in (("id_number", 6), ("name", 5), ("relation", 3), ("age", 1)):
        value = plain(said.get(field), field)
        if value is not None and value in [plain(one, field) for one in accepted(gold, f"members.{index}.{field}")]:
            points += worth
    return points if points >= 3 else 0


def _optional(gold: Mapping[str, Any], member: Mapping[str, Any]) -> bool:
    return any(
        plain(member.get(field)) is not None and plain(member.get(field)) == plain(other.get(field))
        for other in gold.get("members_optional") or []
        for field in ("name", "relation")
    )


def _held(case: Mapping[str, Any], field: str) -> Any:
    top, *rest = field.split(".")
    if top == "applicant":
        return plain((case.get("applicant") or {}).get(rest[0]), rest[0])
    for member in case.get("members") or []:
        if member.get("relation") == rest[0]:
            return plain(member.get(rest[1]), rest[1])
    return None


class Score:
    """Facts and whole cases, and the misses by field and kind."""

    def __init__(self) -> None:
        self.facts = self.equal = self.cases = self.whole = 0
        self.misses: Counter[str] = Counter()
        self.told: list[str] = []

    def add(self, name: str, wanted: list[dict[str, Any]], kept: list[dict[str, Any]]) -> None:
        """One conversation: its cases in order; a case too many is one wrong fact."""
        for index, gold in enumerate(wanted):
            found = list(facts(gold, kept[index] if index < len(kept) else {}))
            self._count(name, found)
        extra = [Fact("case", None, "one too many")] * max(0, len(kept) - len(wanted))
        if extra:
            self._count(name, extra)

    def _count(self, name: str, found: list[Fact]) -> None:
        wrong = [fact for fact in found if not fact.equal]
        self.cases += 1
        self.whole += not wrong
        self.facts += len(found)
        self.equal += len(found) - len(wrong)
        for fact in wrong:
            self.misses[f"{fact.place}: {fact.miss}"] += 1
            self.told.append(f"{name}: {fact.place}: wanted {_shown(fact.wanted)}, kept {_shown(fact.kept)}")

    @property
    def share(self) -> float:
        """Facts that are equal, of all."""
        return self.equal / self.facts

    def table(self) -> str:
        """The figures, the misses by kind and each miss."""
        facts = f"{self.equal} of {self.facts} facts equal ({self.share:.1%})"
        head = f"{facts}, {self.whole} of {self.cases} cases equal whole"
        kinds = [f"  {times:4} {kind}" for kind, times in self.misses.most_common()]
        return "\n".join([head, *kinds, *self.told])


def _shown(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value
