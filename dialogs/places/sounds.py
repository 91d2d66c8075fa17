"""Names as they are said: without the kind of division, and by ear where dialects do not tell two sounds apart."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product

from dialogs.understanding.lexicon import load

LEVELS = ("province", "city", "county", "town", "village")
LONGEST = 9
"""Characters of a name that are looked up; a longer name is found by its beginning."""
VARIANTS = 6
"""Ways to read one name that are tried."""


def ear(syllable: str) -> str:
    """A syllable as an ear hears it that does not tell n from l, zh from z, f from hu, or -ng from -n.

    >>> ear("zhang"), ear("zan"), ear("fei"), ear("hui")
    ('zan', 'zan', 'hui', 'hui')
    """
    book = load("divisions")["ear"]
    heard = syllable
    for initial, same in book["initials"].items():
        if heard.startswith(initial):
            heard = same + heard[len(initial) :]
            break
    for final, same in book["finals"].items():
        if heard.endswith(final):
            heard = heard[: -len(final)] + same
            break
    whole: str = book["whole"].get(heard, heard)
    return whole


@cache
def _ends(name: str) -> dict[str, tuple[str, ...]]:
    """The words of one list of the lexicon by their last character, the longest first."""
    ends: dict[str, list[str]] = {}
    for word in sorted(load("divisions")[name], key=len, reverse=True):
        ends.setdefault(word[-1], []).append(word)
    return {last: tuple(words) for last, words in ends.items()}


def kind_of(name: str, level: str) -> str:
    """The kind of division at the end of a name of one level; empty when there is none."""
    return next((end for end in _ends(level).get(name[-1:], ()) if name.endswith(end)), "")


def _cut(name: str, level: str) -> str:
    return name[: len(name) - len(kind_of(name, level))]


def _without_people(name: str) -> str:
    while len(shorter := _cut(name, "peoples")) < len(name) and shorter:
        name = shorter
    return name


def stem(name: str, level: str) -> str:
    """A division's name as it is said: without its kind, and without the people it is named for.

    A name of one character keeps its kind ("Ning county"), for that is how it is said. Empty for a name that only
    fills a level.
    """
    plain = _cut(name, level)
    if level == "village":
        if len(plain) > 2 and plain.endswith(tuple(load("divisions")["settlement"][:2])):
            shorter = _cut(plain, level)
            plain = shorter if len(shorter) >= 2 else plain
        return plain if len(plain) >= 2 else name[: len(plain) + 1]
    if level in ("city", "county") and name in load("divisions")["placeholder"]:
        return ""
    if level != "province":
        shorter = _without_people(plain)
        plain = shorter if len(shorter) >= 2 else plain
    if len(plain) < 2:
        return name if len(name) <= 3 else plain + name[-1]
    return plain


def own_name(name: str, above: str) -> str:
    """A name without those of the divisions above, where it was registered with them.

    >>> own_name("高阳县锦华街道", "高阳县")
    '锦华街道'
    """
    place = name.find(above) if above else -1
    rest = name[place + len(above) :] if place >= 0 else name
    return rest if len(rest) > 2 else name


class Ears:
    """Characters by sound.

    Args:
        readings: the toneless syllables of each character that has any, the first one first.
    """

    def __init__(self, readings: Mapping[str, Sequence[str]]) -> None:
        self.readings = readings
        numbers: dict[str, int] = {}
        self.classes: dict[str, tuple[bytes, ...]] = {}
        shared: dict[tuple[str, ...], tuple[bytes, ...]] = {}
        for character, syllables in readings.items():
            known = tuple(syllables)
            if known not in shared:
                heard = dict.fromkeys(ear(one) for one in known)
                shared[known] = tuple(numbers.setdefault(one, len(numbers)).to_bytes(2, "little") for one in heard)
            self.classes[character] = shared[known]

    def keys(self, name: str) -> Iterator[int]:
        """The numbers a name is looked up by, one for each way to read it; none when a character has no sound."""
        ways = [self.classes.get(character) for character in name[:LONGEST]]
        if None in ways:
            return
        for count, way in enumerate(product(*ways)):  # type: ignore[arg-type]
            if count == VARIANTS:
                return
            yield zlib.crc32(b"".join(way))

    def likeness(self, said: str, meant: str) -> float:
        """How likely one character was written for another: 1 the same, 0.9 the same syllable, 0.75 to the ear, 0."""
        if said == meant:
            return 1.0
        mine, its = self.readings.get(said), self.readings.get(meant)
        if mine is None or its is None:
            return 0.0
        if any(one in its for one in mine):
            return 0.9 if mine[0] in its else 0.85
        if any(one in self.classes[meant] for one in self.classes[said]):
            return 0.75
        return 0.0
