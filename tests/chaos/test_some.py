"""A small part of `make chaos`: a few towns, each with its kills, on both databases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import PostgresServer

RUNS = {"sqlite": 8, "postgresql": 2}


def test_a_town_whose_service_is_killed_loses_and_doubles_nothing(kind: str, request: pytest.FixtureRequest) -> None:
    """In a process of its own: it forks, and this one has threads."""
    more = []
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        more = ["--database", server.url("postgres")]
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--runs", str(RUNS[kind]), "--seed", "9001", *more],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=110,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 failed" in done.stdout
