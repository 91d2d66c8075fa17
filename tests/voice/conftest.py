"""A county at work that has a speech server, and one that has none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.clock import SetClock
from backend.db import Database
from backend.verify import verify_all
from bot.listening import Listening
from bot.speech import SpeechServer
from tests.desk.twin import running
from tests.journeys.people import County
from tests.voice.platform import Platform, platform


class Listener:
    """The process that asks the speech server."""

    def __init__(self, county: County, seconds: float = 5.0) -> None:
        self._county = county
        self._seconds = seconds

    def listens(self) -> int:
        """Once to everything that is due; how many that was."""

        async def once() -> int:
            server = SpeechServer(self._county.runtime.settings, self._seconds)
            try:
                return await Listening(self._county.runtime, server).drain()
            finally:
                await server.close()

        return asyncio.run(once())

    def in_a_hurry(self) -> Listener:
        """The same with no patience."""
        return Listener(self._county, 0.3)


@pytest.fixture
def server() -> Iterator[Platform]:
    """The platform."""
    with platform() as twin:
        yield twin


@pytest.fixture
def county(database: Database, clock: SetClock, tmp_path: Path, server: Platform) -> Iterator[County]:
    """Everybody at work on a Wednesday morning, with a speech server; when it ends, no invariant is broken."""
    url = database.url.render_as_string(hide_password=False)
    with running(url, tmp_path, clock, speech_url=server.url, speech_key="geheim") as runtime:
        yield County(runtime, clock)
        assert verify_all(runtime.database, runtime.env) == []


@pytest.fixture
def deaf(database: Database, clock: SetClock, tmp_path: Path) -> Iterator[County]:
    """The same without one."""
    with running(database.url.render_as_string(hide_password=False), tmp_path, clock) as runtime:
        yield County(runtime, clock)
        assert verify_all(runtime.database, runtime.env) == []


@pytest.fixture
def ear(county: County) -> Listener:
    """Who asks the server."""
    return Listener(county)
