"""Lines of text on a photograph, set upright: which stands to the right of which, however the telephone was held.

A recogniser gives each line as text and four corners. The text is right whichever way the picture is turned, the
corners are those of the picture. Here they are turned so that reading goes from left to right, a row at a time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

Corner = tuple[float, float]


class TextLine(msgspec.Struct, frozen=True, array_like=True):
    """One line as it was recognised.

    Attributes:
        corners: four (x, y) in pixels, y downwards, in order around the line.
        score: the recogniser's own confidence, 0 to 1.
    """

    text: str
    score: float
    corners: tuple[Corner, Corner, Corner, Corner]


class Placed(msgspec.Struct, frozen=True):
    """A line set upright: left, right, middle of the height, height."""

    text: str
    score: float
    left: float
    right: float
    middle: float
    height: float


def upright(lines: Sequence[TextLine]) -> list[list[Placed]]:
    """The lines as they stand when the paper is upright, twice: the paper may as well be upside down.

    A line is longer than high, so its direction is that of its long side; which end it begins at, nobody can tell from
    its corners alone.
    """
    if not lines:
        return []
    angle = _angle(lines)
    return [[_placed(line, turn) for line in lines] for turn in (angle, angle + math.pi)]


def _sides(line: TextLine) -> tuple[Corner, Corner]:
    """The longer and the shorter side, as vectors."""
    a, b, c, _ = line.corners
    first, second = (b[0] - a[0], b[1] - a[1]), (c[0] - b[0], c[1] - b[1])
    return (first, second) if math.hypot(*first) >= math.hypot(*second) else (second, first)


def _angle(lines: Sequence[TextLine]) -> float:
    """The direction most text runs in, within half a turn: the mean of the long sides, weighed by their length."""
    across = down = 0.0
    for line in lines:
        long, short = _sides(line)
        length = math.hypot(*long)
        if len(line.text) < 2 or length < 1.5 * math.hypot(*short):
            continue  # a single character has no direction
        twice = 2 * math.atan2(long[1], long[0])  # a line and the same line backwards are one direction
        across += length * math.cos(twice)
        down += length * math.sin(twice)
    return math.atan2(down, across) / 2


def _placed(line: TextLine, angle: float) -> Placed:
    turn_x, turn_y = math.cos(-angle), math.sin(-angle)
    turned = [(x * turn_x - y * turn_y, x * turn_y + y * turn_x) for x, y in line.corners]
    across, down = [x for x, _ in turned], [y for _, y in turned]
    return Placed(line.text, line.score, min(across), max(across), sum(down) / 4, max(down) - min(down))


def row_of(found: Placed, others: Sequence[Placed]) -> list[Placed]:
    """What stands to the right of a line on the same row, the nearest first."""
    same = [
        one
        for one in others
        if one is not found
        and abs(one.middle - found.middle) < 0.6 * max(one.height, found.height)
        and (one.left + one.right) / 2 > found.right
    ]
    return sorted(same, key=lambda one: one.left)
