"""An emergency from a shell: seen, rung on, taken by one, closed."""

from __future__ import annotations

import datetime as dt

from backend.errors import RefusedAct
from tests.commands.conftest import Yimen

FIRE = "着火了，屋里还有人"


def test_from_a_shell_it_is_seen_taken_and_closed(yimen: Yimen) -> None:
    yimen("chat", "--json", input=f"{FIRE}\n")
    [line] = yimen("emergency", "list", "--as", "zhou_wenjing").output.splitlines()
    found = line.split("\t")[0]
    assert line.split("\t")[1:3] == ["e1", "em_fire"]
    assert "rung 1 time(s), nobody has it" in line
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6)).isoformat()
    assert yimen("sweep", "--at", later).output.strip().startswith("looked 1, reached 1")
    assert "rung 2 time(s)" in yimen("emergency", "list", "--as", "zhou_wenjing").output
    assert yimen("emergency", "take", found, "--as", "housing_liaison").exit_code != 0
    assert yimen("emergency", "take", found, "--as", "zhou_wenjing").exit_code == 0
    second = yimen("emergency", "take", found, "--as", "shen_yan")
    assert isinstance(second.exception, RefusedAct)
    assert "taken by 周文静" in yimen("emergency", "list", "--as", "zhou_wenjing").output
    assert yimen("emergency", "close", found, "--as", "zhou_wenjing", "--outcome", "火灭了，人都没事").exit_code == 0
    assert yimen("emergency", "list", "--as", "zhou_wenjing").output == ""
