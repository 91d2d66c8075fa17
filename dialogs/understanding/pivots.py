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


def find_pivot(said: str) -> tuple[str, int] | None:
    """(kind of kin, place behind the word) of the person help is asked for, seen from the speaker, or None."""
    kinds = {word: kind for kind, names in load("members")["kin"] for word in names}
    if match := _pattern().search(said):
        return kinds[match["kin"]], match.end()
    return None
