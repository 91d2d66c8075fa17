"""Which villages of the country an address can mean, however it is typed: by sound, in any order, with levels missing.

A candidate's score is the share of the address that it explains: every character of a name counts by how likely it was
written for the one heard (`Ears.likeness`), every character left over counts nothing.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import product

import msgspec

from dialogs.places.align import align
from dialogs.places.index import Division, Divisions
from dialogs.places.sounds import LEVELS, LONGEST, kind_of
from dialogs.places.spoken import Spoken, spoken
from dialogs.understanding.lexicon import alternation, load

MOST = 5
"""Candidates given."""
BEHIND = 0.3
"""How far behind the best a candidate may score and still be given."""
FEW = 40
"""Villages of one sound that are all looked at, wherever in the country they lie."""
EACH = 8
"""Villages of one sound that are looked at in one region."""
REGIONS = 24
"""Towns and counties named that villages are looked for in; more where all fit equally."""
WAYS = 4
"""Ways to read one stretch of the text that are tried."""
LATER = 0.1
"""What is said last is meant rather than what was said first."""
ORDER = 0.05
NARROW = 4
"""Regions whose villages are all compared when none sounds right."""
WIDEST = 3000
"""Villages of a region that are all compared at most."""
NEARLY = 6
"""Villages of a region that are compared character by character."""
LEAST = 0.2
"""Value for each character of its name from which a village counts as nearly named."""
ENOUGH = 1.4
"""Characters that must be right at least: two that sound right."""
UNTOLD = 0.85
"""Characters left over from which the search goes wider."""
AGAIN = 0.5
"""Worth of a name that stands in the text for the town and, elsewhere, would stand for the village."""
CLASH = -0.5
"""Behind the name stands another kind of division than it is."""


class Candidate(msgspec.Struct, frozen=True):
    """A village an address can mean.

    Attributes:
        score: from 0 to 1, the share of the address that it explains.
        named: the levels above the village that the address names (`LEVELS`).
    """

    division: Division
    score: float
    named: frozenset[str] = frozenset()


class Hit(msgspec.Struct, frozen=True):
    """Where a name stands in the text, its kind included, and how many of its characters are right."""

    start: int
    end: int
    value: float


class _Search:
    """One look-up."""

    def __init__(self, index: Divisions, said: Spoken, span: tuple[int, int]) -> None:
        self.index = index
        self.said = said
        self.low, self.high = span
        self.upper: dict[tuple[int, int], list[Hit]] = defaultdict(list)  # (level, number) to where it is named
        self.heard: list[tuple[int, int, Sequence[int]]] = []  # start, end, village numbers
        self.hits: dict[int, list[Hit]] = defaultdict(list)  # village to where it is named
        self._kind_at: dict[int, str] = {}
        town = (index.town_of(self.low), index.town_of(self.high - 1))
        county = (index.parent(3, town[0]), index.parent(3, town[1]))
        city = (index.parent(2, county[0]), index.parent(2, county[1]))
        #: By level, the first and the last division that lies, wholly or in part, where villages are looked for.
        self._inside = ((index.parent(1, city[0]), index.parent(1, city[1])), city, county, town)
        self._scores: dict[int, float] = {}
        self._changed: set[int] = set()

    def look_up(self) -> None:
        """Finds every stretch of the text that sounds like a division."""
        classes = self.index.ears.classes
        text = self.said.text
        villages_end = self.index.bases[0]
        for run_start, run_end in self.said.runs:
            ways = [classes.get(character, ()) for character in text[run_start:run_end]]
            size = run_end - run_start
            plain = b"".join(way[0] if way else b"\xff\xff" for way in ways)
            for i in range(size - 1):
                many = len(ways[i]) != 1
                for j in range(i + 1, min(size, i + LONGEST)):
                    way = ways[j]
                    if not way:
                        break
                    many = many or len(way) > 1
                    start, end = run_start + i, run_start + j + 1
                    if many:
                        if not ways[i]:
                            break
                        keys = {
                            zlib.crc32(b"".join(one))
                            for _, one in zip(range(WAYS), product(*ways[i : j + 1]), strict=False)
                        }
                    else:
                        keys = {zlib.crc32(plain[2 * i : 2 * j + 2])}
                    for key in keys:
                        found = self.index.under_sound(key)
                        if found:
                            self._sort_in(start, end, found, villages_end)

    def _sort_in(self, start: int, end: int, found: Sequence[int], villages_end: int) -> None:
        cut = len(found)
        while cut and found[cut - 1] >= villages_end:
            cut -= 1
            level, number = self.index.upper(found[cut])
            if not self._inside[level][0] <= number <= self._inside[level][1]:
                continue
            hit = self._upper_hit(level, number, start, end)
            if hit is not None:
                self.upper[level, number].append(hit)
        if cut:
            self.heard.append((start, end, found[:cut] if cut < len(found) else found))

    def _upper_hit(self, level: int, number: int, start: int, end: int) -> Hit | None:
        said = self.said.text[start:end]
        value = max(
            (self._alike(said, one) for one in self.index.stems(level, number) if len(one) == len(said)), default=0.0
        )
        if not value:
            return None
        name = self.index.names[level][number]
        if name.endswith(said[-1]) and kind_of(said, LEVELS[level]):
            return Hit(start, end, value)  # the kind is part of the stem
        return self._with_kind(LEVELS[level], name, start, end, value)

    def _with_kind(self, level: str, name: str, start: int, end: int, value: float) -> Hit:
        kind = self._kind_at.get(end)
        if kind is None:
            match = _kinds().match(self.said.text, end)
            kind = self._kind_at[end] = match[0] if match is not None else ""
        if not kind:
            return Hit(start, end, value)
        if kind in _kinds_of(level):
            own = name.endswith(kind) or (level == "village" and kind == load("divisions")["settlement"][0])
            return Hit(start, end + len(kind), value + len(kind) * (1.0 if own else 0.6))
        if level == "village" and kind in load("divisions")["hamlet"]:
            return Hit(start, end + len(kind), value + 0.6 * len(kind))
        return Hit(start, end, value + CLASH)

    def _alike(self, said: str, meant: str) -> float:
        total = 0.0
        likeness = self.index.ears.likeness
        for mine, its in zip(said, meant, strict=True):
            if mine == its:
                total += 1
                continue
            like = likeness(mine, its)
            if not like:
                return 0.0
            total += like
        return total

    def villages(self, spans: list[tuple[int, int]], *, everywhere: bool) -> None:
        """Looks at the villages that sound like some stretch: in disjoint spans in order, or wherever they lie."""
        lows = [low for low, _ in spans]
        for start, end, found in self.heard:
            if everywhere and len(found) <= FEW:
                for number in found:
                    if self.low <= number < self.high:
                        self._village_hit(number, start, end)
            elif len(found) <= len(spans):
                for number in found:
                    place = bisect_right(lows, number) - 1
                    if place >= 0 and number < spans[place][1]:
                        self._village_hit(number, start, end)
            else:
                for low, high in spans:
                    place = bisect_left(found, low)
                    stop = min(len(found), place + EACH)
                    while place < stop and found[place] < high:
                        self._village_hit(found[place], start, end)
                        place += 1

    def _village_hit(self, number: int, start: int, end: int) -> None:
        name, said = self.index.village(number)
        if len(said) != end - start:
            return
        known = self.hits[number]
        if any(hit.start == start for hit in known):
            return
        value = self._alike(self.said.text[start:end], said)
        if value:
            known.append(self._with_kind("village", name, start, end, value))
            self._changed.add(number)

    def fuzzy(self, regions: list[tuple[float, int, int]]) -> None:
        """Looks at every village of the likeliest regions for one that is nearly named."""
        looked: list[tuple[int, int]] = []
        for _, low, high in regions[:NARROW]:
            if high - low > WIDEST or any(a <= low and high <= b for a, b in looked):
                continue
            looked.append((low, high))
            for start, end in self._rest(low):
                self._fuzzy_in(low, high, start, end)

    def _rest(self, village: int) -> list[tuple[int, int]]:
        """The stretches of the text in which no division above a village is named."""
        taken = bytearray(len(self.said.text))
        number = self.index.town_of(village)
        for place in (3, 2, 1, 0):
            for hit in self.upper.get((place, number), ()):
                taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
            if place:
                number = self.index.parent(place, number)
        rest = []
        for start, end in self.said.runs:
            place = start
            while place < end:
                if taken[place]:
                    place += 1
                    continue
                stop = taken.find(1, place, end)
                stop = end if stop < 0 else stop
                if stop - place >= 2:
                    rest.append((place, stop))
                place = stop
        return rest

    def _fuzzy_in(self, low: int, high: int, start: int, end: int) -> None:
        from rapidfuzz import fuzz, process

        index, text = self.index, self.said.text
        stretch = text[start:end]
        heard = index.heard_as(stretch)
        town = index.town_of(low)
        names: list[str] = []
        while town < index.counts[3] and index.first[3][town] < high:
            names += index.town_sounds(town)
            town += 1
        base = index.first[3][index.town_of(low)]
        likeness = index.ears.likeness
        if high - low < len(names):
            names = names[low - base : high - base]
            base = low
        for _, _, place in process.extract(heard, names, scorer=fuzz.partial_ratio, limit=NEARLY, score_cutoff=50):
            number = base + place
            name, said = index.village(number)
            value, begin, stop = align(stretch, said, likeness)
            if value >= LEAST * len(said):
                self.hits[number].append(self._with_kind("village", name, start + begin, start + stop, value))
                self._changed.add(number)

    def _same(self, one: Hit, other: Hit) -> bool:
        text = self.said.text
        return text[one.start : one.start + 2] == text[other.start : other.start + 2]

    def regions(self) -> list[tuple[float, int, int]]:
        """Value, first village and last of every division that is named, the likeliest first."""
        found = []
        for (level, number), hits in self.upper.items():
            value = max(hit.value for hit in hits)
            above, place = level, number
            while above:
                place = self.index.parent(above, place)
                above -= 1
                over = self.upper.get((above, place))
                if over:
                    value += max(hit.value for hit in over)
            low, high = self.index.villages_in(level, number)
            low, high = max(low, self.low), min(high, self.high)
            if low < high:
                found.append((value, low, high))
        found.sort(key=lambda one: (-one[0], one[2] - one[1]))
        if len(found) > REGIONS:
            least = found[REGIONS][0]
            found = [one for one in found[:200] if one[0] >= least]
        return found

    def ranked(self) -> list[tuple[float, int]]:
        """Every village named, with its value, the best first."""
        for number in self._changed:
            self._scores[number] = self.score(number)[0]
        self._changed.clear()
        return sorted(((value, number) for number, value in self._scores.items()), key=lambda one: (-one[0], one[1]))

    def score(self, village: int) -> tuple[float, frozenset[str]]:
        """The value of the best reading of the text with this village, and the levels it finds named above it."""
        index = self.index
        number = index.town_of(village)
        above = []
        for place in (3, 2, 1, 0):
            over = self.upper.get((place, number))
            if over:
                above.append((LEVELS[place], over))
            if place:
                number = index.parent(place, number)
        best, named = 0.0, frozenset[str]()
        length = len(self.said.text)
        for hit in self.hits[village]:
            spans, levels = [hit], []
            value = hit.value + LATER * hit.start / length
            for level, hits in above:
                top: tuple[float, Hit] | None = None
                for one in hits:
                    if any(one.start < other.end and other.start < one.end for other in spans):
                        continue
                    worth = one.value + (ORDER if one.end <= spans[-1].start else 0)
                    if top is None or worth > top[0]:
                        top = (worth, one)
                if top is not None and top[0] > 0:
                    value += top[0]
                    spans.append(top[1])
                    levels.append(level)
            if len(spans) > 1 and spans[1].end != hit.start and self._same(hit, spans[1]):
                value -= AGAIN * hit.value
            if value > best:
                best, named = value, frozenset(levels)
        return best, named


@cache
def _kinds() -> re.Pattern[str]:
    book = load("divisions")
    return re.compile(alternation([*(one for level in LEVELS for one in book[level]), *book["hamlet"]]))


@cache
def _kinds_of(level: str) -> frozenset[str]:
    return frozenset(load("divisions")[level])


def locate(text: str, index: Divisions, *, within: tuple[int, int] | None = None, most: int = MOST) -> list[Candidate]:
    """The villages an address can mean, best first.

    Args:
        text: the address in a person's words, the rest of her message around it at will.
        index: the country.
        within: the villages to look among, as `Divisions.within` gives them; everywhere without it.
        most: candidates at most.
    """
    said = spoken(text)
    told = said.told
    if not said.runs or not told:
        return []
    search = _Search(index, said, within or (0, index.counts[4]))
    search.look_up()
    regions = search.regions()
    if within is not None:
        regions.append((0.0, *within))
    spans = _joined(regions)
    search.villages(spans, everywhere=not regions)
    ranked = search.ranked()
    if regions and (not ranked or ranked[0][0] < told - UNTOLD):
        search.villages(spans, everywhere=True)
        ranked = search.ranked()
    if regions and (not ranked or ranked[0][0] < told - UNTOLD):
        search.fuzzy(regions)
        ranked = search.ranked()
    if not ranked:
        return []
    best = ranked[0][0]
    top = max(told, best)
    return [
        Candidate(index.division(number), round(min(1.0, max(0.0, value / top)), 4), search.score(number)[1])
        for value, number in ranked[:most]
        if value >= max(ENOUGH, best - top * BEHIND)
    ]


def _joined(regions: list[tuple[float, int, int]]) -> list[tuple[int, int]]:
    """The villages of all regions, as disjoint spans in order."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted((low, high) for _, low, high in regions):
        if joined and low < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined
