"""Reads what comes for something she was asked for: which of the papers it is, or that she has none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import cache

from dialogs.understanding.clean import fold
from dialogs.understanding.lexicon import alternation, load

#: Characters of a name that must be heard where several papers could be meant.
ENOUGH = 3


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(alternation(fold(word) for word in load("supplement")[name]))


def named(text: str, wanted: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The papers a message calls by name, of those that are wanted.

    Args:
        wanted: code to the names a paper goes by.
    """
    said = fold(text)
    heard = {code: max((_common(said, part) for name in names for part in _parts(name)), default=(0, False))
             for code, names in wanted.items()}  # fmt: skip
    sure = tuple(code for code, (length, whole) in heard.items() if whole or length >= ENOUGH)
    if sure:
        return sure
    near = tuple(code for code, (length, _) in heard.items() if length == ENOUGH - 1)
    return near if len(near) == 1 else ()


def has_none(text: str) -> bool:
    """Whether she says that she does not have it; not when she means to bring it later."""
    said = fold(text)
    return _pattern("not_there").search(said) is not None and _pattern("later").search(said) is None


def has_read(text: str) -> bool:
    """Whether the whole message says that she has read and understood what she was told."""
    said = re.sub(r"[\s,，。.!！~～]+", "", fold(text))
    return said in {fold(word) for word in load("supplement")["known"]}


def _parts(name: str) -> list[str]:
    parts = _pattern("split").split(fold(name))
    return [part for part in (*parts, fold(name)) if len(part) >= ENOUGH - 1]


def _common(said: str, part: str) -> tuple[int, bool]:
    """How much of a name is said in one piece, and whether all of it is."""
    found = SequenceMatcher(None, said, part, autojunk=False).find_longest_match().size
    return found, found == len(part)
