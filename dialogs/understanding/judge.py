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
def _weights() -> tuple[tuple[str, ...], tuple[float, ...], dict[str, tuple[int, ...]]]:
    """Heads, their own weight (bias), and by mark a weight for every head. A missing file is an error at first use."""
    heads: dict[str, float] = {}
    table: dict[str, tuple[int, ...]] = {}
    with FILE.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("##"):
                continue
            mark, told = line.rstrip("\n").split("\t")
            if mark == "heads":
                heads = {name: int(value) / _UNIT for name, value in (one.rsplit("=", 1) for one in told.split(" "))}
                continue
            row = [0] * len(heads)
            for one in told.split(" "):
                head, weight = one.split(":")
                row[int(head)] = int(weight)
            table[mark] = tuple(row)
    return tuple(heads), tuple(heads.values()), table


class Weighed(NamedTuple):
    """Every head and how far a message lies on its side: above 0 yes, around 1 surely, below 0 no.

    `full` by its words and the signs of the rules, `words` by its words alone.
    """

    full: Mapping[str, float]
    words: Mapping[str, float]


def weigh(bare: str, signs: Iterable[str]) -> Weighed:
    """How a message lies before every head, by its masked text (`marks.masked`) and the signs of the rules."""
    heads = _weights()[0]
    words = _by_words(bare)
    full = map(add, words, _by_signs(tuple(signs)))
    return Weighed(dict(zip(heads, full, strict=True)), dict(zip(heads, words, strict=True)))


@remembered
def _by_words(bare: str) -> tuple[float, ...]:
    _, biases, table = _weights()
    said = marks(bare)
    share = weight_of(len(said)) / _UNIT
    sums = _summed([table[mark] for mark in said if mark in table])
    return tuple(bias + total * share for bias, total in zip(biases, sums, strict=True))


@lru_cache(maxsize=MOST)
def _by_signs(signs: tuple[str, ...]) -> tuple[float, ...]:
    table = _weights()[2]
    return tuple(total * SIGN / _UNIT for total in _summed([table[sign] for sign in signs if sign in table]))


def _summed(rows: list[tuple[int, ...]]) -> list[int]:
    return list(map(sum, zip((0,) * len(_weights()[0]), *rows, strict=True)))


@cache
def _of_head(head: str) -> dict[str, int]:
    heads, _, table = _weights()
    place = heads.index(head)
    return {mark: told[place] for mark, told in table.items() if told[place]}


def leaning(view: Scene, head: str) -> tuple[int, int]:
    """The clause that speaks most for a head, as (start, end); the whole text where none does."""
    weights = _of_head(head)
    best, span = 0, (0, len(view.said))
    for start, end in view.clauses:
        clause = view.said[start:end]
        told = sum(weights.get(clause[i : i + n], 0) for n in (1, 2, 3) for i in range(len(clause) - n + 1))
        if told > best:
            best, span = told, (start, end)
    return span


def weight_of(count: int) -> float:
    """The weight of one mark among `count`: together they are of length one."""
    return 1 / math.sqrt(max(count, 4))


def reasons(marks: Iterable[str], head: str, most: int = 5) -> tuple[str, ...]:
    """The marks that spoke most for a head, for whoever asks why."""
    weights = _of_head(head)
    told = sorted(((weights.get(mark, 0), mark) for mark in marks), reverse=True)
    return tuple(mark for weight, mark in told[:most] if weight > 0)
