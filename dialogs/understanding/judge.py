"""A second opinion, weighed from labelled messages: what a message is for, what it tells, asks for, and its danger.

A linear judge: every mark of the text (`marks.py`) and every sign the rules found (`=code`) carries a weight for every
head (`intent:apply`, `hardship:dibao`, `need:living`, `danger`), in `weights.tsv`, one line a mark. The file is written
by `scripts/train_understanding.py` from the messages under `tests/understanding/messages`; nothing else learns.
"""

import math
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from operator import add
from pathlib import Path
from typing import NamedTuple

from dialogs.understanding.marks import marks
from dialogs.understanding.remember import MOST, remembered
from dialogs.understanding.scene import Scene

FILE = Path(__file__).parent / "weights.tsv"
SIGN = 0.5
"""What one sign of the rules weighs beside the marks of the text, which weigh 1 together."""
_UNIT = 1000  # weights are kept as whole thousandths


@cache
def _file() -> tuple[tuple[str, ...], tuple[float, ...], dict[str, str]]:
    """Heads, their own weight (bias), and by mark what the file says of it. A missing file is an error at first use."""
    told = dict(line.split("\t", 1) for line in FILE.read_text(encoding="utf-8").splitlines() if line[:2] != "##")
    heads = {name: int(value) / _UNIT for name, value in (one.rsplit("=", 1) for one in told.pop("heads").split(" "))}
    return tuple(heads), tuple(heads.values()), told


class _Rows(dict[str, tuple[int, ...]]):
    """By mark a weight for every head, nothing where it was not learnt; a line is read when its mark is first met.

    Most marks of the file are rare: reading them all at the start took three times as long as reading the file.
    """

    def __missing__(self, mark: str) -> tuple[int, ...]:
        heads, _, table = _file()
        if mark not in table:
            return ()
        weights = [0] * len(heads)
        for one in table[mark].split(" "):
            head, weight = one.split(":")
            weights[int(head)] = int(weight)
        row = self[mark] = tuple(weights)
        return row


_rows = _Rows()


class Weighed(NamedTuple):
    """Every head and how far a message lies on its side: above 0 yes, around 1 surely, below 0 no.

    `full` by its words and the signs of the rules, `words` by its words alone.
    """

    full: Mapping[str, float]
    words: Mapping[str, float]


def weigh(bare: str, signs: Iterable[str]) -> Weighed:
    """How a message lies before every head, by its masked text (`marks.masked`) and the signs of the rules."""
    heads = _file()[0]
    words = _by_words(bare)
    full = map(add, words, _by_signs(tuple(signs)))
    return Weighed(dict(zip(heads, full, strict=True)), dict(zip(heads, words, strict=True)))


@remembered
def _by_words(bare: str) -> tuple[float, ...]:
    said = marks(bare)
    share = weight_of(len(said)) / _UNIT
    return tuple(bias + total * share for bias, total in zip(_file()[1], _summed(said), strict=True))


@lru_cache(maxsize=MOST)
def _by_signs(signs: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(total * SIGN / _UNIT for total in _summed(signs))


def _summed(said: Iterable[str]) -> list[int]:
    rows = [row for row in map(_rows.__getitem__, said) if row]
    return list(map(sum, zip((0,) * len(_file()[0]), *rows, strict=True)))


def _of(mark: str, place: int) -> int:
    row = _rows[mark]
    return row[place] if row else 0


def leaning(view: Scene, head: str) -> tuple[int, int]:
    """The clause that speaks most for a head, as (start, end); the whole text where none does."""
    place = _file()[0].index(head)
    best, span = 0, (0, len(view.said))
    for start, end in view.clauses:
        clause = view.said[start:end]
        told = sum(_of(clause[i : i + n], place) for n in (1, 2, 3) for i in range(len(clause) - n + 1))
        if told > best:
            best, span = told, (start, end)
    return span


def weight_of(count: int) -> float:
    """The weight of one mark among `count`: together they are of length one."""
    return 1 / math.sqrt(max(count, 4))


def reasons(marks: Iterable[str], head: str, most: int = 5) -> tuple[str, ...]:
    """The marks that spoke most for a head, for whoever asks why."""
    place = _file()[0].index(head)
    told = sorted(((_of(mark, place), mark) for mark in marks), reverse=True)
    return tuple(mark for weight, mark in told[:most] if weight > 0)
