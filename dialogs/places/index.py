"""The index file: every division of the country in flat arrays, a few megabytes packed and twenty unpacked.

Packed it is one xz stream: a line of JSON (`Header`), then the sections it names. Unpacked nothing is one Python
object per village: names stand in one text per town, and a name's sound leads through sorted arrays to village numbers.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import lzma
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from threading import Lock

import msgspec

from dialogs.places.sounds import LEVELS, Ears, own_name, stem
from dialogs.understanding.lexicon import load

FILE = Path(__file__).parent / "divisions.xz"
FORMAT = 1


class IndexUnusable(Exception):
    """The index of divisions is absent, damaged or of another make; the text says which and what to do."""


class Header(msgspec.Struct, frozen=True):
    """What the index file says of itself.

    Attributes:
        generated: that it is, and by which command.
        source, version, licence, integrity: the package it was made from, and the digest of its archive.
        rules: digest of the rules of sound and of stems it was made with (`rules_digest`).
        digest: sha256 of all sections.
        counts: divisions of each level, from province to village.
        sections: name and length in bytes, in order.
    """

    format: int
    generated: str
    source: str
    version: str
    licence: str
    integrity: str
    rules: str
    digest: str
    counts: tuple[int, ...]
    sections: tuple[tuple[str, int], ...]


class Division(msgspec.Struct, frozen=True):
    """A village with its code (12 digits) and its names from province to village."""

    code: str
    path: tuple[str, ...]


def rules_digest() -> str:
    """Digest of the rules that made the keys: an index made with other rules would be searched in vain."""
    book = load("divisions")
    kept = (*LEVELS, "settlement", "placeholder", "peoples", "readings", "ear", "aliases")
    return hashlib.sha256(json.dumps([book[name] for name in kept], ensure_ascii=False).encode()).hexdigest()[:16]


def planes(values: array[int], width: int) -> bytes:
    """Numbers as byte planes, lowest bytes first: what packs well."""
    raw = array("I", values).tobytes()
    return b"".join(raw[place::4] for place in range(width))


def unplaned(data: memoryview, width: int) -> array[int]:
    """The numbers of `planes`."""
    count = len(data) // width
    raw = bytearray(count * 4)
    for place in range(width):
        raw[place::4] = data[place * count : (place + 1) * count]
    numbers = array("I")
    numbers.frombytes(raw)
    return numbers


class Divisions:
    """The country's divisions. Villages are numbered in the order of their codes; so are the divisions of each level.

    Attributes:
        ears: how characters sound.
        names, codes: of the four levels above the village, by level.
        first: by level, the first number of the level below that belongs to each, and one past the last.
    """

    def __init__(self, header: Header, sections: dict[str, memoryview]) -> None:
        self.header = header
        self.counts = header.counts
        self.names = [str(sections[f"{level}_names"], "utf-8").split("\n") for level in LEVELS[:4]]
        self.codes = [unplaned(sections[f"{level}_codes"], 4) for level in LEVELS[:4]]
        self.first = [array("I", accumulate(unplaned(sections[f"{level}_first"], 2))) for level in LEVELS[:4]]
        self._over = [array("I")] + [
            array("I", (n for n, (low, high) in enumerate(itertools.pairwise(below)) for _ in range(high - low)))
            for below in self.first[:3]
        ]
        readings: dict[str, tuple[str, ...]] = {}
        for line in str(sections["readings"], "utf-8").split("\n"):
            syllable, _, characters = line.partition(" ")
            readings.update(dict.fromkeys(characters, (syllable,)))
        readings.update((character, tuple(syllables)) for character, syllables in load("divisions")["readings"].items())
        self.ears = Ears(readings)
        self._villages = bytes(sections["village_names"])
        self._chunks = array("I", accumulate(unplaned(sections["village_chunks"], 3)))
        self._stem_starts, self._stem_ends = bytes(sections["stem_starts"]), bytes(sections["stem_ends"])
        self._suffixes = unplaned(sections["village_codes"], 2)
        self._hashes = array("I", accumulate(unplaned(sections["hashes"], 4)))
        self._starts = array("I", accumulate(unplaned(sections["key_counts"], 2)))
        self._postings = unplaned(sections["postings"], 3)
        #: The number from which postings mean towns, counties, cities and provinces.
        self.bases = (
            self.counts[4],
            self.counts[4] + self.counts[3],
            sum(self.counts[2:]),
            sum(self.counts[1:]),
        )
        self._upper_stems: dict[tuple[int, int], tuple[str, ...]] = {}
        self.town_villages = lru_cache(2048)(self._town_villages)
        self.town_sounds = lru_cache(512)(self._town_sounds)

    def under_sound(self, key: int) -> Sequence[int]:
        """The numbers of divisions whose stem sounds so: villages first, then towns and up (`bases`)."""
        place = bisect_left(self._hashes, key)
        if place == len(self._hashes) or self._hashes[place] != key:
            return ()
        return self._postings[self._starts[place] : self._starts[place + 1]]

    def upper(self, number: int) -> tuple[int, int]:
        """Level (0 province … 3 town) and number there of a posting that is no village."""
        place = bisect_right(self.bases, number) - 1
        return 3 - place, number - self.bases[place]

    def _town_villages(self, town: int) -> list[str]:
        """The names of a town's villages in order."""
        return str(self._villages[self._chunks[town] : self._chunks[town + 1]], "utf-16-le").split("\n")

    def heard_as(self, text: str) -> str:
        """A text with one letter for each sound, to compare by ear."""
        classes = self.ears.classes
        return "".join(
            chr(0xE000 + int.from_bytes(way[0], "little")) if (way := classes.get(one)) else one for one in text
        )

    def _town_sounds(self, town: int) -> list[str]:
        low, high = self.first[3][town : town + 2]
        return [self.heard_as(self.village(number)[1]) for number in range(low, high)]

    def village(self, number: int) -> tuple[str, str]:
        """Name and stem of one village."""
        town = self.town_of(number)
        name = self.town_villages(town)[number - self.first[3][town]]
        return name, name[self._stem_starts[number] : self._stem_ends[number]]

    def town_of(self, village: int) -> int:
        """The town of a village."""
        return bisect_right(self.first[3], village) - 1

    def parent(self, level: int, number: int) -> int:
        """The number of the division above one of `level` (1 city … 3 town)."""
        return self._over[level][number]

    def stems(self, level: int, number: int) -> tuple[str, ...]:
        """What people say for a division above the village: the stem of its name, and short names."""
        known = self._upper_stems.get((level, number))
        if known is None:
            over = self.names[level - 1][self.parent(level, number)] if level else ""
            said = stem(own_name(self.names[level][number], over), LEVELS[level])
            aliases = load("divisions")["aliases"].get(str(self.codes[level][number]), ())
            known = self._upper_stems[level, number] = tuple(dict.fromkeys(one for one in (said, *aliases) if one))
        return known

    def villages_in(self, level: int, number: int) -> tuple[int, int]:
        """The villages of a division: the first one and one past the last."""
        low, high = number, number + 1
        for below in range(level, 4):
            low, high = self.first[below][low], self.first[below][high]
        return low, high

    def division(self, village: int) -> Division:
        """Code and path of a village."""
        town = self.town_of(village)
        path = [self.names[3][town], self.village(village)[0]]
        above = town
        for level in (3, 2, 1):
            above = self.parent(level, above)
            path.insert(0, self.names[level - 1][above])
        return Division(f"{self.codes[3][town]:09d}{self._suffixes[village]:03d}", tuple(path))

    def within(self, code: str) -> tuple[int, int] | None:
        """The villages of the division with a code of 2, 4, 6, 9 or 12 digits (zeros behind may stay); None: no such.

        A full code ends in zeros where it means a division above the village.
        """
        plain = code
        if len(plain) in (6, 12):
            for width in (2, 4, 6, 9):
                if len(plain) > width and not plain[width:].strip("0"):
                    plain = plain[:width]
                    break
        width = len(plain)
        if not plain.isdecimal() or width not in (2, 4, 6, 9, 12):
            return None
        if width == 12:
            inside = self.within(plain[:9])
            if inside is None:
                return None
            place = bisect_left(self._suffixes, int(plain[9:]), *inside)
            return (place, place + 1) if place < inside[1] and self._suffixes[place] == int(plain[9:]) else None
        level = (2, 4, 6, 9).index(width)
        place = bisect_left(self.codes[level], int(plain))
        if place == len(self.codes[level]) or self.codes[level][place] != int(plain):
            return None
        return self.villages_in(level, place)


