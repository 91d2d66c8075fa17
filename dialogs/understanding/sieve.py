"""Which of many patterns can match a text at all, told by the letters they cannot do without.

A lexicon of danger holds many hundred patterns, and nearly every message lacks the letters of nearly all of them. A
sieve reads the patterns once, notes for each up to two sets of letters of which a match holds at least one, and names
the few that are worth a search; the others are not tried. It never leaves out a pattern that would match.
"""

from collections.abc import Iterator, Sequence

from dialogs.understanding.lexicon import expand

_Sets = list[frozenset[str]]
"""Sets of letters: whatever matches holds one letter of each."""
_SETS = 2


class Sieve:
    """Patterns by place, in the syntax of `re` the lexicons use, `@name@` fragments included."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._always = [0] * _SETS
        self._by_letter: list[dict[str, int]] = [{} for _ in range(_SETS)]
        for place, pattern in enumerate(patterns):
            for rank, letters in enumerate(_ranked(needed(pattern))):
                if letters is None:
                    self._always[rank] |= 1 << place
                    continue
                for letter in letters:
                    self._by_letter[rank][letter] = self._by_letter[rank].get(letter, 0) | 1 << place

    def left(self, text: str) -> Iterator[int]:
        """The places of the patterns that may match a text, in their order."""
        letters = set(text)
        kept = -1
        for always, by_letter in zip(self._always, self._by_letter, strict=True):
            found = always
            for letter in letters:
                found |= by_letter.get(letter, 0)
            kept &= found
        while kept:
            lowest = kept & -kept
            yield lowest.bit_length() - 1
            kept ^= lowest


def _ranked(sets: _Sets) -> list[frozenset[str] | None]:
    """The smallest sets first, `None` where there are no more."""
    best: list[frozenset[str] | None] = list(
        sorted(dict.fromkeys(sets), key=lambda one: (len(one), sorted(one)))[:_SETS]
    )
    return best + [None] * (_SETS - len(best))


def needed(pattern: str) -> _Sets:
    """Sets of letters a match of a pattern holds at least one of each; empty where nothing is certain."""
    sets, end = _either(expand(pattern), 0)
    if end != len(expand(pattern)):
        raise ValueError(f"a bracket too many in the pattern {pattern!r}")
    return sets


def alternatives(pattern: str) -> list[str]:
    """The parts of a pattern between its outermost `|`."""
    parts, depth, start, place = [], 0, 0, 0
    while place < len(pattern):
        letter = pattern[place]
        if letter == "\\":
            place += 1
        elif letter == "[":
            place = _class_end(pattern, place) - 1
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "|" and depth == 0:
            parts.append(pattern[start:place])
            start = place + 1
        place += 1
    return [*parts, pattern[start:]]


def _either(source: str, place: int) -> tuple[_Sets, int]:
    """What the alternatives from a place on have in common, and where they end."""
    branches: list[_Sets] = []
    while True:
        sets, place = _row(source, place)
        branches.append(sets)
        if place >= len(source) or source[place] != "|":
            break
        place += 1
    if len(branches) == 1:
        return branches[0], place
    if not all(branches):
        return [], place
    return [frozenset().union(*(min(sets, key=len) for sets in branches))], place


def _row(source: str, place: int) -> tuple[_Sets, int]:
    """What the atoms of one alternative need, one after the other."""
    sets: _Sets = []
    while place < len(source) and source[place] not in "|)":
        atom, place = _atom(source, place)
        least, place = _least(source, place)
        if least:
            sets += atom
    return sets, place


def _atom(source: str, place: int) -> tuple[_Sets, int]:
    letter = source[place]
    if letter == "(":
        looks = source.startswith(("(?=", "(?!", "(?<=", "(?<!"), place)
        start = place + 1
        if source.startswith("(?", place):
            start = place + (4 if source.startswith("(?<", place) else 3)
        sets, end = _either(source, start)
        return ([] if looks else sets), end + 1
    if letter == "[":
        end = _class_end(source, place)
        inside = source[place + 1 : end - 1]
        plain = inside and inside[0] != "^" and "\\" not in inside and "-" not in inside
        return ([frozenset(inside)] if plain else []), end
    if letter == "\\":
        code = source[place + 1]
        if code == "u":
            return [frozenset(chr(int(source[place + 2 : place + 6], 16)))], place + 6
        return ([] if code.isalnum() else [frozenset(code)]), place + 2
    return ([] if letter in ".^$" else [frozenset(letter)]), place + 1


def _least(source: str, place: int) -> tuple[int, int]:
    """How often at least an atom comes, by the quantifier behind it, and where that ends."""
    if place >= len(source) or source[place] not in "?*+{":
        return 1, place
    least, end = (1 if source[place] == "+" else 0), place + 1
    if source[place] == "{":
        end = source.index("}", place) + 1
        least = int(source[place + 1 : end - 1].split(",")[0] or 0)
    return least, end + (source[end : end + 1] in ("?", "+"))


def _class_end(source: str, place: int) -> int:
    """Behind the class that begins at a place."""
    end = place + 1 + source.startswith("^", place + 1)
    end += source.startswith("]", end)
    while source[end] != "]":
        end += 2 if source[end] == "\\" else 1
    return end + 1
