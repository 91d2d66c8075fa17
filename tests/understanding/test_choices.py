"""Picking from a list (reliability B006, B059)."""

import pytest

from dialogs.understanding.choices import Option, read_choices
from dialogs.understanding.problems import Problem

OFFERED = (
    Option("dibao", ("低保", "最低生活保障")),
    Option("medical", ("医疗救助", "看病钱")),
    Option("house", ("危房改造",)),
    Option("none", ("以上都不是",)),
)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("1", ("dibao",)),
        ("１", ("dibao",)),
        ("①", ("dibao",)),
        ("1️⃣", ("dibao",)),
        ("❶", ("dibao",)),
        ("㈠", ("dibao",)),
        ("第一个", ("dibao",)),
        ("选2", ("medical",)),
        ("二", ("medical",)),
        ("1.0", ("dibao",)),
        ("2.医疗", ("medical",)),
        ("1、3", ("dibao", "house")),
        ("1和3", ("dibao", "house")),
        ("3 1", ("dibao", "house")),
        ("第一个跟第三个", ("dibao", "house")),
        ("都是", ("dibao", "medical", "house")),
        ("都不是", ("none",)),
        ("都要办", ("dibao", "medical", "house")),
        ("低保", ("dibao",)),
        ("底保", ("dibao",)),
        ("我想办低保", ("dibao",)),
        ("危房", ("house",)),
        ("危房改早", ("house",)),
        ("低保和看病钱", ("dibao", "medical")),
        ("最后一个", ("none",)),
        ("house", ("house",)),
    ],
)
def test_many_ways_to_pick(text: str, ids: tuple[str, ...]) -> None:
    assert read_choices(text, OFFERED, many=True, none_id="none") == ids


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0", "choice_range"),
        ("99", "choice_range"),
        ("-1", "choice_range"),
        ("1.5", "choice_range"),
        ("五", "choice_range"),
        ("你好", "choice_missing"),
        ("", "choice_missing"),
        ("1和3", "choice_many"),
        ("都是", "choice_many"),
        ("都不是", "choice_none"),
    ],
)
def test_what_cannot_be_one_choice(text: str, code: str) -> None:
    read = read_choices(text, OFFERED)
    assert isinstance(read, Problem)
    assert read.code == code


def test_a_number_out_of_the_list_says_how_many_there_are() -> None:
    assert read_choices("99", OFFERED) == Problem("choice_range", {"n": "99", "max": 4})
