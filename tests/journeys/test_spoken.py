"""Whole conversations in words: each reads as it is written in `tests/transcripts/spoken`, told by the real service.

When words change, `make transcripts` writes the files anew; the difference is there to be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.clock import SetClock
from backend.verify import verify_all
from tests.builders import MORNING
from tests.desk.twin import running
from tests.journeys.people import County
from tests.journeys.spoken import Play

FOLDER = Path(__file__).parents[1] / "transcripts" / "spoken"


@pytest.fixture
def here(tmp_path: Path, sqlite_template: Path) -> Iterator[County]:
    """A county on SQLite alone: what is said does not depend on the database."""
    database = tmp_path / "yimen.db"
    database.write_bytes(sqlite_template.read_bytes())
    clock = SetClock(MORNING)
    with running(f"sqlite:///{database}", tmp_path, clock) as runtime:
        yield County(runtime, clock)
        assert verify_all(runtime.database, runtime.env) == []


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.txt")), ids=lambda file: file.stem)
def test_it_reads_as_it_was_written(here: County, file: Path, request: pytest.FixtureRequest) -> None:
    written = file.read_text(encoding="utf-8")
    told = "\n".join(Play(here).lines(written.splitlines())).strip() + "\n"
    if request.config.getoption("--write-transcripts"):
        file.write_text(told, encoding="utf-8")
    else:
        assert told == written, "read the difference; `make transcripts` writes it anew"
