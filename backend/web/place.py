"""Where a row stands in a list: a page begins after the last row of the one before, however long the list is."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

#: Stands for "no clock runs": after everything that has one.
NO_CLOCK: Final = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICRO: Final = dt.timedelta(microseconds=1)


class Place(NamedTuple):
    """An instant and an id; together they are the order of a list. As text it stands in the address of a page."""

    due: dt.datetime
    id: str

    def __str__(self) -> str:
        return f"{(self.due - _EPOCH) // _MICRO}.{self.id}"

    @staticmethod
    def read(text: str) -> Place | None:
        """The place in an address, or None when there is none: then the list begins from its start."""
        micros, _, row_id = text.partition(".")
        numeric = micros.isascii() and micros.isdecimal() and len(micros) <= 18
        if not numeric or not row_id.isascii() or len(row_id) > 40:
            return None
        due = _EPOCH + int(micros) * _MICRO if int(micros) <= (NO_CLOCK - _EPOCH) // _MICRO else NO_CLOCK
        return Place(due, row_id)
