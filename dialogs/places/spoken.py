"""An address as it was said, made ready to be looked up: one way to write it, without what is denied."""

from __future__ import annotations

import re
from functools import cache

import msgspec

from dialogs.understanding.clean import level
from dialogs.understanding.lexicon import HAN, alternation, load

LONGEST_TEXT = 160
_RUNS = re.compile(f"[{HAN}]+")
_DIGITS = re.compile(r"\d+")


class Spoken(msgspec.Struct, frozen=True):
    """The text looked up.

    Attributes:
        text: levelled; digits that may belong to a name are written as in names.
        runs: start and end of each stretch of Chinese characters.
        extra: for each character, whether it belongs to words around an address and not to a name.
    """

    text: str
    runs: tuple[tuple[int, int], ...]
    extra: tuple[bool, ...]

    @property
    def told(self) -> int:
        """Characters that should be part of some name."""
        return sum(not self.extra[place] for start, end in self.runs for place in range(start, end))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    book = load("divisions")
    group, numerals = alternation(book["group"]), book["numerals"]
    committee = next(iter(book["committee"]))[-1]
    town, hamlet = alternation([book["settlement"][0], *book["town"]]), book["settlement"][0]
    return {
        "filler": re.compile(alternation(book["filler"])),
        "denied": re.compile(f"(?:{alternation(book['denied'])})[^，,。;；\\s]{{2,8}}(?=[，,。;；\\s]|$)"),
        # "group three", "number 17", "the group of the small hamlet": inside the village
        "group": re.compile(
            f"(?:[\\d{numerals}]+|(?<={hamlet})[{HAN}]{{1,3}}|(?<={committee})[{HAN}]{{1,3}})"
            f"(?:{group})(?![{HAN}]?(?:{town}))"
        ),
    }


def _numeral(match: re.Match[str]) -> str:
    number = int(match[0])
    if number > 99 or match[0].startswith("0"):
        return match[0]
    tens, ones = divmod(number, 10)
    digits = load("divisions")["numerals"]
    above = ("" if tens == 1 else digits[tens]) + digits[10] if tens else ""
    return above + (digits[ones] if ones or not tens else "")


def spoken(said: str) -> Spoken:
    """`said` made ready; never raises."""
    patterns = _patterns()
    text = level(said[:LONGEST_TEXT])
    text = patterns["denied"].sub(lambda match: " " * len(match[0]), text)
    text = _DIGITS.sub(_numeral, text)
    extra = [False] * len(text)
    for name in ("filler", "group"):
        for match in patterns[name].finditer(text):
            extra[match.start() : match.end()] = [True] * (match.end() - match.start())
    return Spoken(text, tuple(match.span() for match in _RUNS.finditer(text)), tuple(extra))
