"""Short ways to ask a pack: what a document says, and on which day a clock runs out in a county that follows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import msgspec

from backend.deadlines.service import due_of
from backend.env import Env
from dialogs.catalogue import County, load_county
from dialogs.catalogue.packs import load_pack
from tests.builders import env as env_at

#: The Tuesday before National Day 2026: the first to the seventh of October rest, so two working days are nine days.
BEFORE_NATIONAL_DAY = "2026-09-29 周二"


class At:
    """A clock that stands at 10:00 in China on a day."""

    def __init__(self, day: str) -> None:
        date = dt.date.fromisoformat(day.split()[0])
        assert day.split()[1] == "周" + "一二三四五六日"[date.weekday()]
        self.at = dt.datetime.combine(date, dt.time(10), dt.timezone(dt.timedelta(hours=8))).astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        return self.at


def county_of(pack: str) -> County:
    """The sample county under another document: one word in its file."""
    return msgspec.structs.replace(load_county("yunshan"), pack=pack)


def env_of(pack: str, day: str) -> Env:
    return replace(env_at(At(day), Path("unused")), county=county_of(pack))


def due(pack: str, clock: str, day: str = BEFORE_NATIONAL_DAY) -> str:
    """The day on which a clock that starts on `day` at 10:00 runs out in a county under this pack."""
    env = env_of(pack, day)
    return due_of(env, clock, env.now).day.isoformat()


def says(pack: str, key: str, day: str = "2026-09-29") -> tuple[object, str, str]:
    """Value, clause and confidence of a key on a day."""
    document = load_pack(pack)
    row = document.value(key, dt.date.fromisoformat(day))
    assert row is not None, f"{pack} is silent about {key}"
    return row.value, document.clause(row), row.confidence
