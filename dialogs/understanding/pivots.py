"""For whom help is asked: the kin word behind "for my ..." that stands for the applicant."""

import re
from functools import cache

from dialogs.understanding.lexicon import alternation, load


@cache
def _pattern() -> re.Pattern[str]:
    members = load("members")
    words = alternation(word for _, names in members["kin"] for word in names)
    lead = alternation(load("pivots")["lead"])
    owner = alternation(members["speaker"])
    return re.compile(f"(?:(?:{lead})(?:{owner})?|^(?:{owner})?)(?!{alternation(members['not_kin'])})(?P<kin>{words})")


@cache
def _before_name() -> re.Pattern[str]:
    words = alternation(word for _, names in load("members")["kin"] for word in names)
    return re.compile(f"(?P<kin>{words})(?:{alternation(load('pivots')['link'])}){{0,2}}$")


def _kinds() -> dict[str, str]:
    return {word: kind for kind, names in load("members")["kin"] for word in names}


def kin_of_name(said: str, name_start: int) -> tuple[str, int] | None:
    """(kind of kin, place behind the word) of the kin word right before a name, which says who that is, or None."""
    match = _before_name().search(said, max(name_start - 12, 0), name_start)
    return (_kinds()[match["kin"]], match.end("kin")) if match else None


def find_pivot(said: str, name_start: int | None = None) -> tuple[str, int] | None:
    """(kind of kin, place behind the word) of the person help is asked for, seen from the speaker, or None.

    `name_start` is where the applicant's name stands: the kin word right before it says who that is.
    """
    if name_start is not None and (found := kin_of_name(said, name_start)):
        return found
    if match := _pattern().search(said):
        return _kinds()[match["kin"]], match.end()
    return None


def kin_places(said: str, kind: str) -> list[int]:
    """The places behind every word for this kind of kin."""
    words: list[str] = next((names for of, names in load("members")["kin"] if of == kind), [])
    return [match.end() for match in re.finditer(alternation(words), said)] if words else []
