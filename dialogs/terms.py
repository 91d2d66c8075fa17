"""Parameters of what is said: plain text, or a thing whose plain name the edge looks up."""

from __future__ import annotations

from typing import Literal

import msgspec


class Term(msgspec.Struct, frozen=True, tag="term"):
    """A thing to be named in the reader's language.

    Attributes:
        kind: item, dept, need, hardship, relation, material, day (an ISO date), days, status, village, word …
        code: the code in the catalogue, or the value itself.
    """

    kind: str
    code: str


class Terms(msgspec.Struct, frozen=True, tag="terms"):
    """Several things of one kind, named one after the other."""

    kind: str
    codes: tuple[str, ...]


class Lines(msgspec.Struct, frozen=True, tag="lines"):
    """Several phrases: one below the other (`lines`), or one after the other (`list`, `run`)."""

    lines: tuple[Line, ...]
    by: Literal["lines", "list", "run"] = "lines"


class Line(msgspec.Struct, frozen=True, tag="line"):
    """One phrase inside a message."""

    key: str
    params: dict[str, str | int | Term | Terms | Lines | Line] = {}


Param = str | int | Term | Terms | Lines | Line
