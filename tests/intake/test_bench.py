"""The benchmark runs, counts what it measured, and ends with one line of JSON."""

import json
from pathlib import Path

from bot.bench.intake import run


def test_the_last_line_is_json_with_every_figure(tmp_path: Path, capsys) -> None:
    run(users=5, folder=tmp_path)
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["in_process_64"]["messages"] == 5 * 16
    assert figures["http_64"]["per_second"] > 0
    assert figures["start_to_first_answer_s"] < 30
