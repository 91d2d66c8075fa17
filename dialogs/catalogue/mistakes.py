"""What can be wrong with policy files; each message says where, what and what to do.

CatalogueMistake
├── UnknownCode     a code nobody defined
└── NotCovered      a day no value holds on
"""

from __future__ import annotations

import datetime as dt


class CatalogueMistake(ValueError):
    """A policy file cannot be used as it is."""


class UnknownCode(CatalogueMistake):
    """A code that is in no file: names the kind, the code and where to add it."""

    def __init__(self, kind: str, code: str, where: str) -> None:
        super().__init__(f"{kind} {code!r} is not in {where}; correct the code or add it there")


class NotCovered(CatalogueMistake):
    """A day no value covers: names the value, the day and the file."""

    def __init__(self, value: str, day: dt.date, file: str) -> None:
        super().__init__(f"{value} has no value on {day}: write one that holds then (`from`, `until`) in {file}")
