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
    return re.compile(f"(?:(?:{lead})(?:{owner})?|^(?:{owner})?)(?P<kin>{words})")


@cache
def _before_name() -> re.Pattern[str]:
    words = alternation(word for _, names in load("members")["kin"] for word in names)
    return re.compile(f"(?P<kin>{words})(?:{alternation(load('pivots')['link'])})?$")


def find_pivot(said: str, name_start: int | None = None) -> tuple[str, int] | None:
    """(kind of kin, place behind the word) of the person help is asked for, seen from the speaker, or None.

    `name_start` is where the applicant's name stands: the kin word right before it says who that is.
    """
    kinds = {word: kind for kind, names in load("members")["kin"] for word in names}
    if name_start is not None and (match := _before_name().search(said, 0, name_start)):
        return kinds[match["kin"]], match.end("kin")
    if match := _pattern().search(said):
        return kinds[match["kin"]], match.end()
    return None
