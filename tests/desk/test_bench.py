"""The desk's benchmark fills a database that the pages can show, counts what it wrote, and ends with one line of JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.errors import ConfigurationError
from backend.runtime import Runtime
from bot.bench import desk
from bot.bench.desk_cases import DeskCases
from bot.bench.place import settings_in


def test_the_last_line_is_json_with_a_figure_for_every_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk.run(cases=400, folder=tmp_path, rounds=2)
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["cases"] == 400
    for page in ("window: desk", "window: case", "window: board", "window: late", "department: desk"):
        assert 0 < figures[page]["p50_ms"] <= figures[page]["p95_ms"] <= figures["slowest_p95_ms"]
    assert {f"window: list {code}" for code in desk.LISTS} <= set(figures)
    assert {f"department: list {code}" for code in desk.DEPARTMENT_LISTS} <= set(figures)


def test_it_does_not_write_among_real_cases(tmp_path: Path) -> None:
    with Runtime(settings_in(tmp_path)) as runtime:
        DeskCases(runtime, 5).write()
        with pytest.raises(ConfigurationError, match="empty database"):
            DeskCases(runtime, 5).write()
