"""Yes or no, in the words of the street (B007, B075): an answer, and how sure one may be of it."""

import re
from functools import cache
from typing import Literal

import msgspec

from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import alternation, load

SURE = 0.95
LIKELY = 0.75
ASK = 0.5


class YesNo(msgspec.Struct, frozen=True):
    """`value` None means: neither. Below 0.7 the dialog asks "does that mean yes?" before it goes on."""

    value: Literal["yes", "no"] | None
    confidence: float


NEITHER = YesNo(None, 0.0)

_NOISE = re.compile(r"[\s,，。.!！~～…、;；:：\"'“”‘’()（）\ufe0f\U0001f3fb-\U0001f3ff-]+")


@cache
def _books() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    data = load("yes_no")

    def bare(words: list[str]) -> frozenset[str]:
        return frozenset(_NOISE.sub("", fold(word)) for word in words)

    return bare(data["yes"]), bare(data["no"]), bare(data["yes_signs"]), bare(data["no_signs"])


@cache
def _edges() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = load("yes_no")
    polite = alternation(fold(word) for word in data["polite"])
    return (
        re.compile(f"^(?:{polite})+"),
        re.compile(f"(?:{polite})+$"),
        re.compile(alternation(fold(word) for word in data["yes_starts"])),
        re.compile(alternation(fold(word) for word in data["no_starts"])),
    )


def read_yes_no(text: str) -> YesNo:
    """Yes, no or neither, with a confidence from 0 to 1. Long texts are neither: they have more to say."""
    if len(text) > 60:
        return NEITHER
    said = fold(text)
    bare = _NOISE.sub("", said)
    if not bare:
        return NEITHER
    yes, no, yes_signs, no_signs = _books()
    if bare in yes:
        return YesNo("yes", SURE)
    if bare in no:
        return YesNo("no", SURE)
    signs = set(bare)
    if bare in yes_signs or (signs <= yes_signs):
        return YesNo("yes", ASK)
    if bare in no_signs or (signs <= no_signs):
        return YesNo("no", ASK)
    head, tail, yes_starts, no_starts = _edges()
    core = "".join(character for character in bare if character not in yes_signs)
    for _ in range(2):
        core = tail.sub("", head.sub("", core)) or core
        if core in yes:
            return YesNo("yes", LIKELY)
        if core in no:
            return YesNo("no", LIKELY)
    if len(core) > 2 and core == core[0] * len(core):
        # one character repeated in a row
        return read_yes_no(core[0])
    if len(bare) <= 14:
        if no_starts.match(said):
            return YesNo("no", ASK)
        if yes_starts.match(said):
            return YesNo("yes", ASK)
    return NEITHER
