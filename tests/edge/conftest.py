"""The whole service as browsers and programs meet it, each from an address of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from backend.clock import SetClock
from backend.db import Database
from backend.verify import verify_all
from tests.desk.twin import running
from tests.edge.browsers import Edge

Open = Callable[..., Edge]


@pytest.fixture
def open_edge(database: Database, clock: SetClock, tmp_path: Path) -> Iterator[Open]:
    """Start the service with these settings; when the test ends, no invariant is broken."""
    with ExitStack() as stack:

        def make(**settings: Any) -> Edge:
            url = database.url.render_as_string(hide_password=False)
            runtime = stack.enter_context(running(url, tmp_path, clock, **settings))
            stack.callback(lambda: _whole(Edge(runtime)))
            return Edge(runtime)

        yield make


@pytest.fixture
def edge(open_edge: Open) -> Edge:
    """The service with its default settings."""
    return open_edge()


def _whole(edge: Edge) -> None:
    assert verify_all(edge.runtime.database, edge.runtime.env) == []
