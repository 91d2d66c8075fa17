"""`yimen bench locate`: finding any village of the country from addresses with wrong characters of the right sound."""

from __future__ import annotations

import random
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from bot.bench.place import report, shown
from dialogs.places.index import Divisions, the_index
from dialogs.places.locate import locate
from dialogs.places.sounds import LEVELS, ear, kind_of
from dialogs.understanding.lexicon import load

ASKED: Final = 3000
SEED: Final = 20261121
MISHEARD: Final = 0.2  # of the wrong characters: not the same syllable, only alike to the ear
TWICE: Final = 0.3  # of the addresses have two wrong characters


class Mistyped(msgspec.Struct, frozen=True):
    """An address with wrong characters, the village it is of, and the county's code."""

    text: str
    village: int
    county: str


class Typist:
    """Writes addresses as they come out of a keyboard that goes by sound: the wrong character of the right syllable."""

    def __init__(self, index: Divisions, seed: int = SEED) -> None:
        self.index = index
        self.dice = random.Random(seed)  # noqa: S311 - a sample, no secret
        seen: dict[str, int] = defaultdict(int)
        for name in index.names[3]:
            for character in name:
                seen[character] += 1
        self._alike: dict[str, list[str]] = defaultdict(list)
        self._near: dict[str, list[str]] = defaultdict(list)
        for character, count in seen.items():
            syllables = index.ears.readings.get(character)
            if syllables and count >= 10:  # the common ones, which a keyboard offers first
                self._alike[syllables[0]].append(character)
                self._near[ear(syllables[0])].append(character)

    def addresses(self, count: int, *, county_said: bool) -> Iterator[Mistyped]:
        """So many, of villages drawn from the whole country; the town is left out of every fourth."""
        while count:
            number = self.dice.randrange(self.index.counts[4])
            _, said = self.index.village(number)
            town = self.index.town_of(number)
            county = self.index.parent(3, town)
            if len(said) < 2 or not self.index.stems(2, county):
                continue
            parts = [said + self.dice.choice(("", load("divisions")["settlement"][0]))]
            if self.dice.random() < 0.75:
                parts.insert(0, self._upper(3, town))
            if county_said:
                parts.insert(0, self._upper(2, county))
            wrong = self._slip("".join(parts))
            if wrong is None:
                continue
            count -= 1
            yield Mistyped(wrong, number, f"{self.index.codes[2][county]:06d}")

    def _upper(self, level: int, number: int) -> str:
        said = self.index.stems(level, number)[0]
        kind = kind_of(self.index.names[level][number], LEVELS[level])
        return said + (kind if not said.endswith(kind) and self.dice.random() < 0.5 else "")

    def _slip(self, text: str) -> str | None:
        for _ in range(1 + (self.dice.random() < TWICE)):
            place = self.dice.randrange(len(text))
            syllables = self.index.ears.readings.get(text[place])
            if not syllables:
                return None
            misheard = self.dice.random() < MISHEARD
            others = self._near[ear(syllables[0])] if misheard else self._alike[syllables[0]]
            others = [one for one in others if one != text[place]]
            if not others:
                return None
            text = text[:place] + self.dice.choice(others) + text[place + 1 :]
        return text


def run(asked: int = ASKED) -> None:
    """Measure and print; the last line on standard output is JSON."""
    begun = time.perf_counter()
    index = the_index()
    loaded = time.perf_counter() - begun
    typist = Typist(index)
    figures: dict[str, Any] = {
        "villages": index.counts[4],
        "asked": asked,
        "load_s": round(loaded, 2),
    }
    locate(index.names[0][0], index)  # the first look-up imports what the others use
    for name, county_said in (("country", True), ("county", False)):
        figures[name] = _measured(index, list(typist.addresses(asked, county_said=county_said)), within=not county_said)
    figures["memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    report(figures)


def _measured(index: Divisions, addresses: list[Mistyped], *, within: bool) -> dict[str, float]:
    first = among = 0
    took: list[float] = []
    worked: list[float] = []
    with shown("looking up", len(addresses)) as tick:
        for one in addresses:
            begun, busy = time.perf_counter(), time.process_time()
            span = index.within(one.county) if within else None
            found = locate(one.text, index, within=span)
            took.append(time.perf_counter() - begun)
            worked.append(time.process_time() - busy)
            tick()
            code = index.division(one.village).code
            first += bool(found) and found[0].division.code == code
            among += any(candidate.division.code == code for candidate in found)
    took.sort()
    worked.sort()
    count = len(addresses)
    return {
        "first": round(first / count, 4),
        "first_5": round(among / count, 4),
        "mean_ms": round(sum(took) / count * 1000, 3),
        "p95_ms": round(took[int(0.95 * count)] * 1000, 3),
        "p99_ms": round(took[int(0.99 * count)] * 1000, 3),
        "max_ms": round(took[-1] * 1000, 3),
        # without waiting for others on a shared machine
        "cpu_mean_ms": round(sum(worked) / count * 1000, 3),
        "cpu_p99_ms": round(worked[int(0.99 * count)] * 1000, 3),
    }
