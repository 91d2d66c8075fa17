"""A county at work on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.clock import SetClock
from backend.db import Database
from backend.verify import verify_all
from tests.desk.twin import running
from tests.journeys.people import County, Person


@pytest.fixture
def county(database: Database, clock: SetClock, tmp_path: Path) -> Iterator[County]:
    """Everybody at work on a Wednesday morning; when the journey ends, no invariant is broken."""
    with running(database.url.render_as_string(hide_password=False), tmp_path, clock) as runtime:
        yield County(runtime, clock)
        assert verify_all(runtime.database, runtime.env) == []


@pytest.fixture
def person(county: County) -> Person:
    """李秀英 of 柳沟村, whose husband came home from the hospital with debts."""
    return county.somebody("li")
