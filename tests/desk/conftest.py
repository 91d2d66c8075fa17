"""A desk on a fresh database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.clock import SetClock
from backend.db import Database
from tests.desk.twin import Twin, running


@pytest.fixture
def twin(database: Database, clock: SetClock, tmp_path: Path) -> Iterator[Twin]:
    """The county's desk on the morning of a Wednesday."""
    with running(database.url.render_as_string(hide_password=False), tmp_path, clock) as runtime:
        yield Twin(runtime)
