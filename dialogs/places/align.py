"""A name neither written nor sounding as it should: where in a text it fits best, a character missing or wrong."""

from __future__ import annotations

from collections.abc import Callable

#: A character that fits nothing stands in the name's place; one too many; one missing.
WRONG, EXTRA, MISSING = 0.5, 0.5, 0.6


def align(said: str, name: str, likeness: Callable[[str, str], float]) -> tuple[float, int, int]:
    """Where a name fits best into a text, as (value, start, end): its characters that are right less what is wrong.

    The whole name is laid over some stretch of the text (semi-global alignment).
    """
    width = len(said)
    # row by row through the name: the value of its beginning laid over a stretch that ends before each place
    values = [0.0] * (width + 1)
    starts = list(range(width + 1))
    for character in name:
        row, begins = [values[0] - MISSING], [starts[0]]
        for place in range(1, width + 1):
            like = likeness(said[place - 1], character)
            best, begin = values[place - 1] + (like or -WRONG), starts[place - 1]
            if values[place] - MISSING > best:
                best, begin = values[place] - MISSING, starts[place]
            if row[-1] - EXTRA > best:
                best, begin = row[-1] - EXTRA, begins[-1]
            row.append(best)
            begins.append(begin)
        values, starts = row, begins
    end = max(range(width + 1), key=values.__getitem__)
    return values[end], starts[end], end
