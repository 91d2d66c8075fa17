"""Lines that the real engine read on synthetic photographs (`capture.py`), and a reader that answers with them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import msgspec

from dialogs.papers.layout import TextLine
from dialogs.papers.reading import read_paper
from dialogs.papers.seen import Seen

_FILE = Path(__file__).with_name("captured.json")


class Captured(msgspec.Struct, frozen=True):
    """A photograph: whose paper it is, and what was read on it."""

    name: str
    number: str
    lines: tuple[TextLine, ...]


def captured() -> dict[str, Captured]:
    """Every captured photograph by its name."""
    return {
        name: Captured(one["name"], one["number"], msgspec.convert(one["lines"], tuple[TextLine, ...]))
        for name, one in json.loads(_FILE.read_text(encoding="utf-8")).items()
    }


def with_text(one: Captured, **new: str) -> Captured:
    """The same photograph with another name or number printed on it."""
    lines = tuple(
        msgspec.structs.replace(
            line,
            text=line.text.replace(one.number, new.get("number", one.number)).replace(
                one.name, new.get("name", one.name)
            ),
        )
        for line in one.lines
    )
    return Captured(new.get("name", one.name), new.get("number", one.number), lines)


class Twin:
    """A reader whose engine has read these lines already, or has this trouble.

    Attributes:
        read_so_far: how many photographs it was given.
    """

    def __init__(self, *answers: Captured | Seen) -> None:
        self._answers = list(answers)
        self.read_so_far = 0

    async def read(self, data: bytes, today: dt.date) -> Seen:
        self.read_so_far += 1
        answer = self._answers.pop(0)
        return answer if isinstance(answer, Seen) else Seen(read_paper(answer.lines, today))

    async def close(self) -> None:
        return None
