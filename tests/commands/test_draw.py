"""The diagrams come from the code: every question, every way on and every arrow of a status is in them."""

from __future__ import annotations

import re

from backend.cases.status import CASE_MOVES, CASE_STATUSES, CLOSED
from backend.transfers.status import TERMINAL, TRANSFER_MOVES, TRANSFER_STATUSES
from bot.drawing import diagrams
from dialogs.flows import DIALOGS
from dialogs.question import Fork, Repeat
from tests.commands.conftest import Yimen

DRAWN = diagrams()


def _part(heading: str) -> list[str]:
    text = DRAWN.split(f"## {heading}\n\n", 1)[1].split("\n## ", 1)[0]
    return [line.strip() for line in text.splitlines()]


def test_every_move_of_a_case_and_of_a_transfer_is_drawn() -> None:
    case, transfer = _part("Case"), _part("Transfer")
    assert {f"{move.before} --> {move.after}: {move.event}" for move in CASE_MOVES} <= set(case)
    assert {f"{move.before} --> {move.after}: {move.event}" for move in TRANSFER_MOVES} <= set(transfer)
    assert {f"{status} --> [*]" for status in CLOSED} <= set(case)
    assert {f"{status} --> [*]" for status in TERMINAL} <= set(transfer)
    for statuses, lines in ((CASE_STATUSES, case), (TRANSFER_STATUSES, transfer)):
        assert all(any(re.search(rf"\b{status}\b", line) for line in lines) for status in statuses)


def test_nothing_is_drawn_that_cannot_happen() -> None:
    drawn = [re.fullmatch(r"(\w+) --> (\w+): (\w+)", line) for line in _part("Case")]
    moves = {(move.before, move.after, move.event) for move in CASE_MOVES}
    assert {(m[1], m[2], m[3]) for m in drawn if m} == moves


def test_every_question_and_every_way_on_is_drawn() -> None:
    for dialog in DIALOGS.values():
        lines = _part(f"Dialog {dialog.name}")
        for step in dialog.steps:
            assert any(line.startswith(f"{step.name}[") for line in lines), step.name
            if isinstance(step, Repeat):
                assert any(all(one.name in line for one in step.each) for line in lines)
            if isinstance(step.route, Fork):
                for way, to in step.route.ways.items():
                    assert f"{step.name} -->|{step.route.reason.__name__}: {way}| {to}" in lines
            else:
                assert f"{step.name} --> {step.route.to}" in lines
        for outcome in dialog.outcomes:
            assert f'{outcome}(["{outcome}"])' in lines


def test_each_diagram_is_a_closed_block(yimen: Yimen) -> None:
    done = yimen("draw")
    assert done.exit_code == 0
    assert done.output == DRAWN
    assert DRAWN.count("```mermaid") == len(DIALOGS) + 2
    assert DRAWN.count("```") == 2 * DRAWN.count("```mermaid")
