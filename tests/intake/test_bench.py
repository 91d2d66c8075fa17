"""The benchmark runs, counts what it measured, and ends with one line of JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.bench import intake


def test_the_last_line_is_json_with_every_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    intake.run(users=5, folder=tmp_path)
    out, shown = capsys.readouterr()
    figures = json.loads(out.splitlines()[-1])
    for name, people in (("in_process_64", 5), ("in_process_1", 2), ("http_64", 5), ("http_1", 2)):
        measured = figures[name]
        assert measured["messages"] == people * len(intake.MESSAGES)
        assert all(
            measured[one] > 0
            for one in ("per_second", "short_answers_per_second", "answers_per_second", "p50_ms", "cpu_us_per_message")
        )
        assert measured["p50_ms"] <= measured["p99_ms"]
    assert figures["in_process_1"]["commits"] == 2 * len(intake.MESSAGES), (
        "with one in flight each message is a commit of its own"
    )
    assert figures["in_process_64"]["commits"] < 5 * len(intake.MESSAGES)
    assert 0 < figures["start_to_first_answer_s"] < 30
    assert figures["open_dialogs"]["dialogs"] == 5
    assert "in_process_64" in shown


def test_a_figure_without_its_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "STEPS", 3)  # nobody hands in, so there is no case to count
    with pytest.raises(AssertionError, match="0 cases"):
        intake.run(users=2, folder=tmp_path)