def read_index(path: Path = FILE) -> Divisions:
    """The index, unpacked (some 0.5 s and 30 MB).

    Raises:
        IndexUnusable: it is not there, or not whole, or was made with other rules than this program's.
    """
    mend = "make it anew with `make places`; until then only the places of the county file are known"
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise IndexUnusable(f"the index of divisions {path.name} cannot be read ({error.strerror}): {mend}") from None
    try:
        whole = lzma.decompress(packed)
        begin = whole.index(b"\n") + 1
        header, body = msgspec.json.decode(whole[:begin], type=Header), memoryview(whole)[begin:]
        if header.format != FORMAT or hashlib.sha256(body).hexdigest() != header.digest:
            raise IndexUnusable(f"the index of divisions {path.name} is not whole or of another make: {mend}")
        if header.rules != rules_digest():
            raise IndexUnusable(f"the index of divisions {path.name} was made with other rules of sound: {mend}")
        sections, start = {}, 0
        for name, length in header.sections:
            sections[name] = body[start : start + length]
            start += length
        return Divisions(header, sections)
    except (lzma.LZMAError, EOFError, msgspec.DecodeError, LookupError, ValueError) as error:
        raise IndexUnusable(
            f"the index of divisions {path.name} is damaged ({type(error).__name__}): {mend}"
        ) from error


_unpacking = Lock()


def the_index() -> Divisions:
    """The index this program comes with, unpacked once, at first use.

    Raises:
        IndexUnusable: as `read_index`; said again each time, without looking at the file again.
    """
    with _unpacking:
        found = _once()
    if isinstance(found, IndexUnusable):
        raise found
    return found


@cache
def _once() -> Divisions | IndexUnusable:
    try:
        return read_index()
    except IndexUnusable as problem:
        return problem
