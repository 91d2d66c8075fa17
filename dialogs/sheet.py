"""A table of residents that an assistant sent, as `dialogs.sheet_reading` has read it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from dialogs.state import Answer
from dialogs.terms import Line


class Row(msgspec.Struct, frozen=True):
    """A resident who can be filed for.

    Attributes:
        number: of the row, as the table counts them.
        answers: by slot, as the form for another has them.
    """

    number: int
    answers: dict[str, Answer]

    @property
    def name(self) -> str:
        return str(self.answers["name"].value)


class BadRow(msgspec.Struct, frozen=True):
    """A row that cannot be taken as it is.

    Attributes:
        who: the name in it, as far as there is one.
        why: what to mend.
    """

    number: int
    who: str
    why: Line


class Sheet(msgspec.Struct, frozen=True):
    """A table that was read.

    Attributes:
        unknown: columns nothing was taken from, by their own names.
        left_out: rows beyond `MOST_ROWS`, which were not read.
    """

    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...] = ()
    unknown: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def told(self) -> int:
        """How many rows were read."""
        return len(self.rows) + len(self.bad)


def who_is(answers: Mapping[str, Answer]) -> str:
    """What makes two forms the same person's: the number, or name and home where there is none; "" without a name."""
    number, name, place = (answers.get(slot) for slot in ("id_number", "name", "address"))
    if number is not None and number.value:
        return str(number.value)
    if name is None or not name.value:
        return ""
    return f"{name.value}\n{place.raw if place is not None else ''}"
