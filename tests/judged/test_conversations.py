"""Eighty written conversations end in the case they should end in.

The floors are the figures of the day they were set and only rise; the goal is nine facts of ten.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.runtime import Runtime
from tests.judged.conversations import judge
from tests.judged.service import FRESH

PUBLIC = Path(__file__).parents[3] / "shared" / "understanding" / "conversations.jsonl"

#: Set -> its file and the least share of facts that must be equal.
SETS = {"fresh": (FRESH / "conversations.jsonl", 0.642), "public": (PUBLIC, 0.624)}


@pytest.mark.parametrize("name", SETS)
def test_conversations_end_in_the_case_they_should(name: str, runtime: Runtime) -> None:
    path, floor = SETS[name]
    if not path.exists():
        pytest.skip("the public conversations do not come with the project; the fresh ones judge without them")
    score = judge(runtime, path)
    print(f"\n{name}: {score.table()}")
    assert score.share >= floor, score.table()
