"""What words about somebody's health or schooling mean for papers: marks, and never the words themselves."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from dialogs.understanding.clean import level
from dialogs.understanding.lexicon import compiled, load
from dialogs.understanding.scene import Scene, denied, scene

#: `ill`: something is wrong; the others as in `lexicons/health.toml`.
MARKS: Final = ("ill", "grave", "disabled", "severe", "no_card", "care", "treated", "student", "admitted", "schooling")

#: Of these alone nobody is ill.
_NO_ILLNESS: Final = frozenset({"student", "admitted", "schooling"})


class _Rule(NamedTuple):
    mark: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    said_so: bool


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            row["mark"],
            compiled("|".join(row["patterns"])),
            compiled(row["unless"]) if "unless" in row else None,
            row.get("said_so", False),
        )
        for row in load("health")["mark"]
    )


@cache
def _well() -> re.Pattern[str]:
    return compiled("|".join(load("health")["well"]))


def health_marks(text: str) -> frozenset[str]:
    """The `MARKS` of what was said of one person, or of a story; what is denied leaves none. Never raises."""
    said = level(text)
    if not said:
        return frozenset()
    view = scene(said)
    found = {rule.mark for rule in _rules() if _holds(rule, said, view)}
    if found - _NO_ILLNESS or not (found or _well().search(said)):
        found.add("ill")
    return frozenset(found)


def _holds(rule: _Rule, said: str, view: Scene) -> bool:
    for match in rule.pattern.finditer(said):
        start, end = view.clause_at(match.start())
        if not rule.said_so and denied(view, match.start()):
            continue
        if rule.unless is not None and rule.unless.search(said[start : max(end, match.end())]):
            continue
        return True
    return False
