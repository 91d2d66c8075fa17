"""What a message asks for (domain 7): named, asked about, or said to be out of reach; background is left out."""

import re
from functools import cache

import msgspec

from dialogs.understanding.lexicon import compiled, load
from dialogs.understanding.scene import Scene, denied, scene


class Need(msgspec.Struct, frozen=True):
    """A need and the words that told it. `need_worker` is help of the trade union (guidelines 3, worker)."""

    code: str
    start: int
    end: int


class _Rule(msgspec.Struct, frozen=True):
    code: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            entry["code"],
            compiled("|".join(entry["patterns"])),
            compiled(entry["unless"]) if "unless" in entry else None,
        )
        for entry in load("needs")["rule"]
    )


def find_needs(said: str, view: Scene | None = None) -> tuple[Need, ...]:
    """The needs in levelled text, each code once, in the order of domain 7.1's list as far as it matters.

    Nothing found is nothing said: `need_unknown` is decided by whoever knows the intent.
    """
    view = view or scene(said)
    found: dict[str, Need] = {}
    for rule in _rules():
        if rule.code in found or rule.pattern.search(said) is None:
            continue
        for match in rule.pattern.finditer(said):
            start, end = view.clause_at(match.start())
            clause = said[start : max(end, match.end())]
            if denied(view, match.start()) or (rule.unless and rule.unless.search(clause)):
                continue
            found[rule.code] = Need(rule.code, *match.span())
            break
    return tuple(found.values())
