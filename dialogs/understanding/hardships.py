"""Which of the eleven hardships a household is told to have (domain 6): facts, not wishes."""

import re
from functools import cache

import msgspec

from dialogs.understanding.lexicon import alternation, compiled, load
from dialogs.understanding.scene import Scene, denied, scene, supposed


class Hardship(msgspec.Struct, frozen=True):
    """A hardship and the words that told it. `claim` is domain 6.1's: `claimed` or `inferred` (to be nodded)."""

    code: str
    start: int
    end: int
    claim: str = "claimed"


class _Rule(msgspec.Struct, frozen=True):
    code: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    needed: re.Pattern[str] | None


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            entry["code"],
            compiled("|".join(entry["patterns"])),
            compiled(entry["unless"]) if "unless" in entry else None,
            compiled(entry["with"]) if "with" in entry else None,
        )
        for entry in load("hardships")["rule"]
    )


@cache
def _kinds() -> re.Pattern[str]:
    return compiled(load("hardships")["difficulty"]["graded"])


@cache
def _difficulty() -> re.Pattern[str]:
    return re.compile(alternation(load("hardships")["difficulty"]["words"]))


def find_hardships(said: str, view: Scene | None = None) -> tuple[Hardship, ...]:
    """The hardships in levelled text, each code once. Denied, cancelled, wished and supposed ones are left out.

    `other` is not among them: it is what is left when somebody asks for help with trouble of no class.
    """
    view = view or scene(said)
    found: dict[str, Hardship] = {}
    for rule in _rules():
        if rule.code in found or (rule.needed and not rule.needed.search(said)):
            continue
        for match in rule.pattern.finditer(said):
            start, end = view.clause_at(match.start())
            clause = said[start : max(end, match.end())]
            if denied(view, match.start()) or supposed(clause):
                continue
            if rule.unless and rule.unless.search(clause):
                continue
            claim = "inferred" if rule.needed else "claimed"
            found[rule.code] = Hardship(rule.code, *match.span(), claim)
            break
    if "special_disability" not in found:
        kinds = list(_kinds().finditer(said))
        if len(kinds) >= 2:
            found["special_disability"] = Hardship("special_disability", kinds[0].start(), kinds[-1].end(), "inferred")
    return tuple(found.values())


def has_difficulty(said: str) -> bool:
    """Whether a text tells of any trouble at all."""
    return _difficulty().search(said) is not None
