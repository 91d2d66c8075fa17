"""A message as a set of short marks, for weighing: its letters in ones, twos and threes, numbers and names left out.

Numbers, names and places say who, not what for; they are replaced by one capital each, so that what was learnt from
one person's message holds for another's.
"""

import re
from collections.abc import Iterable

_DIGITS = re.compile("[0-9]+")
_BREAKS = re.compile("[\uff0c\u3002,;\uff1b\\s\u3001]+")
_GONE = "\0"
_SIZES = ((6, "a"), (12, "b"), (25, "c"), (60, "d"))


def masked(said: str, spans: Iterable[tuple[str, int, int]]) -> str:
    """Levelled text with every span (letter, start, end) put as its letter, digits as 0, stops as a blank."""
    letters = list(said)
    for letter, start, end in spans:
        if any(not (kept.islower() or kept == kept.lower()) or kept == _GONE for kept in letters[start:end]):
            continue  # already covered by another span
        letters[start:end] = [letter] + [_GONE] * (end - start - 1)
    return _BREAKS.sub(" ", _DIGITS.sub("0", "".join(letters).replace(_GONE, "")))


def marks(text: str) -> list[str]:
    """The marks of a masked text, each once, in order of first appearance; `=a` to `=e` tells its size."""
    whole = f"^{text}$"
    found = dict.fromkeys(whole[i : i + n] for n in (1, 2, 3) for i in range(len(whole) - n + 1))
    clauses = [clause for clause in text.split(" ") if clause]
    if len(clauses) > 1:
        first, last = f"^{clauses[0]}", f"{clauses[-1]}$"
        found |= dict.fromkeys("F" + first[i : i + n] for n in (2, 3) for i in range(len(first) - n + 1))
        found |= dict.fromkeys("L" + last[i : i + n] for n in (2, 3) for i in range(len(last) - n + 1))
    size = next((letter for most, letter in _SIZES if len(text) < most), "e")
    return [*found, f"={size}"]
